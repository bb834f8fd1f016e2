"""One-on-one, what was written: lines of a meeting, what carries over, and looking back."""

import html
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import streamlit as st

from dashboard import meetings
from dashboard.components.one_on_one import Opened
from dashboard.components.one_on_one_writing import AWAY, begin, do, form, heard
from dashboard.exports.agenda import Section
from dashboard.formats import count_of, plain, visible
from dashboard.meetings import NOBODYS, Lines, SavedMeetingEntry, author_of
from dashboard.session import as_of

WHERE: Final = "in the dashboard, One-on-one, Notes"


def notes(opened: Opened) -> None:
    """The meeting of the as-of date to write in, and earlier ones to look back at."""
    _notes(opened)


@st.fragment
def _notes(opened: Opened) -> None:
    lines = _readable(opened)
    if lines is None:
        return
    today = as_of()
    days = [today, *(day for day in lines.days if day != today)]
    day = st.selectbox(
        "Meeting",
        days,
        format_func=lambda each: f"{each:%-d %b %Y}{' (as-of date)' if each == today else ''}",
        key=f"meeting_{opened.member_id}_{today}",
        width=260,
    )
    written(opened, lines, day)


def written(opened: Opened, lines: Lines, day: date) -> None:
    """The form, the lines of one meeting, and what it has from those before."""
    before = next((each for each in lines.days if each < day), None)
    if day != as_of():
        st.info(
            f"The one-on-one of {day:%-d %b %Y}: what you write here is written for that day.",
            icon=":material/history:",
        )
    heard(opened)
    form(opened, day)
    if lines.left_out:
        st.caption(plain(left_out_of(lines)))
    _listed(opened, lines, f"This meeting, {day:%-d %b %Y}", lines.of(day), "Nothing is written.")
    carried = lines.carried_over(day)
    number = count_of(len(carried), "action") if carried else "No action"
    _listed(
        opened,
        lines,
        f"{number} carried over",
        (*carried, *(lines.done_between(before, day) if before else ())),
        "No action is open from an earlier meeting.",
    )
    if before:
        _listed(
            opened,
            lines,
            f"Last meeting, {before:%-d %b %Y}",
            lines.of(before, "decision", "note"),
            "It has neither decisions nor notes.",
        )


def left_out_of(lines: Lines) -> str:
    """How many lines are about accounts that the viewer may not see."""
    verb = "is" if lines.left_out == 1 else "are"
    number = count_of(lines.left_out, "line")
    return f"{number} about accounts that you may not see {verb} left out."


def say_closed(why: str) -> None:
    """Why no notes are shown."""
    st.info(why, icon=":material/lock:" if why == NOBODYS else ":material/cloud_off:")


def readable(opened: Opened) -> Lines | None:
    """Lines of the person's meetings; ``None`` where they are closed to the viewer or away."""
    return meetings.lines_of(opened.member_id, as_of()) if may_open(opened) else None


def may_open(opened: Opened) -> bool:
    """Whether the notes of this person are the viewer's to read and write."""
    return meetings.may_open(opened.member_id)


def unreadable(opened: Opened) -> str:
    """Why no notes are shown, in a sentence; nothing where they are."""
    if not may_open(opened):
        return NOBODYS
    return AWAY if readable(opened) is None else ""


def _readable(opened: Opened) -> Lines | None:
    if said := unreadable(opened):
        say_closed(said)
        return None
    return readable(opened)


def _listed(
    opened: Opened,
    lines: Lines,
    heading: str,
    found: tuple[SavedMeetingEntry, ...],
    nothing: str,
) -> None:
    st.html(f'<h3 class="finding">{html.escape(heading)}</h3>')
    if not found:
        st.caption(nothing)
    for line in found:
        _line(opened, lines, line)


