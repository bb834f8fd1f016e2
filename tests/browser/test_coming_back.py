"""A socket that is dropped and a server that is restarted: page and filters survive, and it works.

``make faults`` does it twenty times. A restart takes long, and ``test_replicas`` loses a server at
every run of the tests: without that only the socket is dropped, once.
"""

import os
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import free_port, running, settle
from tests.proxy import Proxy

pytestmark = pytest.mark.browser

TIMES = int(os.environ.get("FAULTS", "1"))
LINK = "renewals?segment=Enterprise&quarter=FY26+Q3"


def runs(folder: Path) -> int:
    return (folder / "server.log").read_text().count('"event": "run"')


def survives(page: Page, folder: Path, fault: Callable[[], None]) -> None:
    """The page runs again by itself after a fault, is the same, and its cards answer."""
    shown, before = page.locator("h3.finding").all_inner_texts(), runs(folder)
    assert shown
    fault()
    deadline = time.monotonic() + 120
    while runs(folder) == before:
        assert time.monotonic() < deadline, "the page was not run again"
        page.wait_for_timeout(200)
    settle(page)
    assert re.search(r"/renewals\?.*segment=Enterprise", page.url)
    assert "quarter=FY26+Q3" in page.url
    assert page.locator("h3.finding").all_inner_texts() == shown
    expect(page.locator(".st-key-segment")).to_contain_text("Enterprise")
    card = page.locator(".st-key-card_due_by_quarter")
    with page.expect_download(timeout=30_000):
        card.get_by_role("button", name="CSV").click()


def test_a_dropped_socket_leaves_page_and_filters(server, server_folder, open_page):
    with Proxy(urlsplit(server).port) as proxy:
        page = open_page(f"http://127.0.0.1:{proxy.port}/{LINK}")

        def dropped() -> None:
            proxy.set("reset")
            page.wait_for_timeout(500)
            proxy.set("pass")

        for _ in range(TIMES):
            survives(page, server_folder, dropped)
        page.context.close()


@pytest.mark.skipif("FAULTS" not in os.environ, reason="make faults restarts a server 20 times")
def test_a_restarted_server_finds_its_readers_where_they_were(demo_file, tmp_path, open_page):
    port = free_port()
    with ExitStack() as stack:

        def start():
            return stack.enter_context(running(demo_file, tmp_path, port=port))

        url, process = start()
        page = open_page(f"{url}/{LINK}")

        def restarted() -> None:
            nonlocal process
            process.kill()
            process.wait()
            _, process = start()

        for _ in range(TIMES):
            survives(page, tmp_path, restarted)
        page.context.close()
