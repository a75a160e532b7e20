from django.utils.translation import gettext_lazy as _, pgettext_lazy

from core.navigation import CUSTOMERS, SEARCH, NavItem, register

register(
    NavItem(
        "customers",
        pgettext_lazy("many", "客户"),
        "users",
        "workspace:customers",
        CUSTOMERS,
        order=10,
        hotkey="C",
        phone=True,
        also=("/estates/", "/contact-points/", "/enquiries/"),
    )
)
register(NavItem("search", _("搜索"), "search", "workspace:search", SEARCH))
