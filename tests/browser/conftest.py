"""A real Chromium at the real server. Everything here commits: the server runs in threads of its own."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tenancy.models import Member
from tests.browser.chromium import CHROMIUM, DESKTOP, FLAGS, PHONE
from tests.clients import Browser as Client, signed_in

WATCH_POLICY = """
window.__refused = [];
document.addEventListener('securitypolicyviolation', e =>
  window.__refused.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Playwright's own loop makes Django think it is in async code; every test here is a browser test."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="not run: install chromium"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_as(
    chromium: Browser, live_server: Any, hand_to: Callable[[Page, Member | None], None]
) -> Iterator[Callable[..., Page]]:
    """``open_as(member, viewport=PHONE, dark=True)`` → a page signed in as the member (None: nobody).

    The page keeps what the browser complained about: ``page.complaints()`` lists console errors, failed requests
    and refusals of the content security policy since it was opened or handed on.
    """
    contexts: list[BrowserContext] = []

    def open_page(member: Member | None, *, viewport: dict[str, int] = DESKTOP, dark: bool = False) -> Page:
        context = chromium.new_context(
            viewport=viewport,
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            has_touch=viewport is PHONE,
            is_mobile=viewport is PHONE,
        )
        contexts.append(context)
        if dark:
            context.add_cookies([{"name": "theme", "value": "dark", "url": live_server.url}])
        context.add_init_script(WATCH_POLICY)
        page = context.new_page()
        _listen(page)
        hand_to(page, member)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def hand_to(live_server: Any) -> Callable[[Page, Member | None], None]:
    """``hand_to(page, member)``: what the page opens from now on, it opens as the member (None: nobody).

    Much cheaper than another page: the browser keeps its process and our scripts and styles.
    """

    def hand(page: Page, member: Member | None) -> None:
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        if member is not None:
            page.context.add_cookies([_session_cookie(member, live_server.url)])
        page.heard.clear()

    return hand


def _session_cookie(member: Member, url: str) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    client = signed_in(member, Client())
    return {"name": name, "value": client.cookies[name].value, "url": url}


def _listen(page: Page) -> None:
    heard = page.heard = []  # type: ignore[attr-defined]  # ours, for the tests
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.complaints = lambda: heard + page.evaluate("window.__refused || []")  # type: ignore[attr-defined]  # ours, for the tests
