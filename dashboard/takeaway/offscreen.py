"""Running a page where nobody looks, for what it would show: files are made of the pages' exhibits.

The page's own code runs, with the filters and the parameters of a link, under a viewer's rights;
nothing is drawn. It is Streamlit's own context of a run, without a browser at its other end.
"""

import runpy
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar
from urllib.parse import urlencode

import streamlit as st
from streamlit import runtime
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import StopException, add_script_run_ctx
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state import SafeSessionState, SessionState

from dashboard import session, visitor
from dashboard.access import Viewer
from dashboard.components import filters, shell, staleness
from dashboard.navigation import PAGES, Entry
from dashboard.once import in_one_run
from dashboard.settings import ROOT
from dashboard.shown import Shown, begin

T = TypeVar("T")

_APP: Final = str(ROOT / "app.py")


class NotOnOfferError(Exception):
    """A page, a filter or a view that this viewer has not; the message is fit for the screen."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The global filters of a page; what is ``None`` or empty is left as the page has it."""

    as_of: date | None = None
    quarter: str | None = None
    policy: str | None = None
    segment: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    csm: tuple[str, ...] = ()

    def given(self) -> dict[str, object]:
        """Values by the key of the filter."""
        one = {"as_of": self.as_of, "quarter": self.quarter, "policy": self.policy}
        many = {"segment": self.segment, "region": self.region, "csm": self.csm}
        return {
            **{name: value for name, value in one.items() if value is not None},
            **{name: list(values) for name, values in many.items() if values},
        }


@dataclass(frozen=True, slots=True)
class Opened:
    """A page to run: which, in what view and with what other parameters of its link."""

    entry: Entry
    chosen: Chosen = Chosen()
    link: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    state: Mapping[str, object] = field(default_factory=dict)
    """What the controls of a page were set to, by their keys: the same view is run again."""

    @classmethod
    def as_it_is(cls, entry: Entry) -> "Opened":
        """The page that runs, with its filters and controls as they are."""
        return cls(entry, link=st.query_params.to_dict(), state=dict(_controls()))


def shown_on(opened: Opened, then: Callable[[Shown], T], *, viewer: Viewer | None) -> T:
    """What is made, inside its run, of what a page shows to a viewer (``None``: the operator).

    Raises
    ------
    NotOnOfferError
        The page does not exist for this viewer, or a filter has no such value for them.
    WarehouseError
        The page cannot be answered.
    """
    return in_a_run(lambda: then(_shown(opened)), opened.link, viewer=viewer)


def in_a_run(
    do: Callable[[], T],
    link: Mapping[str, str | Sequence[str]] | None = None,
    *,
    viewer: Viewer | None,
) -> T:
    """Do something in a run of its own, as a viewer: there the session answers as on a page."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        context = _context(link or {})
        add_script_run_ctx(ctx=context)
        context.reset(query_string=context.query_string, page_script_hash=context.page_script_hash)
        st.session_state[visitor.OFFSCREEN] = visitor.Offscreen(viewer)
        try:
            with in_one_run():
                done.append(do())
        except BaseException as error:  # noqa: BLE001 -- raised where it was asked for
            failed.append(error)
        if runtime.exists():
            # What a page offers for download is kept by run: nobody will come for it.
            runtime.get_instance().media_file_mgr.clear_session_refs(context.session_id)

    thread = threading.Thread(target=run, name="offscreen")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return done[0]


def _controls() -> Iterator[tuple[str, object]]:
    """Values of the controls of a run; a button has none that could be given again."""
    for key, value in st.session_state.items():
        known = isinstance(value, str | int | float | date | list | tuple | None)
        if known and not isinstance(value, bool) and not str(key).startswith("_"):
            yield str(key), value


def _shown(opened: Opened) -> Shown:
    entry = opened.entry
    if not entry.may_open(session.viewer()):
        raise NotOnOfferError(f"{entry.title} is not on offer to this viewer.")
    visitor.open_page(entry.file)
    for key, value in opened.state.items():
        st.session_state[key] = value
    kept = begin(Shown(title=entry.title, on_screen=False))
    is_whole = False
    try:
        book = entry.by_book and session.scope().sees_accounts
        choose(opened.chosen, book=book)
        refused = filters.global_filters(
            quarter=entry.by_quarter, book=book, policy=entry.by_policy
        )
        kept.reading = shell.reading(book=entry.by_book, policy=entry.by_policy, refused=refused)
        runpy.run_path(str(PAGES / f"{entry.file}.py"), run_name="__main__")
        is_whole = True
    except StopException:
        pass
    except session.MissingTableError as error:
        kept.remarks.append(f"Not shown: it needs {', '.join(error.tables)}, not loaded.")
    kept.stale = staleness.stale() or ""
    asked = opened.link.get("view")
    # A page that stopped before its views says why.
    if asked is not None and asked not in kept.views and (kept.views or is_whole):
        raise NotOnOfferError(f"{entry.title} has no view {asked}.")
    return kept


def choose(chosen: Chosen, *, book: bool) -> None:
    """Set the filters, each to what this viewer is offered: nothing is dropped in silence."""
    given = chosen.given()
    offered = {
        "quarter": lambda: {session.CURRENT_QUARTER, *(each.label for each in session.quarters())},
        "policy": lambda: set(session.retention_policies()),
        **({name: _choices(name) for name in ("segment", "region", "csm")} if book else {}),
    }
    # The as-of date first: what is on offer depends on it.
    for name in sorted(given, key=lambda each: each != "as_of"):
        value = given[name]
        wanted = value if isinstance(value, list) else [value]
        if isinstance(value, date):
            is_offered = filters.FIRST_DAY <= value <= session.today()
        else:
            is_offered = name not in offered or set(wanted) <= offered[name]()
        if not is_offered:
            raise NotOnOfferError(f"No such {name} is on offer to this viewer.")
        st.session_state[name] = value


def _choices(name: str) -> Callable[[], set[str]]:
    return lambda: set(session.choices(name))


def _context(link: Mapping[str, str | Sequence[str]]) -> ScriptRunContext:
    requests = ScriptRequests()

    def enqueue(message: ForwardMsg) -> None:
        # Nothing is sent; st.stop and st.rerun are heard where an element would be drawn.
        del message
        if requests.on_scriptrunner_yield() is not None:
            raise StopException

    return ScriptRunContext(
        session_id=f"offscreen {uuid.uuid4().hex}",
        _enqueue=enqueue,
        query_string=urlencode(link, doseq=True),
        session_state=SafeSessionState(SessionState(), lambda: None),
        uploaded_file_mgr=MemoryUploadedFileManager("/offscreen"),
        main_script_path=_APP,
        user_info={},
        fragment_storage=MemoryFragmentStorage(),
        pages_manager=PagesManager(_APP, ScriptCache()),
        script_requests=requests,
    )
