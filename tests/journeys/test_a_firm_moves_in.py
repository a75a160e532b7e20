"""A firm opens, brings its own ledger, finds a customer in it, moves her project on and makes the Saturday call."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.models import Customer
from notifications.models import CallAttempt, CallTask, Satisfaction
from projects.models import Project
from tenancy.actions.firms import found_firm
from tenancy.actions.members import add_member
from tenancy.models import AuditEntry, Member, Role, Seat
from tenancy.scoping import firm_scope
from tests.clients import Browser
from tests.factories.tenancy import PASSWORD, make_user
from tests.workspace.ledger.builder import a_row, a_workbook
from workflow import planner
from workflow.models import Step
from workspace.ledger.report import counts
from workspace.ledger.work import next_step
from workspace.models import ImportBatch

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def opened(db):
    """A firm as ``manage.py create_firm`` opens it, one agent beside its administrator."""
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        firm, admin = found_firm(
            "anju", "安居装饰", admin_name="罗启航", admin_email="luo@anju.example", admin_password=PASSWORD,
            branch_name="西安分公司",
        )  # fmt: skip
        with firm_scope(firm.pk):
            agent = add_member("林小雨", by=admin, posts=[(Role.CS_AGENT, None)], email="lin@anju.example")
            agent.user = make_user(name="林小雨", email="lin@anju.example")
            agent.save()
            Seat.objects.create(user=agent.user, firm=firm)
            yield firm, admin, agent, traveller


def test_from_an_empty_firm_to_the_saturday_call(opened, sign_in):
    _firm, admin, agent, traveller = opened
    _bring_the_ledger(sign_in(admin))
    customer = _find_her(sign_in(agent))
    _move_her_project_on(sign_in(admin), customer)
    traveller.move_to(SATURDAY)
    _make_the_saturday_call(sign_in(agent), agent)

    assert AuditEntry.objects.filter(root_kind="crm.customer", root_id=customer.pk).exists()
    assert not Customer.objects.filter(name="王秀英").exists()


def _bring_the_ledger(client: Browser) -> None:
    """Three rows end as three counts; the same file again changes nothing."""
    content = a_workbook(
        {
            "西安分公司": [
                a_row(
                    客户姓名="武明萍",
                    联系电话="138 0013 8000",
                    目前阶段="已签合同",
                    签单日期="2026.11.10",
                    设计师="孙梦",
                ),
                a_row(
                    客户姓名="曾涛华",
                    联系电话="13900139000",
                    楼栋房号="5-2-1",
                    目前阶段="水电施工",
                    开工日期="2026.11.2",
                ),
                a_row(客户姓名="", 联系电话="", 小区="", 楼栋房号="", 目前阶段=""),
            ]
        }
    )
    for expected in ({"created": 2, "rejected": 1}, {"unchanged": 2, "rejected": 1}):
        client.post(reverse("workspace:imports"), {"file": SimpleUploadedFile("台账.xlsx", content)})
        batch = ImportBatch.objects.order_by("-uploaded_at", "-pk").first()
        for step in ("import_rehearsal", "import_taking_in"):
            client.post(reverse(f"workspace:{step}", args=[batch.pk]))
            _work_off(batch)
        told = counts(batch)
        assert (
            told
            == {"rows": 3, "created": 0, "updated": 0, "unchanged": 0, "duplicates": 0, "rejected": 0}
            | expected
        )
        assert "导入" in client.get(batch.get_absolute_url()).content.decode()


def _work_off(batch: ImportBatch) -> None:
    """What the worker does, piece after piece."""
    while next_step(ImportBatch.objects.get(pk=batch.pk)):
        pass


def _find_her(client: Browser) -> Customer:
    """By two characters of her name, and by four digits from the middle of her number."""
    customer = Customer.objects.get(name="武明萍")
    for text in ("明萍", "wmp", "0013"):
        page = client.get(reverse("workspace:search"), {"q": text}).content.decode()
        assert reverse("workspace:customer", args=[customer.pk]) in page, text
    shown = client.get(reverse("workspace:customer", args=[customer.pk])).content.decode()
    assert "138****8000" in shown
    assert "13800138000" not in shown
    return customer


def _move_her_project_on(client: Browser, customer: Customer) -> None:
    """Without the first instalment the step is refused in words; with a manager's reason it is taken, once."""
    project = Project.objects.get(customer=customer)
    address = reverse("projects:advance", args=[project.number])
    refused = client.post(address, {"to": "handover"})
    assert refused.status_code == 422
    assert "首期款还没有到账" in refused.content.decode()

    client.post(address, {"to": "handover", "why_first_paid": "业主下周一转账，经理已确认"})
    again = client.post(address, {"to": "handover", "why_first_paid": "业主下周一转账，经理已确认"})

    project.refresh_from_db()
    assert (project.phase, again.status_code) == ("handover", 409)
    steps = Step.objects.filter(subject_id=project.pk).order_by("at", "pk")
    assert [(step.kind, step.target) for step in steps] == [("imported", "contract"), ("move", "handover")]


def _make_the_saturday_call(client: Browser, agent: Member) -> None:
    """Planned twice, there is one call; taken, answered and rated, it is on the record."""
    planner.plan()
    planner.plan()
    task = CallTask.objects.get(lane="saturday")
    assert task.project_id == Project.objects.get(phase="inspections").pk

    taken = client.post(reverse("workspace:call_next"))
    assert taken.url == reverse("workspace:call", args=[task.pk])
    client.post(
        reverse("workspace:call_outcome", args=[task.pk]),
        {"outcome": "reached", "q_overall": "5", "note": "现场干净，下周贴砖"},
    )

    attempt = CallAttempt.objects.get(task=task)
    assert (attempt.outcome, attempt.by, attempt.note) == ("reached", agent, "现场干净，下周贴砖")
    assert Satisfaction.objects.get(attempt=attempt, aspect="overall").score == 5
    assert "周六" in client.get(reverse("workspace:workbench")).content.decode()
