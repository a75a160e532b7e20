"""What happened at the demo firm lately and what is due now: a few homes told in full, through the actions."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.actions import enquiries, follow_ups, tags, visits
from crm.actions.customers import create_customer
from crm.models import Customer, Estate
from crm.reaching import Way
from crm.words import Relation, Salutation, Source
from projects.actions import advancing, appointments, notes, opening, recording
from projects.actions.recording import Said
from projects.models import Appointment, Project
from projects.phases import Phase
from tenancy.models import Member, Role
from workflow.models import StaffTask
from workflow.staff_tasks import open_task
from workspace.demo import cast, clock, confirmations
from workspace.demo.clock import at, living_at
from workspace.demo.opening import Demo

PHOTOS: Final = Path(__file__).parent / "photos"
Kind = Appointment.Kind


def tell(demo: Demo, random: Random) -> None:
    """Everything below once; call it inside the firm's scope."""
    today = clock.today()
    _a_home_told_in_full(demo, today)
    _measurements(demo, today)
    _drafts_under_way(demo, today)
    _handovers(demo, today)
    _inspections(demo, today)
    confirmations.tell(demo, today)
    _site_notes(demo, today, random)
    _visitors(demo, today, random)
    _something_due_for_everybody(demo, today)


def _a_home_told_in_full(demo: Demo, today: date) -> None:
    """陈立群 of 云栖花园: from the first call to the water and electricity, with every statement on the way."""
    began = today - timedelta(days=96)
    designer, manager = demo.people["赵一鸣"], demo.people["孙国强"]
    with living_at(at(began, 10)):
        customer = create_customer(
            "陈立群",
            by=demo.agent,
            branch=demo.branches[cast.XIAN],
            adviser=demo.agent,
            contact_points=[
                Way("13800135621", preferred_hours="工作日 12:00 后"),
                Way("13900132210", relation=Relation.SPOUSE, person_name="许婧"),
            ],
            salutation=Salutation.MR,
            source=Source.REFERRAL,
            notes="不接陌生座机；孩子九月上小学，希望年前入住。",
        )
        project = opening.open_project(
            customer, by=demo.agent, branch=demo.branches[cast.XIAN], room="3-2-1502", mode="full", area_m2=128,
            estate=Estate.objects.get(name="云栖花园"), budget_fen=20_000_000,
        )  # fmt: skip
        opening.staff_project(
            project, by=demo.admin, designer=designer, adviser=demo.agent, project_manager=manager,
            engineering_supervisor=demo.people["何建平"],
        )  # fmt: skip
    _lead_to_the_site(demo, project, began, designer)


def _lead_to_the_site(demo: Demo, project: Project, began: date, designer: Member) -> None:
    day = began + timedelta(days=3)
    with living_at(at(day, 9)):
        visit = _appoint(demo, project, Kind.MEASURE, day, 14, [designer])
        _advance(project, Phase.MEASUREMENT, designer, day, "designer_accepted")
    with living_at(at(day, 16)):
        appointments.hold_appointment(
            visit, by=designer, outcome="三室两厅，飘窗要保留", proposal_on=day + timedelta(days=6)
        )
        _advance(project, Phase.DESIGN, designer, day)
    day += timedelta(days=20)
    with living_at(at(day, 11)):
        for fact in ("drafted", "draft_accepted", "final_out"):
            recording.record_fact(project, fact, by=designer, on=day)
        _advance(project, Phase.BUDGET, designer, day, "final_confirmed")
    day += timedelta(days=16)
    with living_at(at(day, 15)):
        recording.record_fact(project, "released", by=demo.people["曹立新"], on=day, note="评审 92 分")
        _advance(
            project,
            Phase.CONTRACT,
            designer,
            day,
            "budget_confirmed",
            "drawings_and_brands",
            "clauses_explained",
            "signed",
        )
        opening.change_project(
            project, by=demo.admin, contract_fen=18_680_000, contract_number="XA-2026-0817",
            planned_completion_on=day + timedelta(days=100),
        )  # fmt: skip
    day += timedelta(days=4)
    with living_at(at(day, 10)):
        recording.record_fact(project, "first_paid", by=demo.people["金瑞"], on=day)
        _advance(project, Phase.HANDOVER, demo.agent, day)
    day += timedelta(days=5)
    with living_at(at(day, 9)):
        _advance(project, Phase.INSPECTIONS, demo.people["孙国强"], day, "handover_signed")
    with living_at(at(day + timedelta(days=9), 17)):
        recording.pass_node(
            Project.objects.get(pk=project.pk),
            "we_material",
            by=demo.people["曹立新"],
            on=day + timedelta(days=9),
            waive="开通三方确认以前的节点，现场签字单已存档",
        )


