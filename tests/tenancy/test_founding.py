"""A firm opens; secrets rest encrypted; what is old is forgotten; every POST may be repeated."""

from datetime import timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from core import crypto
from core.errors import Refusal
from tenancy import founding, housekeeping
from tenancy.actions import firms, members
from tenancy.api.idempotency import IdempotentPosts
from tenancy.models import Branch, Firm, IdempotencyKey, Member, Role, SignInBucket, User, WebSession
from tenancy.scoping import firm_scope
from tests.clients import Browser, outside_every_scope
from tests.factories.tenancy import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def test_a_firm_opens_with_a_branch_an_administrator_and_every_apps_part(monkeypatch):
    installed = []
    monkeypatch.setattr(
        founding, "_installs", [lambda firm: installed.append((firm.code, Branch.objects.count()))]
    )

    firm, admin = firms.found_firm("bashan", "巴山装饰", admin_name="秦川", admin_phone="+8613811112222")

    assert installed == [("bashan", 1)]
    with firm_scope(firm.pk):
        assert Member.objects.get() == admin
        assert [post.role for post in admin.posts.all()] == [Role.FIRM_ADMIN]


def test_a_code_is_taken_once_and_nothing_remains_of_the_second(firm):
    with outside_every_scope(), pytest.raises(Refusal):
        firms.found_firm("changan", "另一家", admin_name="秦川", admin_phone="+8613811112222")
    assert not User.objects.filter(phone="+8613811112222").exists()


def test_the_command_prints_a_link_that_lets_the_administrator_in(db, settings):
    said = StringIO()
    call_command("create_firm", "bashan", name="巴山装饰", admin="秦川", phone="138 1111 2222", stdout=said)
    path = said.getvalue().split(settings.PUBLIC_URL)[1].strip()
    browser = Browser()

    answer = browser.post(path, {"password": "夏天装修房子-2028", "again": "夏天装修房子-2028"})

    assert answer.status_code == 302
    assert browser.get("/settings/members/")["Location"] == "/second-factor/"


def test_somebody_with_an_account_keeps_its_password_when_founding_a_second_firm(db):
    user = make_user(phone="+8613811112222")
    said = StringIO()
    call_command("create_firm", "bashan", name="巴山装饰", admin="秦川", phone="13811112222", stdout=said)

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert said.getvalue().strip().endswith("/login/")


@pytest.mark.parametrize("bad", [{"phone": "12"}, {"name": ""}, {"admin": None}])
def test_the_command_says_what_is_wrong(db, bad):
    options = {"name": "巴山装饰", "admin": "秦川", "phone": "13811112222"} | bad
    with pytest.raises(CommandError):
        call_command("create_firm", "bashan", **options)
    assert not Firm.objects.exists()


def test_administrators_are_the_whole_firms(admin, agent, branch):
    with pytest.raises(Refusal, match="全企业"):
        members.grant_post(agent, by=admin, role=Role.FIRM_ADMIN, branch=branch)


def test_secrets_survive_a_change_of_keys_and_no_other(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    kept = crypto.encrypt("门锁 2580")
    settings.FIELD_KEYS = [new, old]
    assert crypto.decrypt(kept) == "门锁 2580"
    moved = crypto.reencrypt(kept)
    settings.FIELD_KEYS = [new]

    assert crypto.decrypt(moved) == "门锁 2580"
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(kept)


def test_without_field_keys_the_secret_key_and_its_fallbacks_open(settings):
    settings.FIELD_KEYS = []
    kept = crypto.encrypt("x")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "neu" * 20, [settings.SECRET_KEY]

    assert crypto.decrypt(kept) == "x"
    assert "x" not in kept[:1]


def test_an_encrypted_column_reads_as_text_and_rests_as_none():
    field = crypto.EncryptedTextField()

    kept = field.get_prep_value("密钥")
    assert "密钥" not in kept
    assert field.from_db_value(kept) == "密钥"
    assert (field.get_prep_value(""), field.get_prep_value(None)) == ("", None)


def test_what_is_old_is_forgotten_and_what_is_not_stays(firm, agent, sign_in):
    sign_in(agent)
    Browser().post("/login/", {"name": "13711112222", "password": "falsch"})
    WebSession.objects.create(
        session_key="alt", session_data="", expire_date=timezone.now() - timedelta(hours=1)
    )
    for days in (1, 31):
        key = IdempotencyKey.objects.create(
            member=agent, key=str(days), method_and_path="POST /", body_digest="x"
        )
        IdempotencyKey.objects.filter(pk=key.pk).update(created_at=timezone.now() - timedelta(days=days))
    SignInBucket.objects.create(key="alt", changed_at=timezone.now() - timedelta(days=31))

    with outside_every_scope():
        assert housekeeping.tidy_up() == {"sessions": 1, "tries": 1, "answers": 1}
    assert IdempotencyKey.objects.get().key == "1"


def api_posts(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from api_posts(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
            actions = getattr(pattern.callback, "actions", None) or {}
            if (
                view is not None
                and hasattr(view, "api_resource")
                and (hasattr(view, "post") or "post" in actions)
            ):
                yield view


def test_every_post_of_the_api_may_be_repeated():
    missing = {
        view.__qualname__
        for view in api_posts(get_resolver().url_patterns)
        if not issubclass(view, IdempotentPosts)
    }

    assert missing == set()
