"""A ledger taken in: what it brings, that it brings it once, and that nothing is lost or doubled on the way."""

from datetime import date

import pytest

from aftersales.models import Warranty
from crm.models import ContactPoint, Customer, Estate
from projects.models import Project
from tenancy.models import Branch, Member, Post
from tests.workspace.ledger.builder import a_row, a_workbook
from workflow.models import Step
from workspace.ledger import work
from workspace.ledger.receiving import ask_to_rehearse, ask_to_take_in, receive_ledger
from workspace.ledger.report import counts
from workspace.ledger.shell import summary
from workspace.ledger.work import next_step
from workspace.models import ImportBatch, ImportRow

pytestmark = pytest.mark.django_db


def rehearsed(content: bytes, name: str = "台账.xlsx", *, by: Member | None = None) -> ImportBatch:
    batch = ask_to_rehearse(receive_ledger(content, name, by=by), by=by)
    while next_step(batch):
        pass
    return ImportBatch.objects.get(pk=batch.pk)


def taken_in(content: bytes, name: str = "台账.xlsx", *, by: Member | None = None) -> ImportBatch:
    batch = ask_to_take_in(rehearsed(content, name, by=by), by=by)
    while next_step(batch):
        pass
    return ImportBatch.objects.get(pk=batch.pk)


LEDGER = {
    "西安分公司": [
        a_row(
            客户姓名=" 严玲 ", 联系电话="’13800138001/139 0013 9001", 合同总额="18.6万", 签单日期="25.3.5", 开工日期=45730.0,
            目前阶段="保修中", 竣工日期="2025年8月1日", 生日="农历冬月廿三", 项目经理="胡师傅", 监理="林监理", 备注="=1+1",
        ),
        a_row(客户姓名="崔国志", 联系电话="+8613800138002", 介绍人="严玲", 客户来源="老客户介绍", 楼栋房号="5-3-2602", 备注="😀很满意"),
        a_row(客户姓名="崔国志", 联系电话=13800138002.0, 楼栋房号="5-3-2602", 介绍人="严玲", 客户来源="老客户介绍"),
        ["", "小计"],
        a_row(客户姓名="韩丽敏", 联系电话="见合同", 楼栋房号="6-3-3001", 目前阶段=""),
        a_row(客户姓名="", 联系电话="13800138005"),
    ],
    "咸阳分公司": [a_row(客户姓名="𠮷田", 联系电话="13800138006", 装修方式="纯设计", 目前阶段="木瓦", 合同总额=100000, 楼栋房号="1-1-101")],
}  # fmt: skip


def test_every_row_ends_as_exactly_one_thing_and_the_counts_add_up(firm):
    told = counts(taken_in(a_workbook(LEDGER)))

    assert told == {"rows": 6, "created": 4, "updated": 0, "unchanged": 0, "duplicates": 1, "rejected": 1}


def test_the_rehearsal_foresees_what_happens_and_writes_nothing(firm):
    batch = rehearsed(a_workbook(LEDGER))
    foreseen = list(batch.rows.order_by("position").values_list("outcome", "lines", "sentences"))

    assert not Customer.objects.exists()
    assert not Project.objects.exists()
    assert not Member.objects.exists()
    assert {person["name"] for person in batch.people} == {"孙梦", "胡师傅", "林监理"}

    batch = ask_to_take_in(batch, by=None)
    while next_step(batch):
        pass
    assert list(batch.rows.order_by("position").values_list("outcome", "lines", "sentences")) == foreseen


