import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications.channels.double import MODES, Double, serve


class Command(BaseCommand):
    help = "Speaks Twilio's HTTP on the loopback, shows what arrives, and reports each text as delivered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=4010)
        parser.add_argument("--secret", default="token", help="the account's secret, for signed reports")
        parser.add_argument("--mode", choices=MODES, default="ok", help="how it answers every request")

    def handle(self, *_args: Any, **options: Any) -> None:
        double = Double(secret=options["secret"], walk=("sent", "delivered"))
        double.next_mode = lambda: options["mode"]  # type: ignore[method-assign]
        server = serve(double, options["port"])
        self.stdout.write(f"TWILIO_BASE_URL=http://127.0.0.1:{server.server_port}  （Ctrl-C 结束）")
        shown = 0
        try:
            while True:
                time.sleep(0.5)
                for text in double.texts[shown:]:
                    self.stdout.write(f"{text['to'][-4:]}  {text['body']}")
                shown = len(double.texts)
        except KeyboardInterrupt:
            server.shutdown()
