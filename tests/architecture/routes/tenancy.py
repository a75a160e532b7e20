"""Signing in, one's own account, people and settings, the trail, and the API's first addresses."""

from datetime import timedelta

from django.utils import timezone

from tenancy.models import ApiClient, Department, Invitation, Member, Post, Role
from tests.architecture.routes import EVERYBODY, Route, get, post

ADMIN = {Role.FIRM_ADMIN}
TRAIL = {Role.FIRM_ADMIN, Role.CS_MANAGER}
CALLERS = EVERYBODY


def colleague(world):
    return world.member(Role.DESIGNER)


def left(world):
    member = colleague(world)
    member.state = Member.State.LEFT
    member.save()
    return member


def proposed(world):
    return Member.objects.create(name=world.canary, state=Member.State.PROPOSED)


def department(world):
    number = Department.objects.count()
    return Department.objects.create(name=f"{world.canary}{number}", kind="other", branch=world.branch)


def api_client(world):
    number = ApiClient.objects.count()
    member = Member.objects.create(name=f"接口{number}")
    Post.objects.create(member=member, role=Role.PARTNER_API, branch=world.branch)
    return ApiClient.objects.create(
        name=world.canary, member=member, branch=world.branch, prefix=f"walk{number}"
    )


def invited(world):
    member = colleague(world)
    return Invitation.objects.create(member=member, digest="x", expires_at=timezone.now() + timedelta(days=1))


MAKERS = {
    "colleague": colleague,
    "colleague_left": left,
    "colleague_proposed": proposed,
    "department": department,
    "api_client": api_client,
    "invited": invited,
}


def pk_of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def a_pair(world):
    """Both made before anybody knocks."""
    return {"pk": world.colleague_proposed.pk} if world.colleague else {}


def a_post(world):
    return {"pk": world.colleague.pk, "post_pk": world.colleague.posts.get().pk}


def person(world):
    return {"name": "新同事", "phone": "13912340001", "role": "designer", "branch": str(world.branch.pk)}


def shop(world):
    return {"name": "新店", "code": "neu", "kind": "own", "is_active": "on"}


def key(world):
    return {"name": "对接", "branch": str(world.branch.pk), "scopes": ["branches:read"]}


ROUTES = [
    Route("tenancy:login", get(), post(ok=422), public="the door itself"),
    Route(
        "tenancy:login_code", get(ok=302), post(ok=302), public="between the password and the second factor"
    ),
    Route("tenancy:forgotten", get(), public="who has no password cannot sign in to read what to do"),
    Route("tenancy:logout", post(), public="an ended session must still lead to the sign-in page"),
    Route(
        "tenancy:invitation",
        get(ok=404),
        post(ok=404),
        kwargs=lambda world: {"code": "changan", "token": "nothing"},
        public="an invited person has no account yet; the token is the proof",
    ),
    Route("tenancy:choose_firm", get(), post(ok=422), user_only=True),
    Route("tenancy:choose_branch", post(), user_only=True),
    Route("tenancy:second_factor", get(), post(ok=422), user_only=True),
    Route("tenancy:account", get(EVERYBODY)),
    Route("tenancy:password", post(EVERYBODY, ok=422)),
    Route("tenancy:end_sessions", post(EVERYBODY)),
    Route("tenancy:recovery_codes", post(EVERYBODY, ok=422)),
    Route("tenancy:settings", get(ADMIN, ok=302)),
    Route("tenancy:firm_settings", get(ADMIN), post(ADMIN, ok=422)),
    Route("tenancy:role_labels", get(ADMIN), post(ADMIN)),
    Route("tenancy:members", get(ADMIN)),
    Route("tenancy:new_member", get(ADMIN), post(ADMIN, data=person)),
    Route(
        "tenancy:member",
        get(ADMIN),
        post(ADMIN, data=lambda world: {"name": "改名", "phone": "13912340002"}),
        kwargs=pk_of("colleague"),
        branch_object=False,
    ),
    Route(
        "tenancy:grant_post",
        post(ADMIN, data=lambda world: {"role": "budgeter"}),
        kwargs=pk_of("colleague"),
        branch_object=False,
    ),
    Route("tenancy:withdraw_post", post(ADMIN), kwargs=a_post, branch_object=False),
    Route("tenancy:invite_member", post(ADMIN), kwargs=pk_of("colleague"), branch_object=False),
    Route("tenancy:departure", post(ADMIN), kwargs=pk_of("colleague"), branch_object=False),
    Route("tenancy:homecoming", post(ADMIN), kwargs=pk_of("colleague_left"), branch_object=False),
    Route("tenancy:confirmation", post(ADMIN), kwargs=pk_of("colleague_proposed"), branch_object=False),
    Route(
        "tenancy:merging",
        post(ADMIN, data=lambda world: {"into": str(world.colleague.pk)}),
        kwargs=a_pair,
        branch_object=False,
    ),
    Route("tenancy:branches", get(ADMIN)),
    Route("tenancy:new_branch", get(ADMIN), post(ADMIN, data=shop)),
    Route("tenancy:branch", get(ADMIN), post(ADMIN, data=shop), kwargs=pk_of("branch")),
    Route("tenancy:departments", get(ADMIN)),
    Route(
        "tenancy:new_department",
        get(ADMIN),
        post(ADMIN, data=lambda world: {"name": "新部门", "kind": "other"}),
    ),
    Route(
        "tenancy:department",
        get(ADMIN),
        post(ADMIN, data=lambda world: {"name": "改名", "kind": "other"}),
        kwargs=pk_of("department"),
        branch_object=False,
    ),
    Route("tenancy:dissolution", post(ADMIN), kwargs=pk_of("department"), branch_object=False),
    Route("tenancy:api_clients", get(ADMIN)),
    Route("tenancy:new_key", get(ADMIN), post(ADMIN, data=key, ok=200)),
    Route("tenancy:replace_key", post(ADMIN), kwargs=pk_of("api_client"), branch_object=False),
    Route("tenancy:revoke_key", post(ADMIN), kwargs=pk_of("api_client"), branch_object=False),
    Route("tenancy:audit", get(TRAIL)),
    Route("api:schema", get(), public="the reference of an API tells nothing of a firm"),
    Route("api:docs", get(), public="as the schema it draws"),
    Route("api:me", get(CALLERS)),
    Route("api:branch-list", get(CALLERS)),
    Route("api:branch-detail", get(CALLERS), kwargs=pk_of("branch")),
    Route("api:member-list", get(CALLERS)),
    Route("api:member-detail", get(CALLERS), kwargs=pk_of("colleague")),
]
