"""Loads from a page: who may, where the files lie meanwhile, what a try found, and the swap."""

import os
import shutil
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import polars as pl
import streamlit as st

from dashboard import noting, session, visitor
from dashboard.audit import filters_of
from dashboard.mapping import (
    MappedLoad,
    above,
    answers,
    difference,
    filled_in,
    held,
    meter,
)
from dashboard.mapping import uploads as files
from dashboard.settings import ROOT

OWN_WAREHOUSE: Final = ROOT / "data" / "company.duckdb"
"""Where a company's own data go that are loaded while the demo company is shown."""
_FOLDER: Final = "_uploads"
_TRIED: Final = "_tried"


@dataclass(frozen=True, slots=True)
class Try:
    """A warehouse that was built of the files and waits to be swapped in."""

    asked: tuple[object, ...]
    """What it was built of: any other choice makes it out of date."""
    done: MappedLoad
    changes: pl.DataFrame
    completeness: pl.DataFrame
    """How many questions of each page would have an answer; empty where nothing was loaded."""
    file: Path


def may_load() -> bool:
    """Whether whoever looks may load files: what is loaded is what everybody sees.

    The operator, and an executive: of the demo company, or one whose address the settings name.
    """
    viewer = session.viewer()
    if viewer is None:
        return True
    if viewer.role != "executive":
        return False
    if not visitor.with_sign_in():
        return session.is_demo()
    loaders = {each.casefold() for each in visitor.settings().mapping.loaders}
    return viewer.email.casefold() in loaders


def target() -> Path | None:
    """The warehouse file that a load replaces; ``None`` where the warehouse is no file."""
    settings = visitor.settings()
    if not settings.in_file:
        return None
    return OWN_WAREHOUSE if session.is_demo() else Path(settings.warehouse)


class _Place:
    """A folder that goes when nobody holds it any more."""

    def __init__(self) -> None:
        self.path = Path(mkdtemp(prefix="uploads."))
        (self.path / "files").mkdir()
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def _place() -> Path:
    if _FOLDER not in st.session_state:
        st.session_state[_FOLDER] = _Place()
    made: _Place = st.session_state[_FOLDER]
    return made.path


def folder() -> Path:
    """Where this session's files lie; it goes with the session."""
    return _place() / "files"


def tried() -> Try | None:
    """The last try of this session."""
    found: Try | None = st.session_state.get(_TRIED)
    return found


def try_out(
    mappings: Mapping[str, str],
    left_aside: tuple[str, ...],
    *,
    as_of: date,
    time_zone: str,
    quarantine: bool,
    asked: tuple[object, ...],
    progress: Callable[[str], None],
) -> Try:
    """Build a warehouse of the files beside the folder, and compare it with what is loaded.

    Raises
    ------
    MappingError, UnreadableFileError
        As of ``mapping.uploads.tried``.
    """
    file = _place() / "tried.duckdb"
    done = files.tried(
        folder(),
        mappings,
        left_aside,
        file,
        policy=session.policy(),
        as_of=as_of,
        time_zone=time_zone,
        quarantine=quarantine,
        progress=progress,
    )
    before = target()
    changes, completeness = pl.DataFrame(), pl.DataFrame()
    if done.report.loaded and before is not None and before.is_file():
        changes = difference(held(before, as_of), held(file, as_of))
    if done.report.loaded:
        completeness = meter(answers(filled_in(file)))
    made = Try(asked, done, changes, completeness, file)
    st.session_state[_TRIED] = made
    return made


def large_changes(made: Try) -> pl.DataFrame:
    """Changes against the last load that the settings want to be asked about."""
    share = visitor.settings().mapping.ask_above
    return made.changes if made.changes.is_empty() else above(made.changes, share)


def next_step(loaded: Path) -> str:
    """What to do after a load, as Markdown."""
    if not session.is_demo() or loaded != OWN_WAREHOUSE:
        return "Every page answers from it at its next click."
    return (
        "The demo company is still what this app shows. Start the app on your own data, for "
        "yourself on this machine:\n\n"
        f"```\nCS_DASHBOARD_WAREHOUSE=data/{loaded.name} CS_DASHBOARD_OPERATOR=true bash bin/run\n"
        "```\n\nOthers need to sign in first: docs/sign-in.md."
    )


def swap_in(made: Try) -> Path:
    """Put a try in the place of what is loaded, written down first; the file it is in now.

    Raises
    ------
    StoreError
        The audit log cannot be written: nothing is loaded.
    OSError
        The file cannot be put there: what was loaded stays.
    """
    place = target()
    if place is None:
        raise OSError("The warehouse is no file.")
    rows = sum((made.done.report.rows_loaded or {}).values())
    told = filters_of(session.filters().unfiltered(), {}, file=place.name)
    noting.noted("write", "load", filters=told, rows=rows)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.loaded")
    try:
        shutil.copyfile(made.file, beside)
        os.replace(beside, place)  # noqa: PTH105 -- the one call whose atomicity matters
    finally:
        beside.unlink(missing_ok=True)
    made.file.unlink()  # Only now: what could not be put there may be tried again.
    st.session_state.pop(_TRIED, None)
    return place