def _line(opened: Opened, lines: Lines, line: SavedMeetingEntry) -> None:
    key = f"line_{line.name}"
    with st.container(horizontal=True, vertical_alignment="top", key=key):
        text = html.escape(visible(line.text)).replace("\n", "<br>")
        st.html(
            f'<p class="note"><strong>{line.entry.capitalize()}</strong> {text}<br>'
            f"<small>{html.escape(' · '.join(_beside(lines, line)))}</small></p>",
            width="stretch",
        )
        if line.entry == "action":
            _done(opened, lines, line, key)
        st.button(
            "Change", key=f"{key}_change", type="tertiary", on_click=begin, args=(opened, line)
        )
        st.button(
            "Withdraw",
            key=f"{key}_withdraw",
            type="tertiary",
            on_click=do,
            args=(opened, f"withdraw {line.name} {line.version}", _withdraw(opened, line)),
        )


def _done(opened: Opened, lines: Lines, line: SavedMeetingEntry, key: str) -> None:
    is_open = meetings.is_open(line, lines.as_of)
    day = lines.as_of if is_open else None
    said = "The action is done." if is_open else "The action is open again."

    def mark(token: str) -> str:
        meetings.mark_done(line, day, token=token)
        return said

    st.button(
        "Done" if is_open else "Open again",
        key=f"{key}_done",
        type="tertiary",
        icon=":material/check:" if is_open else ":material/undo:",
        on_click=do,
        args=(opened, f"done {line.name} {line.version} {day}", mark),
    )


def _withdraw(opened: Opened, line: SavedMeetingEntry) -> Callable[[str], str]:
    def write(token: str) -> str:
        meetings.withdraw(line.name, line.version, token=token)
        st.session_state[f"lines_{opened.member_id}_undo"] = (line.name, line.version)
        return "The line is withdrawn. It can be put back."

    return write


def _beside(lines: Lines, line: SavedMeetingEntry) -> list[str]:
    """What stands under a line: account, days, and who wrote it when."""
    said = [visible(lines.names[line.account_id])] if line.account_id else []
    if line.entry == "action":
        said.append(state_of(line, lines.as_of))
    said.append(f"of the meeting of {line.held_on:%-d %b %Y}")
    said.append(f"{visible(author_of(line))}, {line.saved_at:%-d %b %Y %H:%M} UTC")
    return said


def state_of(line: SavedMeetingEntry, day: date) -> str:
    """How an action stands on a day."""
    if not meetings.is_open(line, day):
        return f"done {line.done_on:%-d %b %Y}"
    if line.due_on is None:
        return "open"
    late = "overdue since" if meetings.is_overdue(line, day) else "due"
    return f"{late} {line.due_on:%-d %b %Y}"


def sections(lines: Lines, since: date) -> tuple[Section, ...]:
    """What was written, as lists of the agenda's page."""
    day, before = lines.as_of, lines.last
    carried = lines.carried_over(day)
    late = sum(meetings.is_overdue(each, day) for each in carried)
    done = lines.done_between(before or since, day)
    actions = Section(
        f"{count_of(len(carried), 'action')} carried over"
        + (f", {late} overdue" if late else "")
        + (f"; {len(done)} done since" if done else ""),
        ("Action", "Account", "State", "Meeting"),
        (50, 22, 16, 12),
        [
            (each.text, _account(lines, each), state_of(each, day), f"{each.held_on:%-d %b %Y}")
            for each in (*carried, *done)
        ],
        "action",
        WHERE,
    )
    last = lines.of(before, "decision", "note") if before else ()
    now = lines.of(day)
    return (
        actions,
        _told(
            lines,
            f"Last meeting, {before:%-d %b %Y}" if before else "Last meeting",
            sorted(last, key=lambda each: each.entry),
        ),
        _told(lines, f"This meeting, {day:%-d %b %Y}", now),
    )


def _told(lines: Lines, when: str, found: Sequence[SavedMeetingEntry]) -> Section:
    numbers = [
        count_of(number, kind)
        for kind in ("decision", "action", "note")
        if (number := sum(each.entry == kind for each in found))
    ]
    return Section(
        f"{when}: {', '.join(numbers) or 'nothing written'}",
        ("Kind", "What was said", "Account", "State"),
        (8, 54, 22, 16),
        [
            (
                each.entry.capitalize(),
                each.text,
                _account(lines, each),
                state_of(each, lines.as_of) if each.entry == "action" else "",
            )
            for each in found
        ],
        "line",
        WHERE,
    )


def _account(lines: Lines, line: SavedMeetingEntry) -> str:
    return lines.names[line.account_id] if line.account_id else ""
