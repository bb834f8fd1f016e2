"""One-on-one, the form: a note, a decision or an action, written once and never lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

import streamlit as st

from dashboard import meetings
from dashboard.components.changes import FIRST_DAY
from dashboard.components.one_on_one import Opened
from dashboard.components.writing import write_once
from dashboard.formats import distinct_names, plain
from dashboard.meetings import LONGEST_ENTRY, Draft, Entry, SavedMeetingEntry
from dashboard.queries import one_on_one as queries
from dashboard.session import StoreError, load

AWAY: Final = (
    "Notes are not available: the app's own database does not answer. "
    "Everything else on the page works."
)
KINDS: Final[tuple[Entry, ...]] = ("note", "decision", "action")


def heard(opened: Opened) -> None:
    """How the last write went, and how to take a withdrawal back."""
    state, key = st.session_state, _key(opened)
    if said := state.pop(f"{key}_said", None):
        st.success(said[1]) if said[0] else st.error(said[1])
    if undo := state.get(f"{key}_undo"):

        def restore(token: str) -> str:
            meetings.restore(*undo, token=token)
            state.pop(f"{key}_undo", None)
            return "The line is back."

        st.button(
            "Put the withdrawn line back",
            key=f"{key}_restore",
            icon=":material/undo:",
            on_click=do,
            args=(opened, f"restore {undo}", restore),
        )


def form(opened: Opened, day: date) -> None:
    """A form for a new line of a meeting, or for the change of one."""
    key = _key(opened)
    changed: SavedMeetingEntry | None = st.session_state.get(f"{key}_changed")
    # The key does not name the version: what was typed stays where somebody saved meanwhile.
    fresh = f"{key}_{changed.name}" if changed else f"{key}_new_{_count(opened)}"
    with st.container(border=True, key=f"{key}_writing"):
        entry = changed.entry if changed else _kind(key)
        with st.form(f"{fresh}_form", border=False):
            st.text_area(
                f"Change the {entry}" if changed else entry.capitalize(),
                value=changed.text if changed else "",
                max_chars=LONGEST_ENTRY,
                key=f"{fresh}_text",
                height=90,
                persist_state="session",
            )
            with st.container(horizontal=True, vertical_alignment="bottom"):
                names = _accounts(opened, changed)
                about = [None, *names]
                st.selectbox(
                    "About",
                    about,
                    index=about.index(changed.account_id)
                    if changed and changed.account_id in about
                    else 0,
                    format_func=lambda each: names[each] if each else "No account",
                    key=f"{fresh}_account",
                    persist_state="session",
                )
                if entry == "action":
                    st.date_input(
                        "Due",
                        value=changed.due_on if changed else None,
                        min_value=FIRST_DAY,
                        key=f"{fresh}_due",
                        width=160,
                        persist_state="session",
                    )
            with st.container(horizontal=True):
                st.form_submit_button(
                    "Save the change" if changed else f"Keep the {entry}",
                    key=f"{fresh}_keep",
                    on_click=_submit,
                    args=(opened, day, entry, fresh),
                )
                if changed:
                    st.form_submit_button(
                        "Leave it as it is",
                        key=f"{fresh}_leave",
                        on_click=_leave,
                        args=(opened, fresh),
                    )


def begin(opened: Opened, line: SavedMeetingEntry) -> None:
    """Open the form for the change of a line, as the line reads now."""
    _forget(f"{_key(opened)}_{line.name}")
    st.session_state[f"{_key(opened)}_changed"] = line


def _leave(opened: Opened, fresh: str) -> None:
    _forget(fresh)
    st.session_state.pop(f"{_key(opened)}_changed", None)


def _forget(fresh: str) -> None:
    """What was typed in a form whose text is kept, or given up."""
    for each in ("text", "account", "due"):
        st.session_state.pop(f"{fresh}_{each}", None)


def do(opened: Opened, what: str, write: Callable[[str], str]) -> None:
    """Write once, and keep how it went for the next run."""
    key = _key(opened)
    try:
        done = write_once(key, what, write)
    except StoreError as error:
        st.session_state[f"{key}_said"] = (False, plain(str(error)))
    else:
        st.session_state[f"{key}_said"] = (True, plain(done))


def _submit(opened: Opened, day: date, entry: Entry, fresh: str) -> None:
    state, key = st.session_state, _key(opened)
    changed: SavedMeetingEntry | None = state.get(f"{key}_changed")
    due_on = state.get(f"{fresh}_due")
    draft = meetings.draft_of(changed) if changed else Draft(opened.member_id, day, entry, text="")
    draft = replace(
        draft,
        text=state[f"{fresh}_text"],
        account_id=state[f"{fresh}_account"],
        due_on=due_on if entry == "action" else None,
    )

    def keep(token: str) -> str:
        try:
            meetings.keep(draft, token=token)
        except meetings.EditedMeanwhileError as error:
            raise StoreError(f"{error} {_now(opened, error.name)}") from error
        _leave(opened, fresh)
        state[f"{key}_count"] = _count(opened) + 1
        return f"The {entry} is {'changed' if changed else f'kept, {day:%-d %b %Y}'}."

    do(opened, f"save {draft}", keep)


def _now(opened: Opened, name: str) -> str:
    """What somebody else left of a line; the next save is made on top of it."""
    latest = meetings.latest(name)
    st.session_state[f"{_key(opened)}_changed"] = latest
    return (
        f"It now says: {latest.text} What you typed is still in the form; saving it replaces that."
    )


def _kind(key: str) -> Entry:
    return st.segmented_control(
        "Write down",
        KINDS,
        format_func=str.capitalize,
        default=KINDS[0],
        required=True,
        key=f"{key}_kind",
    )


def _accounts(opened: Opened, changed: SavedMeetingEntry | None) -> dict[str, str]:
    """Accounts of the book by name, with the one that a line is about already."""
    book = load(queries.accounts, opened.among)
    named = list(book.select("account_id", "account_name").iter_rows())
    if changed and changed.account_id and changed.account_id not in book["account_id"]:
        named += meetings.names_of([changed.account_id], opened.among.as_of).items()
    names = distinct_names(named)
    return dict(sorted(names.items(), key=lambda each: (each[1].lower(), each[0])))


def _key(opened: Opened) -> str:
    return f"lines_{opened.member_id}"


def _count(opened: Opened) -> int:
    return int(st.session_state.get(f"{_key(opened)}_count", 0))
