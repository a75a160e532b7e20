"""The outbox of texts: the product's claim, gate and settlement into the demo inbox, beside a bare claim loop."""

import json
from functools import partial
from statistics import median

import django

django.setup()

from django.db import connection  # noqa: E402 - after the set-up
from django.utils import timezone  # noqa: E402

from bench.floors import bulk  # noqa: E402
from bench.jobs.given import Given, in_turn, tell, timed  # noqa: E402
from notifications.models import Message, Purpose, TemplateVersion  # noqa: E402
from notifications.sending import dispatch  # noqa: E402
from tenancy.models import FirmSetting  # noqa: E402
from tenancy.scoping import firm_scope  # noqa: E402

TEXTS = 20_000
"""In the large world; a tenth of it in the small one."""
FEWEST = 500
WORDS = "云栖花园"
MARK = "measured/"

_QUEUE = """
INSERT INTO notifications_message (
    firm_id, id, template_id, purpose, address, name, "values", body, segments, subject_kind, subject_id, customer_id,
    rule_key, source, dedupe_key, made_at, due_at, next_at, expires_at, status, why, attempt_no, provider,
    provider_id, failure_code)
SELECT c.firm_id, md5(%(batch)s || c.id::text)::uuid, %(template)s, 'notice',
       '+86179' || lpad((row_number() OVER (ORDER BY c.id))::text, 8, '0'), left(c.name, 60), %(values)s::jsonb, '', 1,
       'customer', c.id, c.id, '', 'bench', %(batch)s || c.id::text, now(), now(), now(), now() + interval '1 day',
       'planned', '', 0, '', '', ''
FROM crm_customer c WHERE c.firm_id = %(firm)s ORDER BY c.id LIMIT %(texts)s
"""


def main() -> None:
    given, times = Given.read(), []
    texts = max(int(TEXTS * given.part), FEWEST)
    with firm_scope(given.firm_id):
        open_all_day()
    send_what_waits(given.firm_id)
    for number in given.each_round():
        with firm_scope(given.firm_id):
            queued = queue(given.firm_id, texts)
        times.append(
            in_turn(
                number,
                ours=partial(send, given.firm_id, queued),
                floor=partial(bulk.claim_loop, given.firm_id, queued),
            )
        )
    each = median(one["ours"] for one in times)
    tell(times, rows=queued, rows_a_second=queued / each)


def open_all_day() -> None:
    """Texts wait for the morning; the bench is run at night."""
    FirmSetting.objects.update_or_create(key="sms.window", defaults={"value": ["00:00", "23:59"]})


def queue(firm_id: int, texts: int) -> int:
    """So many texts to customers, due now; returns how many there are."""
    version = TemplateVersion.objects.filter(template__purpose=Purpose.NOTICE).order_by("pk")[0]
    values = {variable["name"]: WORDS[: variable["max_length"]] for variable in version.variables}
    given = {
        "batch": f"{MARK}{timezone.now():%Y%m%d%H%M%S%f}/",
        "template": version.pk,
        "values": json.dumps(values, ensure_ascii=False),
        "firm": firm_id,
        "texts": texts,
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, given)
        return int(cursor.rowcount)


def send(firm_id: int, texts: int) -> float:
    """As the sweeper does: visit after visit until nothing is due. Every text has arrived at the end."""
    seconds, _none = timed(lambda: send_what_waits(firm_id))
    with firm_scope(firm_id):
        mine = Message.objects.filter(dedupe_key__startswith=MARK)
        waiting = mine.exclude(status=Message.Status.DELIVERED).count()
    if waiting:
        raise SystemExit(f"{waiting} of {texts} texts were not delivered")
    return seconds


def send_what_waits(firm_id: int) -> None:
    while dispatch.run(firm_id):
        pass


if __name__ == "__main__":
    main()
