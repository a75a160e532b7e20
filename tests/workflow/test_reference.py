"""The calendar: seeded again and again, corrected by the official list, and asked for in November."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.errors import Refusal
from tenancy.models import Firm
from tests.factories.tenancy import make_firm
from tests.factories.workflow import make_playbooks
from tests.workflow.sites import make_site
from workflow import calendars, checks, reference
from workflow.models import CalendarDay, Due, FirmClosure

pytestmark = pytest.mark.django_db


def test_seeding_again_changes_nothing() -> None:
    before = CalendarDay.objects.count()

    assert reference.seed_reference() == 0
    assert CalendarDay.objects.count() == before > 9_000


def test_a_published_makeup_sunday_is_worked_and_an_unpublished_year_is_provisional() -> None:
    assert CalendarDay.objects.get(date=date(2026, 10, 1)).name == "国庆节"
    assert CalendarDay.objects.get(date=date(2026, 10, 10)).is_working
    assert CalendarDay.objects.get(date=date(2027, 5, 3)).provisional


def test_the_official_list_replaces_the_guess_and_survives_seeding(tmp_path: Path) -> None:
    listed = tmp_path / "2027.csv"
    listed.write_text("日期,状态,名称\n2027-05-03,休,劳动节\n2027-05-08,上班,劳动节\n", encoding="utf-8-sig")

    call_command("import_calendar", str(listed), verbosity=0)
    reference.seed_reference()

    assert not CalendarDay.objects.get(date=date(2027, 5, 3)).is_working
    assert CalendarDay.objects.get(date=date(2027, 5, 8)).is_working
    assert not CalendarDay.objects.filter(date__year=2027, provisional=True).exists()
    assert reference.missing_years(date(2026, 11, 20)) == []


@pytest.mark.parametrize("text", ["2027-05-03,也许,\n", "2027-05-03,休,\n五月四日,休,\n", "\n"])
def test_a_list_that_cannot_be_read_is_refused_whole(tmp_path: Path, text: str) -> None:
    listed = tmp_path / "2027.csv"
    listed.write_text(text, encoding="utf-8")

    with pytest.raises(Refusal):
        reference.import_calendar(listed)
    with pytest.raises(CommandError):
        call_command("import_calendar", str(listed))

    assert not CalendarDay.objects.filter(source="official").exists()


def test_from_november_on_the_missing_year_is_named() -> None:
    assert reference.missing_years(date(2026, 10, 31)) == []
    assert reference.missing_years(date(2026, 11, 1)) == [2027]


def test_the_check_warns_while_next_year_is_a_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "missing_years", lambda: [2027])

    assert [message.id for message in checks.next_years_calendar_is_known(None, databases=["default"])] == [
        "workflow.W001"
    ]
    assert checks.next_years_calendar_is_known(None) == []


def test_a_firms_closure_lies_over_the_calendar(firm: Firm) -> None:
    FirmClosure.objects.create(date=date(2026, 11, 23), name="盘点")

    calendar = calendars.of_firm(date(2026, 11, 20))

    assert not calendar.day(date(2026, 11, 23)).is_working
    assert calendar.day(date(2026, 11, 21)).is_working  # Saturday, for customer service
    assert not calendar.day(date(2026, 11, 22)).is_working


def test_the_plan_command_prints_one_line_of_json(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    make_playbooks(firm)
    make_site(firm)
    make_firm()

    call_command("plan", "--date", "2026-11-28", "--firm", firm.code, "--json")

    import json

    told = json.loads(capsys.readouterr().out)
    assert told["made"]["saturday_call"] == told["total"] == 1
    with pytest.raises(CommandError, match="nobody"):
        call_command("plan", "--firm", "nobody")


def test_a_new_list_has_every_firm_planned_again(firm: Firm, tmp_path: Path) -> None:
    listed = tmp_path / "2027.csv"
    listed.write_text("2027-05-03,休,劳动节\n2027-05-08,上班,劳动节\n", encoding="utf-8")
    Due.objects.all().delete()

    call_command("import_calendar", str(listed), verbosity=0)
    call_command("import_calendar", str(listed), verbosity=0)

    assert list(Due.objects.values_list("firm_id", "queue")) == [(firm.pk, "plan")], "once, for what changed"
