"""The canary company, and a browser that keeps every byte which the app would send to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from dashboard import visitor
from dashboard.access import role_in_words
from dashboard.components.retention import POLICY_FORM
from dashboard.navigation import ENTRIES
from dashboard.takeaway.menu import MENU
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.access.canaries import (
    CanaryCompany,
    build_canaries,
    files_in,
    write_canaries,
)
from tests.access.seen import bound_parameter, is_viewer_switch

ROOT = Path(__file__).parent.parent.parent
OF_THE_BOOK = ("board_story", "retention_workbook")
"""How files begin that are the same on every page."""
OF_A_PAGE = (".pptx", ".pdf")
"""How files end that hold a whole page."""


@pytest.fixture(scope="session")
def canaries(tmp_path_factory) -> CanaryCompany:
    """The company whose names and texts say to whom they belong."""
    return build_canaries(tmp_path_factory.mktemp("canaries"))


@pytest.fixture(scope="session")
def canary_store(canaries, tmp_path_factory) -> str:
    """A store with a text of every kind that people save."""
    url = f"sqlite:///{tmp_path_factory.mktemp('canary store') / 'app.sqlite'}"
    write_canaries(canaries, url)
    return url


@dataclass
class Received:
    """What reached a browser in one run."""

    messages: list[bytes] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    """Link parameters that a widget reads."""

    def __iter__(self) -> Iterator[bytes]:
        yield from self.messages
        for file in self.files:
            yield from files_in(file)


@dataclass
class Promises:
    """Files that a page offers and makes when somebody clicks."""

    waiting: list[tuple[str, Callable[[], bytes]]] = field(default_factory=list)
    of_the_book: set[str] = field(default_factory=set)

    def kept(self, *, opened: bool) -> list[bytes]:
        """The files, made outside of a run, as Streamlit makes them.

        Those of a whole page once for each link, those of the whole book once for a person.
        """
        made = [make() for name, make in self.waiting if self._is_made(name, opened=opened)]
        self.waiting.clear()
        return made

    def _is_made(self, name: str, *, opened: bool) -> bool:
        if not name.startswith(OF_THE_BOOK):
            return opened or not name.endswith(OF_A_PAGE)
        if not opened or name in self.of_the_book:
            return False
        self.of_the_book.add(name)
        return True


class Browser:
    """One person's browser on one page after the other."""

    def __init__(self, received: Callable[[bool], Received], email: str) -> None:
        self._received = received
        self.takes_pages = True
        """Whether the files of a whole page are made, too, when it is opened."""
        self._email = email

    def opened(self, page: str, **query: str | list[str]) -> tuple[AppTest, Received]:
        """A page by its link, and all that came."""
        test = AppTest.from_file(ROOT / "app.py", default_timeout=300)
        test.query_params["viewer"] = self._email
        for name, value in query.items():
            test.query_params[name] = value
        for key in (MENU, POLICY_FORM):
            test.session_state[key] = True
        if page != ENTRIES[0].file:
            test.switch_page(f"dashboard/pages/{page}.py")
        return self._after(test, opened=self.takes_pages)

    def ran(self, test: AppTest) -> tuple[AppTest, Received]:
        """What came of a run with whatever the widgets say now."""
        return self._after(test, opened=False)

    def _after(self, test: AppTest, *, opened: bool) -> tuple[AppTest, Received]:
        self._received(False)  # Whatever came before is looked at.
        test.run()
        return test, self._received(opened)


@pytest.fixture
def browser_of(
    monkeypatch, canaries, canary_store, answers_are_kept
) -> Callable[[dict[str, object]], Browser]:
    """A browser in which somebody of the canary company looks."""
    found = manifest_scanner.scan_component_manifests()
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
    # The runner sends no request: this is what a browser on the same machine sends.
    monkeypatch.setattr(visitor, "request_headers", lambda: [("Host", "127.0.0.1:8501")])
    monkeypatch.setenv("CS_DASHBOARD_WAREHOUSE", str(canaries.file))
    monkeypatch.setenv("CS_DASHBOARD_STORE", canary_store)
    st.cache_data.clear()
    st.cache_resource.clear()
    now = Received()
    promises = Promises()
    enqueue, add = ForwardMsgQueue.enqueue, MediaFileManager.add
    deferred = MediaFileManager.add_deferred

    def enqueued(self, message):
        if not is_viewer_switch(message):
            now.messages.append(message.SerializeToString())
        now.bound |= {bound_parameter(message)} - {""}
        return enqueue(self, message)

    def added(self, path_or_data, *args, **kwargs):
        if isinstance(path_or_data, bytes):
            now.files.append(path_or_data)
        return add(self, path_or_data, *args, **kwargs)

    def promised(self, data_callable, mimetype, coordinates, file_name=None, **kwargs):
        promises.waiting.append((file_name or "", data_callable))
        return deferred(self, data_callable, mimetype, coordinates, file_name, **kwargs)

    monkeypatch.setattr(ForwardMsgQueue, "enqueue", enqueued)
    monkeypatch.setattr(MediaFileManager, "add", added)
    monkeypatch.setattr(MediaFileManager, "add_deferred", promised)

    def received(opened: bool) -> Received:
        nonlocal now
        taken, now = now, Received()
        taken.files += promises.kept(opened=opened)
        return taken

    names = labels(canaries)
    return lambda who: Browser(received, names[str(who["email"])])


def labels(canaries: CanaryCompany) -> dict[str, str]:
    """How the demo's switch names people: the link names them likewise."""
    return {
        str(each["email"]): f"{each['name']}, {role_in_words(str(each['role']))}"
        for each in canaries.people()
    }


@pytest.fixture
def answered(monkeypatch) -> list[tuple[str, int]]:
    """Questions that reach the warehouse, with the number of rows that each got."""
    answers: list[tuple[str, int]] = []
    fetch = EmbeddedWarehouse.fetch

    def noted(self, question, **params):
        frame = fetch(self, question, **params)
        answers.append((question, len(frame)))
        return frame

    monkeypatch.setattr(EmbeddedWarehouse, "fetch", noted)
    return answers
