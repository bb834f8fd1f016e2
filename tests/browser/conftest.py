"""A real server and a real Chromium, for what no simulation of a page can see."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.demo import build_demo
from dashboard.policy import Policy

ROOT = Path(__file__).parent.parent.parent
AS_OF = date(2026, 10, 31)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory) -> Path:
    """The demo company as the first start builds it, on a fixed day."""
    file = tmp_path_factory.mktemp("browser") / "demo.duckdb"
    build_demo(file, policy=Policy(), as_of=AS_OF)
    return file


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(warehouse: Path, folder: Path, **settings: str) -> Iterator[str]:
    """The app over a warehouse, on a free loopback port, for its operator."""
    with running(warehouse, folder, **settings) as (url, _):
        yield url


@contextmanager
def running(
    warehouse: Path, folder: Path, *, entry: str = "asgi.py", port: int = 0, **settings: str
) -> Iterator[tuple[str, subprocess.Popen]]:
    """A server on a port, by the production entry or by ``app.py``; its address and process."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                str(ROOT / entry),
                "--server.port",
                f"{port}",
            ],
            cwd=ROOT,
            env=os.environ
            | {
                "CS_DASHBOARD_WAREHOUSE": str(warehouse),
                "CS_DASHBOARD_OPERATOR": "true",
                "CS_DASHBOARD_STORE": f"sqlite:///{folder / 'app.sqlite'}",
            }
            | settings,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_healthy(url, process)
            yield url, process
        finally:
            stop(process)


def stop(process: subprocess.Popen, seconds: float = 30) -> None:
    """End a server: asked first, then killed.

    A server waits for the runs that it began; under fifty viewers on a busy machine they outlast
    any patience, and nothing that a test looks at is left in the process by then.
    """
    process.terminate()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory) -> Path:
    """Where the app on the demo company keeps its store and writes its log."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="session")
def server(demo_file, server_folder) -> Iterator[str]:
    """The app on the demo company."""
    with serving(demo_file, server_folder) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, not one that Playwright downloads."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser) -> Iterator[Callable[..., Page]]:
    """A page of a given width and theme that notes every request leaving this machine.

    Whatever a test does with it, the browser must not have refused anything by the policy of its
    headers: what is refused is missing on somebody's screen.
    """
    contexts, refused = [], []

    def opened(url: str, *, width: int = 1440, theme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        page = context.new_page()
        page.outside = []
        page.on(
            "console",
            lambda message: (
                refused.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))
                else page.outside.append(request.url)
            ),
        )
        page.goto(url)
        settle(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert refused == []


STILL = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const busy = app?.dataset.testScriptState !== "notRunning" || document.querySelector(
    "[data-testid=stStatusWidget], [data-testid=stSkeleton], [data-stale=true]");
  const drawn = document.body.innerHTML.length;
  const last = window.lastDrawn ??= {};
  if (busy || drawn !== last.drawn) {
    window.lastDrawn = {drawn, since: performance.now()};
    return false;
  }
  return performance.now() - last.since > 600;
}"""
"""No run is under way, nothing is old or yet to come, and nothing has been drawn for a while."""


def settle(page: Page) -> None:
    """Wait until something is shown, the run is over and the page stands still.

    How long that takes is a matter of the machine: a busy one draws the parts of a page seconds
    apart, and what is read or clicked in between is another page's.
    """
    page.wait_for_selector(
        "h3.finding, [data-testid=stAlert], [data-testid=stDialog]", timeout=120_000
    )
    page.wait_for_function(STILL, polling=150, timeout=120_000)


def _wait_until_healthy(url: str, process: subprocess.Popen, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with code {process.returncode}")
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def views_of(page: Page) -> list[str]:
    """Names of the page's views, the one shown first; one without a name where it has none."""
    return page.locator(".st-key-view button").all_inner_texts() or [""]


def show(page: Page, view: str) -> None:
    """Choose a view of the page."""
    if view and view != views_of(page)[0]:
        page.locator(".st-key-view button", has_text=re.compile(f"^{re.escape(view)}$")).click()
        page.wait_for_timeout(300)
        settle(page)
