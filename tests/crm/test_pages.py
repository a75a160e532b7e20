"""The list, the page and the forms as their users meet them."""

import io

import openpyxl
import pytest
from django.urls import reverse

from crm import actions
from crm.models import Customer, SavedView
from tenancy.models import AuditEntry, Role
from tests.factories.crm import make_customer, make_enquiry, make_estate, make_tag

pytestmark = pytest.mark.django_db
NEW = {"name": "王雅琴", "importance": "normal", "language": "zh-hans", "source": "online"}


def names(response) -> list[str]:
    return [row.customer.name for row in response.context["rows"]]


def test_a_customer_is_written_down_on_the_form(sign_in, agent, branch):
    form = NEW | {
        "phone": "138 0013 8000", "birthday": "农历闰六月十五", "estate_name": "和光里", "room": "603",
        "budget_min_fen": "15万", "branch": branch.pk, "opens_enquiry": "on", "referred_by": "邓慧",
    }  # fmt: skip
    response = sign_in(agent).post(reverse("crm:new"), form)
    customer = Customer.objects.get()
    assert response["Location"] == customer.get_absolute_url()
    assert (customer.estate.name, customer.budget_min_fen, customer.birthday_leap) == (
        "和光里",
        15_000_000,
        True,
    )
    assert (customer.referrer_name, customer.enquiries.count()) == ("邓慧", 1)


def test_a_mistake_keeps_everything_that_was_typed(sign_in, agent, branch):
    form = NEW | {"phone": "1380013", "notes": "要发票 𠮷", "branch": branch.pk}
    response = sign_in(agent).post(reverse("crm:new"), form)
    text = response.content.decode()
    assert response.status_code == 422
    assert "手机号应为 11 位" in text
    assert "要发票 𠮷" in text
    assert not Customer.objects.exists()


def test_a_known_customer_is_named_by_number_or_phone_as_referrer(sign_in, agent, branch):
    friend = make_customer("邓慧", phone="13900139000", branch=branch)
    for text in (f"邓慧 {friend.number}", "139 0013 9000"):
        sign_in(agent).post(reverse("crm:new"), NEW | {"branch": branch.pk, "referred_by": text})
    assert Customer.objects.filter(referrer=friend, referrer_name="").count() == 2


def test_who_was_quicker_is_shown_instead_of_overwritten(sign_in, agent, branch):
    customer = make_customer("王雅琴", branch=branch)
    actions.change_customer(customer, by=agent, family="三口")
    url = reverse("crm:edit", args=[customer.pk])
    response = sign_in(agent).post(url, NEW | {"version": "1", "family": "两口"})
    text = response.content.decode()
    assert response.status_code == 409
    assert "三口" in text
    assert "两口" in text
    customer.refresh_from_db()
    assert customer.family == "三口"
    again = sign_in(agent).post(url, NEW | {"version": "2", "family": "两口"})
    customer.refresh_from_db()
    assert (again.status_code, customer.family) == (302, "两口")


def test_the_list_shows_masked_numbers_and_uncovering_one_is_recorded(sign_in, agent, branch):
    customer = make_customer("王雅琴", phone="13800138000", branch=branch)
    client = sign_in(agent)
    text = client.get(reverse("workspace:customers")).content.decode()
    assert "138****8000" in text
    assert "13800138000" not in text
    shown = client.post(reverse("crm:phone", args=[customer.pk]), headers={"HX-Request": "true"})
    assert "138 0013 8000" in shown.content.decode()
    entry = AuditEntry.objects.get(verb=AuditEntry.Verb.REVEALED)
    assert (entry.root_id, entry.actor) == (customer.pk, agent)


def test_filters_cut_and_unknown_values_do_nothing(sign_in, manager, branch, other_branch):
    tag, estate = make_tag("难约"), make_estate("和光里")
    lead = make_customer("甲", branch=branch, importance="vip", source="event", tags=[tag], estate=estate)
    make_enquiry(lead)
    make_customer("乙", branch=other_branch)
    client = sign_in(manager)
    url = reverse("workspace:customers")
    for query in (
        {"stage": "lead"}, {"branch": branch.pk}, {"importance": "vip"}, {"source": "event"}, {"tag": tag.pk},
        {"estate": estate.pk}, {"q": "甲"},
    ):  # fmt: skip
        assert names(client.get(url, query)) == ["甲"], query
    for query in (
        {"branch": "x"}, {"stage": "?"}, {"from": "2026-13-45"}, {"silent": "many"}, {"after": "☃"}, {"size": "7"},
        {"cols": "nothing"}, {"sort": "nothing"}, {"tag": "\x00"}, {"before": "W10"},
    ):  # fmt: skip
        assert len(names(client.get(url, query))) == 2, query


@pytest.mark.parametrize("sort", ["name", "newest", "contact", "silent"])
def test_pages_follow_one_another_without_gaps_forwards_and_back(sign_in, manager, sort, monkeypatch):
    monkeypatch.setattr("workspace.customer_list.asked.SIZES", (2,))
    for number in range(5):
        make_customer(f"客户{number}")
    client, seen, url = sign_in(manager), [], reverse("workspace:customers") + f"?size=2&sort={sort}"
    while url:
        response = client.get(url)
        seen.append(names(response))
        url = response.context["next_url"]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert len({name for page in seen for name in page}) == 5
    back = client.get(response.context["prev_url"])
    assert names(back) == seen[1]
    assert names(client.get(back.context["prev_url"])) == seen[0]


