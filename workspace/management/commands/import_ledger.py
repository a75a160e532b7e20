"""``manage.py import_ledger FILE --firm CODE``: a ledger from the shell, the same way as from the page."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import Refusal
from tenancy.models import Firm
from workspace.ledger.shell import take_in

WORDS = (
    ("rows", "数据行"),
    ("created", "新建"),
    ("updated", "更新"),
    ("unchanged", "无变化"),
    ("duplicates", "重复"),
    ("rejected", "未导入"),
)


class Command(BaseCommand):
    help = "Import a firm's customer ledger (.xlsx or .csv); every row ends as one of the printed counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--firm", required=True, help="the firm's code")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and leave nothing behind"
        )
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        firm = Firm.objects.filter(code=options["firm"]).first()
        if firm is None:
            raise CommandError(f"没有代码为 {options['firm']} 的企业。")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"文件读不出来：{error.strerror}：{options['file']}") from error
        try:
            told = take_in(firm.pk, content, options["file"].name, dry_run=options["dry_run"])
        except Refusal as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            json.dumps(told, ensure_ascii=False) if options["json"] else _in_words(told, options)
        )


def _in_words(told: dict[str, Any], options: dict[str, Any]) -> str:
    lines = ["预演，没有写入任何数据" if options["dry_run"] else "导入完成"]
    lines += [f"{word}\t{told[name]}" for name, word in WORDS]
    lines += [f"新客户\t{told['customers_created']}", f"新项目\t{told['projects_created']}"]
    lines += [f"需要人工处理\t{told['needs_person']}"]
    lines += [f"  {count}\t{reason}" for reason, count in told["reasons"].items()]
    if told["branches_created"]:
        lines.append(f"新建分公司\t{'、'.join(told['branches_created'])}")
    if told["members_proposed"]:
        lines.append(f"待确认的员工\t{'、'.join(told['members_proposed'])}")
    return "\n".join(lines)
