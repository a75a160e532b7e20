"""The channel this app brings itself, a task for a colleague; and the playbooks a new firm starts with."""

from django.utils.translation import gettext_lazy as _

from tenancy.founding import on_founding
from tenancy.models import Firm
from workflow import channels, playbooks, staff_tasks

channels.register("task", staff_tasks.materialise, label=_("待办"), withdraw=staff_tasks.withdraw)


@on_founding
def install_playbooks(firm: Firm) -> None:
    playbooks.install(firm)