def test_a_row_brings_customer_project_people_warranty_and_one_step(firm):
    taken_in(a_workbook(LEDGER))
    customer = Customer.objects.get(name="严玲")
    project = customer.projects.get()

    assert [point.value for point in customer.contact_points.order_by("-is_primary")] == [
        "+8613800138001", "+8613900139001",
    ]  # fmt: skip
    assert (customer.birthday_calendar, customer.birthday_month, customer.birthday_day) == ("lunar", 11, 23)
    assert (customer.house, customer.estate.name, customer.notes) == ("10-3-2204", "书香雅苑", "=1+1")
    assert (project.phase, project.contract_fen, project.mode) == ("warranty", 18_600_000, "half")
    assert (project.signed_on, project.started_on, project.accepted_on) == (
        date(2025, 3, 5), date(2025, 3, 14), date(2025, 8, 1),
    )  # fmt: skip
    assert project.imported_at is not None
    assert project.branch.name == "西安分公司"
    assert (project.designer.name, project.engineering_supervisor.name) == ("孙梦", "林监理")
    assert dict(Warranty.objects.values_list("category", "ends_on"))["waterproofing"] == date(2030, 8, 1)
    steps = Step.objects.of("project", project.pk)
    assert [(step.kind, step.source, step.target) for step in steps] == [("imported", "", "warranty")]


def test_people_are_proposed_once_with_a_post_in_each_branch(firm):
    taken_in(a_workbook(LEDGER))
    designer = Member.objects.get(name="孙梦")

    assert designer.state == Member.State.PROPOSED
    assert designer.user is None
    assert {(post.role, post.branch.name) for post in designer.posts.all()} == {
        ("designer", "西安分公司"), ("designer", "咸阳分公司"),
    }  # fmt: skip


def test_people_and_branches_the_firm_has_are_used(firm, make_member):
    branch = Branch.objects.create(code="xa", name="西安店")
    known = make_member("designer", branch=branch, name="孙梦")
    taken_in(a_workbook({"西安分公司": [a_row()]}))

    assert Project.objects.get().designer == known
    assert Project.objects.get().branch == branch
    assert Branch.objects.count() == 1
    assert Post.objects.filter(member=known).count() == 1


def test_referrers_are_linked_and_unknown_ones_are_left_to_a_person(firm):
    rows = [
        a_row(客户姓名="严玲", 联系电话="13800138001"),
        a_row(客户姓名="崔国志", 联系电话="13800138002", 介绍人="严玲", 楼栋房号="1-1-2"),
        a_row(客户姓名="邱浩", 联系电话="13800138003", 介绍人="王大姐", 楼栋房号="1-1-3"),
    ]
    batch = taken_in(a_workbook({"西安分公司": rows}))

    assert Customer.objects.get(name="崔国志").referrer.name == "严玲"
    assert Customer.objects.get(name="邱浩").referrer_name == "王大姐"
    assert "王大姐" in batch.rows.get(name="邱浩").sentences[0]


def test_without_a_stage_the_customer_is_kept_without_a_project(firm):
    batch = taken_in(a_workbook(LEDGER))
    row = batch.rows.get(name="韩丽敏")

    assert row.outcome == "created"
    assert not Customer.objects.get(name="韩丽敏").projects.exists()
    assert any("目前阶段" in sentence for sentence in row.sentences)


def test_a_mode_that_contradicts_the_stage_is_kept_and_listed(firm):
    batch = taken_in(a_workbook(LEDGER))
    project = Project.objects.get(customer__name="𠮷田")

    assert (project.mode, project.phase, project.node) == ("design_only", "inspections", "mc_accepted")
    assert batch.rows.get(name="𠮷田").needs_person


def test_the_same_file_again_changes_nothing(firm):
    content = a_workbook(LEDGER)
    taken_in(content)
    before = _everything()

    told = counts(taken_in(content, "改了名.xlsx"))

    assert told == {"rows": 6, "created": 0, "updated": 0, "unchanged": 4, "duplicates": 1, "rejected": 1}
    assert _everything() == before


