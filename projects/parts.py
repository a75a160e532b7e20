"""What people are on an appointment, in words: the owner, slots of the project, somebody from outside."""

from typing import Any

from django.utils.translation import gettext_lazy

PARTS: dict[str, Any] = {
    "owner": gettext_lazy("业主"),
    "colleague": gettext_lazy("同事"),
    "designer": gettext_lazy("设计师"),
    "adviser": gettext_lazy("家装顾问"),
    "project_manager": gettext_lazy("项目经理"),
    "foreman": gettext_lazy("工长"),
    "engineering_supervisor": gettext_lazy("工程监督"),
    "inspector": gettext_lazy("监察员"),
    "third_party": gettext_lazy("第三方监理"),
}
