"""Notes under a chart: listed, added, changed and withdrawn."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard import annotations
from dashboard.annotations import LONGEST_NOTE, Draft, SavedAnnotation, author_of
from dashboard.charts.annotated import Note, period_of
from dashboard.components.writing import write_once
from dashboard.exhibit import Exhibit, Timed
from dashboard.filters import Filters
from dashboard.formats import plain, visible
from dashboard.session import StoreError

AWAY = (
    "Notes are not available: the app's own database does not answer. "
    "Everything else on the page works."
)


def notes_of(exhibit: Exhibit, among: Filters) -> tuple[SavedAnnotation, ...] | None:
    """Notes that an exhibit's chart shows; ``None`` where the store is away."""
    if exhibit.timed is None:
        return ()
    return annotations.notes_on(_account_of(exhibit), among.as_of)


def numbered(notes: Sequence[SavedAnnotation], exhibit: Exhibit) -> list[Note]:
    """Notes within the days of the chart, numbered in their order."""
    timed, drawn = exhibit.timed, exhibit.drawn
    if timed is None or drawn is None:
        return []
    within = [each for each in notes if period_of(drawn, timed, each.pinned_on) is not None]
    return [
        Note(str(number), each.pinned_on, said(each)) for number, each in enumerate(within, start=1)
    ]


def said(note: SavedAnnotation) -> str:
    """A note with its day, author and moment, as plain text."""
    return (
        f"{note.pinned_on:%-d %b %Y}: {visible(note.note)} "
        f"({visible(author_of(note))}, {note.saved_at:%-d %b %Y %H:%M} UTC)"
    )


def beside(rows: pl.DataFrame, timed: Timed | None, notes: Sequence[Note]) -> pl.DataFrame:
    """Rows with the notes of their period in a column of its own; as they are where none has."""
    if timed is None or not notes or timed.day not in rows.columns:
        return rows
    found: dict[date, list[str]] = {}
    for each in notes:
        period = period_of(rows, timed, each.pinned_on)
        if period is not None:
            found.setdefault(period, []).append(f"{each.number}. {each.text}")
    texts = [" | ".join(found.get(day, ())) or None for day in rows[timed.day].to_list()]
    return rows.with_columns(pl.Series("notes", texts, dtype=pl.String))


def listed(notes: Sequence[Note]) -> None:
    """Numbers and texts under the chart."""
    for note in notes:
        st.caption(f"**{note.number}** {plain(note.text)}")


def notes_panel(key: str, account_id: str | None, among: Filters) -> None:
    """Every note with what can be done to it, and a form for a new one."""
    state = st.session_state
    if heard := state.pop(f"{key}_note_said", None):
        st.success(heard[1]) if heard[0] else st.error(heard[1])
    notes = annotations.notes_on(account_id, among.as_of)
    if notes is None:
        st.info(AWAY, icon=":material/cloud_off:")
        return
    if undo := state.get(f"{key}_note_undo"):
        st.button(
            "Put the withdrawn note back",
            key=f"{key}_note_restore",
            icon=":material/undo:",
            on_click=_do,
            args=(key, f"restore {undo}", lambda token: _restore(key, undo, token)),
        )
    if not notes:
        st.caption("No note is pinned to these days.")
    for note in notes:
        _line(key, note)
    _form(key, account_id, among)


def account_of(exhibit: Exhibit) -> str | None:
    """The account an exhibit is about; ``None`` where it is about many."""
    return _account_of(exhibit)


def _account_of(exhibit: Exhibit) -> str | None:
    account_id = exhibit.source.params.get("account_id")
    return None if account_id is None else str(account_id)


def _line(key: str, note: SavedAnnotation) -> None:
    whole = "" if note.account_id else " · whole company"
    with st.container(horizontal=True, vertical_alignment="top", key=f"{key}_note_{note.name}"):
        st.markdown(
            f"**{note.pinned_on:%-d %b %Y}** {plain(note.note)}  \n"
            f":small[{plain(author_of(note))}, {note.saved_at:%-d %b %Y %H:%M} UTC{whole}]"
        )
        st.button(
            "Change",
            key=f"{key}_change_{note.name}",
            type="tertiary",
            on_click=_begin,
            args=(key, note),
        )
        st.button(
            "Withdraw",
            key=f"{key}_withdraw_{note.name}",
            type="tertiary",
            on_click=_do,
            args=(
                key,
                f"withdraw {note.name} {note.version}",
                lambda token: _withdraw(key, note, token),
            ),
        )


def _form(key: str, account_id: str | None, among: Filters) -> None:
    state = st.session_state
    changed: SavedAnnotation | None = state.get(f"{key}_note_changed")
    fresh = f"{key}_{changed.name}_{changed.version}" if changed else f"{key}_new_{_count(key)}"
    with st.form(f"{fresh}_form", border=True):
        st.markdown("**Change the note**" if changed else "**Pin a note**")
        day = st.date_input(
            "Day",
            value=changed.pinned_on if changed else among.as_of,
            max_value=among.as_of,
            key=f"{fresh}_day",
        )
        text = st.text_area(
            "Note",
            value=changed.note if changed else "",
            max_chars=LONGEST_NOTE,
            key=f"{fresh}_text",
            height=90,
        )
        mine = False
        if account_id is not None:
            mine = (
                st.radio(
                    "About",
                    ["This account", "The whole company"],
                    index=0 if changed is None or changed.account_id else 1,
                    horizontal=True,
                    key=f"{fresh}_about",
                )
                == "This account"
            )
        with st.container(horizontal=True):
            pressed = st.form_submit_button("Save the change" if changed else "Pin the note")
            left = changed is not None and st.form_submit_button("Leave it as it is")
    if left:
        state.pop(f"{key}_note_changed", None)
        st.rerun()
    if pressed and isinstance(day, date):
        draft = Draft(
            text,
            day,
            account_id if mine else None,
            changed.name if changed else None,
            changed.version if changed else None,
        )
        _do(key, f"save {draft}", lambda token: _keep(key, draft, token))
        st.rerun()


def _count(key: str) -> int:
    return int(st.session_state.get(f"{key}_note_count", 0))


def _begin(key: str, note: SavedAnnotation) -> None:
    st.session_state[f"{key}_note_changed"] = note


def _keep(key: str, draft: Draft, token: str) -> str:
    annotations.keep(draft, token=token)
    st.session_state.pop(f"{key}_note_changed", None)
    st.session_state[f"{key}_note_count"] = _count(key) + 1
    return "The note is pinned." if draft.name is None else "The note is changed."


def _withdraw(key: str, note: SavedAnnotation, token: str) -> str:
    annotations.withdraw(note.name, note.version, token=token)
    st.session_state[f"{key}_note_undo"] = (note.name, note.version)
    return "The note is withdrawn. It can be put back."


def _restore(key: str, undo: tuple[str, int], token: str) -> str:
    annotations.restore(*undo, token=token)
    st.session_state.pop(f"{key}_note_undo", None)
    return "The note is back."


def _do(key: str, what: str, write: Callable[[str], Any]) -> None:
    """Write once, and keep how it went for the next run of the panel."""
    try:
        done = write_once(f"{key}_note", what, write)
    except StoreError as error:
        st.session_state[f"{key}_note_said"] = (False, plain(str(error)))
    else:
        st.session_state[f"{key}_note_said"] = (True, plain(str(done)))
