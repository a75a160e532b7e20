"""Takes the pictures of docs/user/img from the running demo firm: ``bin/up`` in one terminal, ``bin/pictures`` in another."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import CHROMIUM, DESKTOP, FLAGS, PHONE

EMAIL, PASSWORD = "{}@jincheng.example", "JuanDemo-2026"
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "user" / "img"


@dataclass(frozen=True)
class Picture:
    """``act``: what is done on the page before the picture is taken."""

    name: str
    login: str
    path: str
    act: Callable[[Page], None] | None = None
    phone: bool = False


def open_first(selector: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_timeout(1200)

    return act


def search_for(text: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.keyboard.press("Control+k")
        page.locator("dialog[open] input[type=search]").fill(text)
        page.wait_for_timeout(1200)

    return act


def open_draft(page: Page) -> None:
    page.locator("form[action*='/drafting/'] button").click()
    page.wait_for_url("**/draft/")


def open_drafted_rule(page: Page) -> None:
    open_draft(page)
    open_first("#rule-saturday_call a[href*='/playbooks/rules/']")(page)


PICTURES = (
    Picture("workbench", "agent", "/work/"),
    Picture("call", "agent", "/work/", open_first("a:has-text('继续回访'), button:has-text('继续回访')")),
    Picture("search", "agent", "/work/", search_for("陈立")),
    Picture("customer-new", "agent", "/customers/new/"),
    Picture("customers", "manager", "/customers/"),
    Picture("board", "manager", "/projects/"),
    Picture("board-phone", "designer", "/projects/mine/", phone=True),
    Picture("advance", "designer", "/projects/mine/", open_first("a[href*='/advance/']")),
    Picture("note-phone", "pm", "/projects/mine/", open_first("a[href*='/visits/new/']"), phone=True),
    Picture("import", "admin", "/import/"),
    Picture("members", "admin", "/settings/members/"),
    Picture("playbooks", "manager", "/playbooks/"),
    Picture("playbook-draft", "manager", "/playbooks/", open_draft),
    Picture("playbook-rule", "manager", "/playbooks/", open_drafted_rule),
    Picture("audit", "manager", "/audit/"),
)


def main(base: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for picture in PICTURES:
            _take(browser, base, picture)
            print(picture.name)  # noqa: T201 - says how far it is
        browser.close()


def _take(browser: Browser, base: str, picture: Picture) -> None:
    context = browser.new_context(
        viewport=PHONE if picture.phone else DESKTOP,
        base_url=base,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.goto("/login/")
    page.fill("#id_name", EMAIL.format(picture.login))
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(picture.path)
    if picture.act:
        picture.act(page)
    page.wait_for_timeout(600)
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
