"""A socket that is dropped and a server that is restarted: page and filters survive, and it works.

``make faults`` does it twenty times. A restart takes long, and ``test_replicas`` loses a server at
every run of the tests: without that only the socket is dropped, once.
"""

import asyncio
import os
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, expect
from websockets.exceptions import WebSocketException

from benchmarks import load
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
    card.get_by_role("radio", name="Download").click()
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


@pytest.mark.skipif("FAULTS" not in os.environ, reason="make faults restarts a server 20 times")
def test_a_server_restarted_under_load_serves_everybody_again(
    demo_file, tmp_path, open_page, monkeypatch
):
    """Eight people click without a pause while their server is killed and started anew."""
    monkeypatch.setattr(load, "THINKS", (0.1, 0.5))
    port, measured, over = free_port(), load.Measured(), threading.Event()

    async def keeps_looking(url: str, name: str, place: int) -> None:
        while not over.is_set():
            viewer = load.Viewer(url, name, place, measured, anything=True)
            try:
                await viewer.looks(time.monotonic() + 5)
            except (OSError, TimeoutError, WebSocketException):
                await asyncio.sleep(0.5)  # As a browser: it tries again.

    async def crowd(url: str) -> None:
        names = load.people(demo_file, 8)
        await asyncio.gather(*(keeps_looking(url, name, place) for place, name in enumerate(names)))

    with ExitStack() as stack, ThreadPoolExecutor(1) as thread:
        url, process = stack.enter_context(running(demo_file, tmp_path, port=port))
        clicking = thread.submit(asyncio.run, crowd(url))
        try:
            page = open_page(f"{url}/{LINK}")
            settle(page)
            shown = page.locator("h3.finding").all_inner_texts()
            sockets: list[WebSocket] = []
            page.on("websocket", lambda found: sockets.append(found))  # noqa: PLW0108 -- it is marked
            process.kill()
            process.wait()
            stack.enter_context(running(demo_file, tmp_path, port=port))
            again = time.monotonic()
            while not sockets or sockets[-1].is_closed():
                assert time.monotonic() < again + 120, "the browser found no socket again"
                page.wait_for_timeout(200)
            page.wait_for_timeout(3000)
            settle(page)
            assert page.locator("h3.finding").all_inner_texts() == shown
            expect(page.locator(".st-key-segment")).to_contain_text("Enterprise")
            while not [each for each in measured.turned if each[0] > again]:
                assert time.monotonic() < again + 120, "nobody else was served again"
                page.wait_for_timeout(200)
            page.context.close()
        finally:
            over.set()
        clicking.result()
    assert not measured.errors
