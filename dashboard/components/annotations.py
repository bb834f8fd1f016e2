"""Notes under a chart: listed, added, changed and withdrawn."""

import html
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard import annotations
from dashboard.annotations import LONGEST_NOTE, Draft, SavedAnnotation, author_of
from dashboard.charts.annotated import Note, annotated, period_of, with_notes
from dashboard.components.writing import write_once
from dashboard.exhibit import Exhibit, Timed
from dashboard.filters import Filters
from dashboard.formats import plain, visible
from dashboard.session import StoreError, theme

AWAY = (
    "Notes are not available: the app's own database does not answer. "
    "Everything else on the page works."
)


def pinned_to(exhibit: Exhibit, among: Filters) -> Exhibit:
    """The exhibit with the notes of its days: on its chart, beside its rows, and in words.

    As it is where it is not over time, where nothing is pinned to its days, or where the store is
    away.
    """
    timed, chart, drawn = exhibit.timed, exhibit.chart, exhibit.drawn
    if timed is None or chart is None or drawn is None:
        return exhibit
    saved = annotations.notes_on(account_of(exhibit), among.as_of) or ()
    within = [each for each in saved if period_of(drawn, timed, each.pinned_on) is not None]
    if not within:
        return exhibit
    notes = [
        Note(str(number), each.pinned_on, said(each)) for number, each in enumerate(within, start=1)
    ]
    return replace(
        exhibit,
        chart=annotated(chart, theme()),
        drawn=with_notes(drawn, chart, timed, notes),
        frame=beside(exhibit.frame, timed, notes),
        pinned=tuple(each.text for each in notes),
    )


def said(note: SavedAnnotation) -> str:
    """A note with its day, author and moment, as plain text."""
    return (
        f"{note.pinned_on:%-d %b %Y}: {visible(note.note)} "
        f"({visible(author_of(note))}, {note.saved_at:%-d %b %Y %H:%M} UTC)"
    )


def beside(rows: pl.DataFrame, timed: Timed, notes: Sequence[Note]) -> pl.DataFrame:
    """Rows with the notes of their period in a column of its own; as they are where none has."""
    if timed.day not in rows.columns:
        return rows
    found: dict[date, list[str]] = {}
    for each in notes:
        period = period_of(rows, timed, each.pinned_on)
        if period is not None:
            found.setdefault(period, []).append(f"{each.number}. {each.text}")
    texts = [" | ".join(found.get(day, ())) or None for day in rows[timed.day].to_list()]
    return rows.with_columns(pl.Series("notes", texts, dtype=pl.String))


def listed(notes: Sequence[str]) -> None:
    """Numbers and texts under the chart."""
    said = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    if said:
        # No Markdown: it would make a link of whatever looks like an address.
        st.html(f'<ol class="notes">{said}</ol>')


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
    account_id = exhibit.source.params.get("account_id")
    return None if account_id is None else str(account_id)


def _line(key: str, note: SavedAnnotation) -> None:
    whole = "" if note.account_id else " · whole company"
    with st.container(horizontal=True, vertical_alignment="top", key=f"{key}_note_{note.name}"):
        text = html.escape(visible(note.note)).replace("\n", "<br>")
        st.html(
            f'<p class="note"><strong>{note.pinned_on:%-d %b %Y}</strong> {text}<br>'
            f"<small>{html.escape(visible(author_of(note)))}, "
            f"{note.saved_at:%-d %b %Y %H:%M} UTC{whole}</small></p>",
            width="content",
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
