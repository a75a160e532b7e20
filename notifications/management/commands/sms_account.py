import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import Refusal
from notifications.actions.accounts import set_sms_account
from notifications.models import ChannelAccount
from tenancy.audit.actor import Actor, acting
from tenancy.models import Firm
from tenancy.scoping import firm_scope


class Command(BaseCommand):
    help = "Say how a firm's texts leave: the provider's secret is read from standard input, never from the arguments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--firm", required=True, help="the firm's code")
        parser.add_argument("--provider", choices=ChannelAccount.Provider.values, default="sms_twilio")
        parser.add_argument("--account", default="", help="account id at the provider")
        parser.add_argument("--sender", default="", help="number or messaging service that sends")
        parser.add_argument("--signature", required=True, help="what stands between 【 and 】")

    def handle(self, *_args: Any, **options: Any) -> None:
        firm = Firm.objects.filter(code=options["firm"]).first()
        if firm is None:
            raise CommandError(f"没有编码为 {options['firm']} 的企业。")
        secret = "" if options["provider"] == "dev_inbox" else sys.stdin.readline().strip()
        given = {name: options[name] for name in ("provider", "account", "sender", "signature")}
        try:
            with acting(Actor(door="shell", label="命令行")), firm_scope(firm.pk):
                set_sms_account(secret=secret, **given)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{firm.name}的短信从现在起经 {options['provider']} 发送。")
