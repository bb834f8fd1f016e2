"""A reader in Chromium: opens a page, changes a choice, and sees when the new content is there.

The same code looks at every app, the floor included. Ready is the moment of the last change that
was drawn in the page's main part, once the script is over, nothing is stale or yet to come, and
nothing has changed for a while; the while itself is not counted. What lies in a canvas is not
drawn: there a table keeps its cells for screen readers, which follow 200 ms after the table.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

QUIET: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH: Final = """() => {
  if (window.seen) return;
  const seen = window.seen = {begun: 0, drawn: 0, ran: true};
  new MutationObserver(changes => {
    const now = performance.now();
    for (const {target} of changes) {
      const at = target.nodeType === 1 ? target : target.parentElement;
      if (at?.closest("canvas")) continue;
      if (at?.closest("[data-testid=stMain]") || at?.dataset?.testid === "stApp") {
        // A short run may be over before the page says that it began: what it drew says so.
        seen.drawn = now; seen.ran = true; break;
      }
    }
  }).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true});
  addEventListener("keydown", event => {
    if (["Enter", "Backspace"].includes(event.key) && seen.armed) {
      Object.assign(seen, {begun: performance.now(), drawn: 0, ran: false, armed: false});
    }
  }, true);
}"""
READY: Final = """quiet => {
  const seen = window.seen, app = document.querySelector("[data-testid=stApp]");
  if (!seen?.ran || !seen.drawn || app?.dataset.testScriptState !== "notRunning") return false;
  if (document.querySelector(
    "[data-testid=stSkeleton], [data-testid=stSpinner], [data-stale=true]")) return false;
  const main = document.querySelector("[data-testid=stMain]");
  if (!main?.querySelector("h3, [data-testid=stAlert]")) return false;
  return performance.now() - seen.drawn > quiet && {took: seen.drawn - seen.begun};
}"""
STILL_FOR: Final = 400
"""Milliseconds without a change after which nothing more is expected."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How long something took until it was drawn, and what the server sent for it."""

    milliseconds: float
    kilobytes: float


class Reader:
    """A page in a browser context of its own, with what came in by its web sockets."""

    def __init__(self, page: Page, *, patience: float) -> None:
        self.page = page
        self._patience = 1000 * patience
        self._bytes = 0
        page.add_init_script(f"({WATCH})()")
        page.on("websocket", self._listen)

    def open(self, url: str) -> Seen:
        """Go to an address; the time counts from the moment the browser began to load it."""
        self._bytes = 0
        self.page.goto(url, wait_until="commit")
        return self._ready()

    def press(self, label: str, key: str, *, typed: str = "") -> Seen:
        """Type into a choice and press a key; the time counts from the key."""
        field = self.page.get_by_label(label, exact=False).locator("visible=true").first
        field.click()
        if typed:
            self.page.keyboard.type(typed)
        # What opening the list has drawn is over.
        self.page.wait_for_timeout(250)
        self.page.evaluate("window.seen.armed = true")
        self._bytes = 0
        self.page.keyboard.press(key)
        seen = self._ready()
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(100)
        return seen

    def _ready(self) -> Seen:
        found = self.page.wait_for_function(
            READY, arg=STILL_FOR, polling=50, timeout=self._patience
        ).json_value()
        return Seen(found["took"], self._bytes / 1024)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._count)

    def _count(self, payload: str | bytes) -> None:
        self._bytes += len(payload)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        yield browser
        browser.close()


@contextmanager
def reader(browser: Browser, *, patience: float = 120) -> Iterator[Reader]:
    """Somebody who never was here: nothing of an earlier visit is in the browser."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        yield Reader(context.new_page(), patience=patience)
    finally:
        context.close()
