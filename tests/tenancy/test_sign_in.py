"""Coming in by phone or e-mail and password, going out, and choosing where one works."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tenancy.models import AuditEntry, Role, Seat, WebSession
from tenancy.scoping import firm_scope
from tests.clients import Browser
from tests.factories.tenancy import PASSWORD, make_member, make_user

LOGIN = "/login/"


def sign_in_as(member, browser=None, password=PASSWORD, **extra):
    browser = browser or Browser()
    answer = browser.post(LOGIN, {"name": member.user.phone, "password": password, **extra})
    return browser, answer


def session_of(browser):
    cookie = next((c for name, c in browser.cookies.items() if name.endswith("session")), None)
    return cookie.value if cookie else ""


@pytest.mark.parametrize("written", ["{phone}", "138 0013 8000", "+86 13800138000", "WANG@example.com"])
def test_phone_and_email_are_both_sign_in_names_however_written(firm, make_member, written):
    user = make_user(phone="+8613800138000", email="wang@example.com")
    member = make_member(Role.CS_AGENT, user=user)
    browser = Browser()

    answer = browser.post(
        LOGIN, {"name": written.format(phone=user.phone), "password": PASSWORD, "next": "/account/"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert browser.get("/account/").status_code == 200
    assert AuditEntry.objects.filter(verb="signed_in", actor=member).count() == 1


@pytest.mark.parametrize(
    ("name", "password"),
    [("13900000000", PASSWORD), ("nobody@example.com", PASSWORD), ("known", "falsch-falsch"), ("🙂", "x")],
)
def test_every_refusal_is_the_same_sentence(agent, client, name, password):
    name = agent.user.phone if name == "known" else name

    answer = client.post(LOGIN, {"name": name, "password": password})

    assert answer.status_code == 422
    assert answer.content.decode().count("账号或密码不对。") == 1
    assert not WebSession.objects.filter(user_id__isnull=False).exists()


def test_a_refused_password_stands_on_the_trail_of_the_firm(firm, other_firm, agent):
    sign_in_as(agent, password="falsch-falsch")

    entry = AuditEntry.objects.get(verb="refused")
    assert (entry.root_id, entry.actor_id, entry.actor_label) == (agent.pk, None, "未登录")
    with firm_scope(other_firm.pk):
        assert not AuditEntry.objects.exists()


def test_a_closed_account_cannot_come_in(agent):
    agent.user.is_active = False
    agent.user.save()

    assert sign_in_as(agent)[1].status_code == 422


def test_somebody_of_no_firm_gets_no_further_than_the_choice(firm):
    user = make_user()
    browser = Browser()

    answer = browser.post(LOGIN, {"name": user.phone, "password": PASSWORD}, follow=True)

    assert "您还没有加入任何企业" in answer.content.decode()
    assert browser.get("/account/")["Location"].startswith("/firms/")


def test_with_several_firms_one_chooses_and_the_session_gets_a_new_id(firm, other_firm, agent):
    there = make_member(Role.DESIGNER, firm=other_firm, user=agent.user)
    browser, answer = sign_in_as(agent, next="/account/")
    assert answer["Location"] == "/firms/?next=%2Faccount%2F"
    before = session_of(browser)

    answer = browser.post("/firms/", {"firm": other_firm.pk, "next": "/account/"})

    assert answer["Location"] == "/account/"
    assert session_of(browser) != before
    assert browser.session["member_id"] == str(there.pk)
    assert not WebSession.objects.filter(session_key=before).exists()


def test_nobody_enters_a_firm_without_a_seat(firm, other_firm, agent):
    browser, _ = sign_in_as(agent)

    answer = browser.post("/firms/", {"firm": other_firm.pk})

    assert answer.status_code == 422
    assert browser.session["firm_id"] == firm.pk


def test_a_session_planted_before_sign_in_is_worth_nothing_after_it(agent):
    victim = Browser()
    victim.get(LOGIN)
    session = victim.session
    session["planted"] = True
    session.save()
    planted = session_of(victim) or session.session_key

    sign_in_as(agent, victim)

    assert session_of(victim) != planted
    assert not WebSession.objects.filter(session_key=planted).exists()
    assert "planted" not in victim.session


def test_signing_out_deletes_the_session_on_the_server(agent):
    browser, _ = sign_in_as(agent)
    copied = session_of(browser)

    browser.post("/logout/")

    thief = Browser()
    thief.cookies[next(iter(browser.cookies), "p80-session")] = copied
    assert not WebSession.objects.filter(session_key=copied).exists()
    assert browser.get("/account/").status_code == 302


def test_a_get_signs_nobody_out(agent):
    browser, _ = sign_in_as(agent)

    assert browser.get("/logout/").status_code == 405
    assert browser.get("/account/").status_code == 200


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(agent):
    here, _ = sign_in_as(agent)
    there, _ = sign_in_as(agent)
    new = {"current": PASSWORD, "password": "秋天装修房子-2027", "again": "秋天装修房子-2027"}

    answer = here.post("/account/password/", new)

    assert answer.status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert sign_in_as(agent)[1].status_code == 422
    assert sign_in_as(agent, password="秋天装修房子-2027")[1].status_code == 302


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"current": "falsch"}, "现在的密码不对"),
        ({"again": "anders"}, "两次输入的密码不一样"),
        ({"password": "12345678901", "again": "12345678901"}, "数字"),
        ({"password": "kurz", "again": "kurz"}, "10"),
    ],
)
def test_a_bad_new_password_changes_nothing(agent, given, sentence):
    browser, _ = sign_in_as(agent)

    answer = browser.post(
        "/account/password/",
        {"current": PASSWORD, "password": "秋天装修房子-2027", "again": "秋天装修房子-2027"} | given,
    )

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert sign_in_as(agent)[1].status_code == 302


def test_signing_out_everywhere_else(agent):
    here, _ = sign_in_as(agent)
    there, _ = sign_in_as(agent)
    assert here.get("/account/").content.decode().count("最近使用") == 2

    here.post("/account/sessions/end/")

    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_silence_of_eight_hours_ends_a_session(agent):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser, _ = sign_in_as(agent)
        clock.shift(timedelta(hours=7))
        assert browser.get("/account/").status_code == 200
        clock.shift(timedelta(hours=8, minutes=1))
        assert browser.get("/account/").status_code == 302


def test_twelve_hours_end_a_session_that_was_never_silent(agent):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser, _ = sign_in_as(agent)
        for _ in range(2):
            clock.shift(timedelta(hours=5, minutes=55))
            assert browser.get("/account/").status_code == 200
        clock.shift(timedelta(minutes=11))
        assert browser.get("/account/")["Location"].startswith("/login/")


def test_a_seat_taken_away_bites_on_the_next_request(agent):
    browser, _ = sign_in_as(agent)
    Seat.objects.update(is_active=False)

    assert browser.get("/account/")["Location"].startswith("/login/")


def test_a_lost_post_bites_on_the_next_request(firm, agent):
    browser, _ = sign_in_as(agent)
    agent.posts.all().delete()

    assert browser.get("/account/")["Location"].startswith("/login/")


def test_an_expired_session_leads_a_fragment_to_the_whole_sign_in_page(client):
    answer = client.get(reverse("tenancy:account"), headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/login/?next=%2F")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_away_after_signing_in(agent, target):
    assert sign_in_as(agent, next=target)[1]["Location"] == "/"


def test_one_branch_can_be_looked_at_and_all_again(admin, branch, other_branch, sign_in):
    browser = sign_in(admin)

    browser.post("/firms/branch/", {"branch": branch.pk})
    assert browser.session["branch_id"] == str(branch.pk)
    assert "高新店" in browser.get("/firms/").content.decode()

    browser.post("/firms/branch/", {"branch": ""})
    assert "branch_id" not in browser.session


def test_the_choice_of_a_branch_never_widens_what_one_sees(agent, other_branch, sign_in):
    browser = sign_in(agent)

    assert browser.post("/firms/branch/", {"branch": other_branch.pk}).status_code == 404
    assert "branch_id" not in browser.session
