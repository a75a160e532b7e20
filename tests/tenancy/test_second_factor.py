"""Six digits from a phone, obligatory for those who see most."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse
from django.utils import timezone

from core import crypto
from tenancy.models import FirmSetting, Post, Role
from tenancy.sign_in import second_factor
from tests.clients import Browser, signed_in
from tests.factories.tenancy import PASSWORD

SECRET = "JBSWY3DPEHPK3PXP"


def code(offset=0):
    return format_hotp_value(hotp_value(SECRET, int(timezone.now().timestamp()) // 30 + offset))


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def begin(member):
    browser = Browser()
    return browser, browser.post(
        "/login/", {"name": member.user.phone, "password": PASSWORD, "next": "/account/"}
    )


def test_a_manager_gets_nowhere_before_setting_it_up(manager):
    browser, answer = begin(manager)

    assert answer["Location"] == "/account/"
    assert browser.get("/account/")["Location"] == reverse("tenancy:second_factor")
    refused = browser.get("/api/v1/me/")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor")


def test_setting_it_up_shows_recovery_codes_once_and_opens_the_door(manager, clock):
    browser, _ = begin(manager)
    page = browser.get("/second-factor/")
    secret = page.context["secret"].replace(" ", "")
    right = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))

    wrong = browser.post("/second-factor/", {"code": "000000" if right != "000000" else "111111"})
    shown = browser.post("/second-factor/", {"code": right})

    assert wrong.status_code == 422
    assert len(shown.context["codes"]) == 10
    assert browser.get("/account/").status_code == 200
    assert second_factor.is_set_up(manager.user)


def test_seeds_rest_encrypted(manager):
    second_factor.set_up(manager.user, SECRET)

    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert SECRET not in kept
    assert crypto.decrypt(kept) == SECRET


def test_the_second_step_asks_for_the_code_and_changes_the_session_id(manager, clock):
    second_factor.set_up(manager.user, SECRET)
    browser, answer = begin(manager)
    assert answer["Location"] == "/login/code/"
    assert browser.get("/account/").status_code == 302
    before = browser.session.session_key

    assert browser.post("/login/code/", {"code": "123"}).status_code == 422
    answer = browser.post("/login/code/", {"code": code()})

    assert answer["Location"] == "/account/"
    assert browser.get("/account/").status_code == 200
    assert browser.session.session_key != before


def test_a_code_counts_once(manager, clock):
    second_factor.set_up(manager.user, SECRET)
    used = code()
    assert begin(manager)[0].post("/login/code/", {"code": used}).status_code == 302

    assert begin(manager)[0].post("/login/code/", {"code": used}).status_code == 422
    clock.shift(timedelta(seconds=30))
    assert begin(manager)[0].post("/login/code/", {"code": code()}).status_code == 302


def test_a_recovery_code_opens_once(manager, clock):
    written_down = second_factor.set_up(manager.user, SECRET)[3]

    assert (
        begin(manager)[0].post("/login/code/", {"code": f"{written_down[:4]} {written_down[4:]}"}).status_code
        == 302
    )
    assert begin(manager)[0].post("/login/code/", {"code": written_down}).status_code == 422
    assert second_factor.codes_left(manager.user) == 9


def test_codes_cannot_be_guessed_either(manager, clock):
    second_factor.set_up(manager.user, SECRET)
    browser, _ = begin(manager)
    for _ in range(10):
        browser.post("/login/code/", {"code": "000000"})

    assert browser.post("/login/code/", {"code": code()}).status_code == 422


def test_the_password_is_good_for_ten_minutes_only(manager, clock):
    second_factor.set_up(manager.user, SECRET)
    browser, _ = begin(manager)
    clock.shift(timedelta(minutes=11))

    assert browser.post("/login/code/", {"code": code()})["Location"] == "/login/"


def test_without_the_password_there_is_no_second_step(manager, clock):
    second_factor.set_up(manager.user, SECRET)

    assert Browser().post("/login/code/", {"code": code()})["Location"] == "/login/"


def test_replacing_it_needs_the_password(manager, clock):
    second_factor.set_up(manager.user, SECRET)
    browser = signed_in(manager, Browser())
    secret = browser.get("/second-factor/").context["secret"].replace(" ", "")
    new = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))

    assert browser.post("/second-factor/", {"code": new, "current": "falsch"}).status_code == 422
    assert crypto.decrypt(Authenticator.objects.get(type="totp").data["secret"]) == SECRET
    assert browser.post("/second-factor/", {"code": new, "current": PASSWORD}).status_code == 200
    assert crypto.decrypt(Authenticator.objects.get(type="totp").data["secret"]) == secret


def test_agents_are_not_made_to(agent):
    browser, _ = begin(agent)

    assert browser.get("/account/").status_code == 200


def test_who_becomes_a_manager_must_set_it_up_at_once(agent):
    browser, _ = begin(agent)
    Post.objects.create(member=agent, role=Role.CS_MANAGER)

    assert browser.get("/account/")["Location"] == "/second-factor/"


def test_a_firm_may_do_without(manager):
    FirmSetting.objects.create(key="totp_required", value=False)
    browser, _ = begin(manager)

    assert browser.get("/account/").status_code == 200


def test_new_recovery_codes_replace_the_old(manager, clock):
    old = second_factor.set_up(manager.user, SECRET)
    browser = signed_in(manager, Browser())

    assert browser.post("/account/recovery-codes/", {"current": "falsch"}).status_code == 422
    new = browser.post("/account/recovery-codes/", {"current": PASSWORD}).context["codes"]

    assert not set(new) & set(old)
    assert not second_factor.accepts(manager.user, old[0])
