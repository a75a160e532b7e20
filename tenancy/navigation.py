from django.utils.translation import gettext_lazy as _

from core.navigation import ACCOUNT, MANAGE, SWITCH, NavItem, register
from tenancy.models import Member, Role

register(
    NavItem(
        "settings",
        _("员工与设置"),
        "settings",
        "tenancy:members",
        MANAGE,
        order=90,
        roles={Role.FIRM_ADMIN},
        also=("/settings/",),
        count=lambda _member: Member.objects.filter(state=Member.State.PROPOSED),
    )
)
register(
    NavItem(
        "api",
        _("开放接口"),
        "plug-connected",
        "tenancy:api_clients",
        MANAGE,
        order=80,
        roles={Role.FIRM_ADMIN},
        also=("/settings/api/",),
    )
)
register(
    NavItem(
        "audit",
        _("操作记录"),
        "history",
        "tenancy:audit",
        MANAGE,
        order=70,
        roles={Role.FIRM_ADMIN, Role.CS_MANAGER},
    )
)
register(NavItem("account", _("账户与安全"), "user-circle", "tenancy:account", ACCOUNT, order=10))
register(NavItem("switch", _("切换企业或分公司"), "selector", "tenancy:choose_firm", SWITCH))
