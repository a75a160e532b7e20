"""What rules may ask about warranties."""

from django.utils.translation import gettext_lazy as _

from aftersales.models import Warranty
from projects.facts import column, people, phone_of, title_of
from projects.phases import Mode, Phase
from workflow.registry import Fact, Subject, register

register(
    Subject(
        kind="warranty",
        label=_("保修"),
        model_label="aftersales.Warranty",
        queryset=lambda: Warranty.objects.all(),  # noqa: PLW0108 - a manager needs a firm in scope
        facts=(
            Fact("customer_id", _("客户"), "uuid", column("project__customer_id")),
            Fact("project_id", _("项目"), "uuid", column("project_id")),
            Fact("branch_id", _("分公司"), "uuid", column("branch_id")),
            Fact("title", _("工地"), "text", title_of("project__")),
            Fact("phone", _("电话"), "text", phone_of("project__customer_id"), personal=True),
            Fact("customer_name", _("客户姓名"), "text", column("project__customer__name"), personal=True),
            Fact("category", _("保修类别"), "choice", column("category"), choices=Warranty.Category.choices),
            Fact("starts_on", _("保修起算"), "date", column("starts_on")),
            Fact("ends_on", _("保修到期"), "date", column("ends_on")),
            Fact("months", _("保修月数"), "int", column("months")),
            Fact("phase", _("项目阶段"), "choice", column("project__phase"), choices=Phase.choices),
            Fact("mode", _("装修方式"), "choice", column("project__mode"), choices=Mode.choices),
            *people("project__"),
        ),
    )
)