def test_what_the_ledger_changed_is_followed_and_what_people_changed_stays(firm):
    first = a_row(合同总额="10万", 签单日期="2025-03-05", 目前阶段="已签合同", 备注="")
    taken_in(a_workbook({"西安": [first]}))
    project = Project.objects.get()
    project.style = "原木"
    project.save()
    Customer.objects.update(notes="销售写的备注")

    second = a_row(
        合同总额="12万",
        签单日期="2025-03-05",
        目前阶段="水电施工",
        备注="台账的备注",
        联系电话="13800138000/13800138009",
    )
    batch = taken_in(a_workbook({"西安": [second]}))
    project.refresh_from_db()
    row = batch.rows.get()

    assert row.outcome == "updated"
    assert project.contract_fen == 12_000_000
    assert project.phase == "contract"
    assert any("水电施工" in sentence for sentence in row.sentences)
    assert any("备注" in sentence for sentence in row.sentences)
    assert Customer.objects.get().notes == "销售写的备注"
    assert ContactPoint.objects.count() == 2
    assert "合同金额：¥100,000 → ¥120,000" in row.lines


def test_a_second_home_of_a_known_customer_is_a_second_project(firm):
    taken_in(a_workbook({"西安": [a_row(备注="有老人")]}))
    batch = taken_in(a_workbook({"西安": [a_row(楼栋房号="1-1-101", 备注="出租用")]}))

    assert batch.rows.get().outcome == "created"
    assert Customer.objects.get().projects.count() == 2
    assert Customer.objects.get().notes == "有老人"
    assert Project.objects.get(room="1-1-101").note == "出租用"


def test_two_homes_in_one_file_do_not_disturb_each_other(firm):
    content = a_workbook(
        {"西安": [a_row(备注="有老人"), a_row(楼栋房号="1-1-101", 备注="出租用", 客户来源="活动")]}
    )
    assert counts(taken_in(content))["created"] == 2
    before = _everything()

    assert counts(taken_in(content))["unchanged"] == 2
    assert _everything() == before
    assert Customer.objects.get().notes == "有老人"


def test_another_name_under_the_same_number_is_another_customer_and_a_question(firm):
    taken_in(a_workbook({"西安": [a_row()]}))
    batch = taken_in(a_workbook({"西安": [a_row(客户姓名="邱浩", 楼栋房号="9-9-9")]}))

    assert Customer.objects.count() == 2
    assert any("姓名不同" in sentence for sentence in batch.rows.get().sentences)


def test_a_branch_manager_brings_in_rows_of_that_branch_only(firm, make_member):
    branch = Branch.objects.create(code="xa", name="西安分公司")
    manager = make_member("branch_manager", branch=branch, name="店长")
    batch = taken_in(a_workbook(LEDGER), by=manager)

    assert batch.rows.get(name="𠮷田").outcome == "rejected"
    assert not Branch.objects.filter(name="咸阳分公司").exists()
    assert Customer.objects.count() == 3


def test_the_firm_next_door_sees_none_of_it(firm, other_firm):
    from tenancy.scoping import firm_scope

    taken_in(a_workbook(LEDGER))

    with firm_scope(other_firm.pk):
        assert not Customer.objects.exists()
        assert not ImportRow.objects.exists()
        told = summary(taken_in(a_workbook(LEDGER)))
    assert told["created"] == 4


def test_rows_cost_the_same_however_many_there_are(firm, django_assert_max_num_queries):
    def ledger(count):
        rows = [
            a_row(客户姓名=f"客户{n}", 联系电话=f"1380013{n:04d}", 楼栋房号=f"1-1-{n}") for n in range(count)
        ]
        return a_workbook({"西安分公司": rows})

    batch = ask_to_take_in(rehearsed(ledger(work.PIECE)), by=None)
    with django_assert_max_num_queries(60):
        next_step(batch)
    assert Customer.objects.count() == work.PIECE


def _everything():
    models = (Customer, ContactPoint, Project, Estate, Branch, Member, Post, Warranty, Step)
    return {model.__name__: sorted(map(str, model.objects.values_list())) for model in models}