def _advance(project: Project, to: str, by: Member, day: date, *facts: str) -> None:
    said = {fact: Said(on=day) for fact in facts}
    advancing.advance(Project.objects.get(pk=project.pk), to=to, by=by, statements=said)


def _measurements(demo: Demo, today: date) -> None:
    """Somebody goes and measures today and in the coming days; the owners were asked whether they can come."""
    hours = ((0, 15), (1, 9), (1, 14), (2, 10), (3, 15))
    for (days, hour), project in zip(hours, _some(demo, Phase.CONSULTATION, 5), strict=False):
        with living_at(at(today - timedelta(days=2), 11, hour)):
            _appoint(demo, project, Kind.MEASURE, clock.next_working(today + timedelta(days=days)), hour)


def _drafts_under_way(demo: Demo, today: date) -> None:
    """Measured two to seven days ago: their drafts are due in three to five working days, so some are late."""
    for days, project in zip((2, 3, 5, 7), _some(demo, Phase.MEASUREMENT, 4), strict=False):
        day = clock.next_working(today - timedelta(days=days))
        with living_at(at(day, 8, 30)):
            visit = _appoint(demo, project, Kind.MEASURE, day, 9)
        with living_at(at(day, 11)):
            appointments.hold_appointment(visit, by=_designer(project), proposal_on=day + timedelta(days=7))
        with living_at(at(day, 11, 30)):
            _advance(project, Phase.DESIGN, demo.agent, day)


def _handovers(demo: Demo, today: date) -> None:
    """Tomorrow's site handovers: the owners get their message the day before."""
    for hour, project in zip((9, 14, 16), _some(demo, Phase.HANDOVER, 3), strict=False):
        with living_at(at(today - timedelta(days=3), 10, hour)):
            people = [project.designer, project.project_manager, project.engineering_supervisor]
            _appoint(demo, project, Kind.HANDOVER, today + timedelta(days=1), hour, [p for p in people if p])


def _inspections(demo: Demo, today: date) -> None:
    for (days, hour), project in zip(
        ((0, 17), (1, 11), (2, 15), (3, 9)), _some(demo, Phase.INSPECTIONS, 4), strict=False
    ):
        with living_at(at(today - timedelta(days=1), 9, hour)):
            people = [project.project_manager, project.engineering_supervisor]
            _appoint(
                demo, project, Kind.INSPECTION, today + timedelta(days=days), hour, [p for p in people if p]
            )


def _site_notes(demo: Demo, today: date, random: Random) -> None:
    texts = (
        "客厅强弱电开槽完成，横平竖直，已拍照。", "卫生间防水第二遍，明天闭水。", "瓷砖到货 46 箱，型号和批号核对无误。", "业主来看过，确认了开关位置。",
        "阳台地漏坡度返工一处，已复查。", "木工吊顶龙骨完成，等业主确认灯位。",
    )  # fmt: skip
    pictures = [path.read_bytes() for path in sorted(PHOTOS.glob("*.jpg"))]
    for number, project in enumerate(_some(demo, Phase.INSPECTIONS, 12)):
        if project.project_manager is None:
            continue
        photos = (
            [SimpleUploadedFile("现场.jpg", p, "image/jpeg") for p in random.sample(pictures, 2)]
            if number < 4
            else []
        )
        with living_at(at(today - timedelta(days=1 + number % 5), 16, number)):
            notes.add_note(
                project,
                by=_with_posts(project.project_manager),
                text=texts[number % len(texts)],
                photos=photos,
            )