def test_a_view_is_kept_shown_and_deleted(sign_in, manager, agent):
    client = sign_in(manager)
    client.post(reverse("crm:view_new"), {"name": "重点客户", "query": "importance=vip", "is_shared": "on"})
    view = SavedView.objects.get()
    assert (view.query, view.is_shared) == ("importance=vip", True)
    assert "重点客户" in sign_in(agent).get(reverse("workspace:customers")).content.decode()
    sign_in(agent).post(reverse("crm:view_removal", args=[view.pk]))
    assert SavedView.objects.exists()
    client.post(reverse("crm:view_removal", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_many_are_tagged_from_the_list_and_undone(sign_in, agent, branch):
    ids = [make_customer(f"客户{n}", branch=branch).pk for n in range(2)]
    client = sign_in(agent)
    asked = client.post(reverse("workspace:customers_bulk"), {"act": "tag", "pick": ids})
    assert "对已选的 2 位客户" in asked.content.decode()
    client.post(
        reverse("workspace:customers_bulk"), {"act": "tag", "pick": ids, "sure": "1", "new_tag": "难约"}
    )
    assert Customer.objects.filter(taggings__tag__name="难约").count() == 2


def test_everything_of_the_filter_can_be_meant(sign_in, agent, branch):
    for number in range(3):
        make_customer(f"客户{number}", branch=branch, source="event")
    make_customer("别的", branch=branch)
    form = {"act": "importance", "everything": "1", "query": "source=event", "sure": "1", "importance": "vip"}
    sign_in(agent).post(reverse("workspace:customers_bulk"), form)
    assert Customer.objects.filter(importance="vip").count() == 3


def workbook(response) -> list[list]:
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    return [list(row) for row in sheet.iter_rows()]


def test_the_export_is_masked_recorded_and_never_a_formula(sign_in, manager, branch):
    make_customer(
        '=HYPERLINK("http://x")', phone="13800138000", branch=branch, address="@SUM(1)", building="+1"
    )
    make_customer("-2+3", branch=branch)
    make_customer("🏠𠮷", branch=branch)
    response = sign_in(manager).post(reverse("workspace:customers_export"), {"query": ""})
    rows = workbook(response)
    assert response["Content-Disposition"].startswith("attachment")
    assert len(rows) == 4
    assert not [cell.value for row in rows for cell in row if cell.data_type == "f"]
    values = [str(cell.value) for row in rows for cell in row]
    assert "138****8000" in values
    assert not [
        value for value in values if "13800138000" in value or value.startswith(("=", "+", "@", "-2"))
    ]
    entry = AuditEntry.objects.get(verb=AuditEntry.Verb.EXPORTED)
    assert "3 位" in entry.note


def test_whole_numbers_are_exported_only_when_asked_for(sign_in, manager, branch):
    make_customer("王雅琴", phone="13800138000", branch=branch)
    response = sign_in(manager).post(
        reverse("workspace:customers_export"), {"query": "cols=phone", "phones": "whole"}
    )
    assert "138 0013 8000" in [cell.value for row in workbook(response) for cell in row]
    assert "完整电话" in AuditEntry.objects.get(verb=AuditEntry.Verb.EXPORTED).note


def test_who_may_not_export_is_turned_away(sign_in, agent):
    assert sign_in(agent).post(reverse("workspace:customers_export"), {}).status_code == 403
    assert not AuditEntry.objects.filter(verb=AuditEntry.Verb.EXPORTED).exists()


def test_the_page_tells_the_story_and_its_tabs_open(sign_in, agent, branch):
    customer = make_customer("王雅琴", branch=branch)
    actions.add_follow_up(customer, text="约周六看方案", by=agent)
    make_enquiry(customer, wishes="全屋收纳")
    client = sign_in(agent)
    text = client.get(customer.get_absolute_url()).content.decode()
    for words in ("约周六看方案", "全屋收纳", "客户建档", "跟进咨询", customer.number):
        assert words in text
    for tab in ("files", "audit", "nothing"):
        assert client.get(customer.get_absolute_url(), {"tab": tab}).status_code == 200
    assert "约周六看方案" not in client.get(customer.get_absolute_url(), {"kind": "visit"}).content.decode()
    for before in ("x", "2026-99-99T00:00", "2026-01-01T00:00:00+00:00"):
        url = reverse("workspace:customer_timeline", args=[customer.pk])
        assert client.get(url, {"before": before}, headers={"HX-Request": "true"}).status_code == 200


def test_the_address_of_a_merged_customer_leads_to_the_one_that_stayed(sign_in, agent, branch):
    kept, gone = make_customer("甲", branch=branch), make_customer("乙", branch=branch)
    client = sign_in(agent)
    client.post(reverse("crm:merge", args=[kept.pk, gone.pk]), {"reason": "同一人"})
    response = client.get(gone.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, kept.get_absolute_url())
    page = client.get(kept.get_absolute_url())
    assert "撤销合并" in page.content.decode()
    client.post(reverse("crm:merge_undoing", args=[kept.merges_kept.get().pk]))
    assert client.get(gone.get_absolute_url()).status_code == 200


def test_hints_appear_while_one_types(sign_in, agent, branch):
    make_customer("王雅琴", phone="13800138000", branch=branch)
    response = sign_in(agent).get(
        reverse("crm:hints"), {"phone": "138-0013-8000"}, headers={"HX-Request": "true"}
    )
    assert "电话相同" in response.content.decode()
    assert sign_in(agent).get(reverse("crm:hints"), {"name": "\x00", "phone": "x" * 999}).status_code == 200


def test_who_sees_only_their_own_customers_sees_no_others(sign_in, make_member, branch):
    mine = make_member(Role.DESIGNER, branch=branch)
    make_customer("我的", branch=branch, adviser=mine)
    theirs = make_customer("别人的", branch=branch)
    client = sign_in(mine)
    assert names(client.get(reverse("workspace:customers"))) == ["我的"]
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.post(reverse("crm:phone", args=[theirs.pk])).status_code == 404
