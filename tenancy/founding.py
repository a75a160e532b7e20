"""What a new firm finds on its first day: each app adds its part (playbooks, scripts, templates)."""

from collections.abc import Callable

from tenancy.models import Firm

Install = Callable[[Firm], None]
_installs: list[Install] = []


def on_founding(install: Install) -> Install:
    """``@on_founding`` in a module ``AppConfig.ready`` loads (``settings.py``, ``facts.py`` …).

    Runs inside the new firm's scope and transaction. It may run again on a firm that has it already
    (``manage.py create_firm --refresh``): what is there stays as the firm has made it.
    """
    _installs.append(install)
    return install


def install_all(firm: Firm) -> None:
    for install in _installs:
        install(firm)