def _visitors(demo: Demo, today: date, random: Random) -> None:
    """People who came to the shop in the last fortnight, what was said, and what marks them."""
    model_home = tags.create_tag("愿做样板间", by=demo.admin, colour="green")
    careful = tags.create_tag("预算敏感", by=demo.admin, colour="amber")
    said = (
        "看了两套样板，喜欢奶油风，回去和家人商量。",
        "主要比价，答应周三前给初步预算。",
        "担心工期，想年前搬家。",
        "已约设计师周末上门。",
    )
    visitors = Customer.objects.filter(branch=demo.branches[cast.XIAN], projects__phase=Phase.CONSULTATION)[
        :8
    ]
    for number, customer in enumerate(visitors):
        day = today - timedelta(days=1 + number * 2)
        with living_at(at(day, 11, number)):
            visits.record_visit(customer, by=demo.agent, left_at=at(day, 11, number))
            follow_ups.add_follow_up(customer, by=demo.agent, text=said[number % len(said)])
            tags.tag_customer(customer, tag=random.choice((model_home, careful)), by=demo.agent)
            if not customer.enquiries.filter(closed_at=None).exists():
                enquiries.open_enquiry(customer, by=demo.agent)


def _something_due_for_everybody(demo: Demo, today: date) -> None:
    """One thing today for each role whose own capability comes later, so that nobody signs in to an empty desk."""
    project = next(iter(_some(demo, Phase.INSPECTIONS, 1)))
    asks = (
        ("金瑞", "核对本周到账的首期款", "三户已签约，等待到账确认后安排进场。", 17),
        ("殷算之", "复核选材预算里的水电增项", "业主问增项怎么计价，请写清单价和上限。", 15),
        ("顾行之", "审核两套定稿图纸", "重点看卫生间地漏和厨房插座。", 16),
        ("曹立新", "本周抽查走访一户业主", "挑一户近期没有走访过的。", 17),
        ("段志刚", "带齐鞋套、地垫、垃圾袋，复检阳台推拉门", "业主下午两点以后在家。", 14),
        ("贺阳", "排好下周维修值班表", "周末至少留一名水电。", 18),
        ("白洁", "办理竣工户的保修手续", "材料齐了通知业主来领保修卡。", 16),
        ("魏建平", "回看本周周六回访里的低分", "低于三分的逐户问清原因。", 18),
        ("罗启航", "确认台账带来的新同事", "待确认的名字请核对后发邀请。", 18),
    )  # fmt: skip
    for name, title, detail, hour in asks:
        open_task(
            title, by=demo.one(Role.CS_MANAGER), kind=StaffTask.Kind.FOLLOW_UP, branch=demo.branches[cast.XIAN],
            assignee=demo.people[name], due_at=at(today, hour), detail=detail, project_id=project.pk,
            customer_id=project.customer_id, subject_kind="project", subject_id=project.pk,
        )  # fmt: skip


def _some(demo: Demo, phase: str, count: int) -> Iterator[Project]:
    """Projects of the first branch in a phase, spread over its people."""
    people = ("designer", "project_manager", "engineering_supervisor", "customer", "branch", "estate")
    found = Project.objects.filter(phase=phase, branch=demo.branches[cast.XIAN], designer__isnull=False)
    yield from found.select_related(*people).order_by("number")[:count]


def _designer(project: Project) -> Member:
    """Whoever designs it; ``_some`` brings no home without one."""
    if project.designer is None:
        raise ValueError(f"{project} has no designer")
    return project.designer


def _appoint(
    demo: Demo, project: Project, kind: str, day: date, hour: int, members: Sequence[Member] | None = None
) -> Appointment:
    """An hour and a half at the site; whoever is already booked then is asked half a day later."""
    members = [_designer(project)] if members is None else members
    while _is_booked(members, day, hour):
        day = clock.next_working(day + timedelta(days=1))
    return appointments.make_appointment(
        by=demo.agent,
        kind=kind,
        customer=project.customer,
        branch=project.branch,
        project=project,
        starts_at=at(day, hour),
        ends_at=at(day, hour) + timedelta(minutes=90),
        members=members,
        place=project.place,
    )


def _is_booked(members: Sequence[Member], day: date, hour: int) -> bool:
    begin, end = at(day, hour), at(day, hour) + timedelta(minutes=90)
    busy = Appointment.objects.filter(state=Appointment.State.PLANNED, starts_at__lt=end, ends_at__gt=begin)
    return busy.filter(people__member__in=members).exists()


def _with_posts(member: Member) -> Member:
    return Member.objects.with_posts().get(pk=member.pk)
