"""The calibration session: the blocks before and now, and people moved with a reason."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import polars as pl
import streamlit as st

from dashboard import hidden_names, reviews
from dashboard.charts.talent import WORDS
from dashboard.components.cards import exhibit_card, heading
from dashboard.components.nine_block import SOURCE, UNSAID, grid
from dashboard.components.states import empty
from dashboard.components.tables import rows_table
from dashboard.components.writing import how_it_went, write_and_say
from dashboard.exhibit import Exhibit
from dashboard.filters import Filters
from dashboard.findings import talent as findings
from dashboard.formats import count_of, distinct_names, plain, visible
from dashboard.ratings.combined import BLOCKS, in_cycle, judgements_of
from dashboard.reviewing import LONGEST_NOTE, MoveDraft, movable, move, undo
from dashboard.reviews import Move, Reviewed, is_open, moves, state_of
from dashboard.session import scope, today

FORM: Final = "calibration"
_WHY_NOT: Final = {
    "loaded only": "This cycle was loaded and has no days here. Whoever opens a cycle of the "
    "same name under Cycles lets it be calibrated.",
    "ahead": "This cycle is not open yet.",
    "closed": "This cycle is closed and can be read only. It is opened again by changing its days "
    "under Cycles.",
}


def view(reviewed: Reviewed, cycle: str, among: Filters) -> None:
    """Both grids, the form that moves somebody, and every move with its reason."""
    people = in_cycle(reviewed.ratings, cycle)
    if people.is_empty():
        empty(f"Nobody you may see was rated in {cycle}.", scope().reason)
        return
    how_it_went(FORM)
    rated = people.select("member_id", "reviewer_id").iter_rows()
    may_move = people.filter(pl.col("member_id").is_in(movable(rated)))
    opened = reviews.cycles().get(cycle)
    is_today = among.as_of == today()
    grids = st.container()
    coming: tuple[str, str] | None = None
    if not is_open(opened):
        st.info(_WHY_NOT[state_of(opened, today())], icon=":material/lock:")
    elif not is_today:
        st.info("You look at an earlier day. Choose today to move people.", icon=":material/lock:")
    elif may_move.is_empty():
        st.info(
            "You stand above nobody's rater here: you see the session and move nobody.",
            icon=":material/lock:",
        )
    else:
        coming = _form(may_move, cycle)
    with grids:
        _grids(people, coming)
    held_back = people.height - may_move.height
    if held_back and not may_move.is_empty():
        st.caption(
            f"{count_of(held_back, 'person')} you see and do not move: their rater stands beside "
            "or above you, or is you."
        )
    _history(moves(reviewed, cycle), reviewed, cycle, among, may_undo=is_open(opened) and is_today)


def _grids(people: pl.DataFrame, coming: tuple[str, str] | None) -> None:
    person, to = coming or ("", "")
    now = people.with_columns(
        block=pl.when(pl.col("member_id") == person).then(pl.lit(to)).otherwise("block")
    )
    changed = now.filter(pl.col("block") != pl.col("block_before_calibration"))["member_id"]
    marked = dict.fromkeys(changed.to_list(), "moved") | ({person: "coming"} if coming else {})
    before, after = st.columns(2)
    with before.container(border=True, key="card_before_calibration"):
        heading("As the managers rated")
        st.html(
            grid(
                people.iter_rows(named=True),
                block="block_before_calibration",
                marked=marked,
            )
        )
    with after.container(border=True, key="card_after_calibration"):
        heading("After calibration" + (", with the move below" if coming else ""))
        st.html(grid(now.iter_rows(named=True), marked=marked))


def _form(people: pl.DataFrame, cycle: str) -> tuple[str, str] | None:
    """The form; who would be moved where, where it says so."""
    state = st.session_state
    fresh = f"{FORM}_{state.get(f'{FORM}_count', 0)}"
    rows = {row["member_id"]: row for row in people.sort("name").iter_rows(named=True)}
    labels = distinct_names((key, row["name"]) for key, row in rows.items())
    with st.container(border=True, key="card_move"):
        heading("Move somebody")
        who, where = st.columns(2)
        person = who.selectbox(
            "Person",
            list(rows),
            index=None,
            format_func=lambda key: f"{labels[key]}, now {rows[key]['block']}",
            placeholder="Choose a person",
            key=f"{fresh}_person",
        )
        block = where.selectbox(
            "Move to",
            BLOCKS,
            index=None,
            format_func=in_words,
            placeholder="Choose a block",
            key=f"{fresh}_block",
        )
        st.text_area(
            "Reason (required)",
            max_chars=LONGEST_NOTE,
            key=f"{fresh}_reason",
            height=90,
            help="Kept with the move, for everybody who may see the person's rating.",
        )
        row = rows.get(person or "")
        if row is not None:
            _said(row, block)
        with st.container(horizontal=True):
            seen = {key: each["calibration_version"] for key, each in rows.items()}
            st.button(
                "Move",
                type="primary",
                key=f"{FORM}_move",
                on_click=_move,
                args=(fresh, cycle, seen, labels),
            )
            if row is not None and hidden_names.are_hidden():
                _reveal(row["member_id"])
    return None if row is None or block is None or block == row["block"] else (person or "", block)


def _said(row: dict[str, object], block: str | None) -> None:
    parts = [
        f"Rated {in_words(str(row['block_before_calibration']))} by "
        f"{row['reviewer_name'] or 'somebody not known'}",
        f"stands in {in_words(str(row['block']))}",
    ]
    if block is not None:
        parts.append("and stays there" if block == row["block"] else f"moves to {in_words(block)}")
    st.caption(plain("; ".join(parts) + "."))


def _reveal(shown: str) -> None:
    """One person's name, on request: choosing another person hides it again."""
    state = st.session_state
    if state.get("name_revealed") == shown:
        name = reviews.names().get(hidden_names.member_of(shown), "")
        st.markdown(f"{plain(shown)} is **{plain(name)}**")
    st.button(
        "Hide the name" if state.get("name_revealed") == shown else "Show this person's name",
        key=f"{FORM}_reveal",
        on_click=lambda: state.update(
            name_revealed=None if state.get("name_revealed") == shown else shown
        ),
    )


def _move(
    fresh: str, cycle: str, seen: Mapping[str, int | None], labels: Mapping[str, str]
) -> None:
    # What the form says now: whoever types a reason and presses at once comes before the next run.
    state = st.session_state
    said = (state.get(f"{fresh}_{part}") or "" for part in ("person", "block", "reason"))
    person, block, reason = map(str, said)
    if person not in seen or not block or not reason.strip():
        missing = "Choose a person and a block" if not (person and block) else "Say why"
        state[f"{FORM}_said"] = (False, f"{missing}: nothing was moved.")
        return
    draft = MoveDraft(cycle, person, block, reason, seen[person])
    done = f"{labels[person]} stands in {block} now. The move can be undone."
    if write_and_say(FORM, f"{draft}", partial(_write, draft), done):
        state[f"{FORM}_count"] = state.get(f"{FORM}_count", 0) + 1


def _write(draft: MoveDraft, token: str) -> None:
    move(draft, token=token)


def _undo(step: Move) -> None:
    done = f"{visible(step.name)} stands in {step.before} again. This was kept as a move, too."
    write_and_say(FORM, f"undo {step}", lambda token: undo(step, token=token), done)


def _history(
    steps: list[Move], reviewed: Reviewed, cycle: str, among: Filters, *, may_undo: bool
) -> None:
    frame = hidden_names.hidden(
        pl.DataFrame(
            [
                (each.at, each.name, each.before, each.after, each.reason, each.by, each.member_id)
                for each in steps
            ],
            schema={
                "moved_at": pl.Datetime("us", "UTC"),
                "name": pl.String,
                "moved_from": pl.String,
                "moved_to": pl.String,
                "reason": pl.String,
                "moved_by": pl.String,
                "member_id": pl.String,
            },
            orient="row",
        ),
    )
    exhibit_card(
        Exhibit(
            key="moves",
            title=findings.moves(frame, cycle),
            definition=(
                "Every move made in the app, the latest first, also those that were undone: an "
                "undo is a move of its own."
            ),
            frame=frame,
            source=SOURCE,
            lead=lambda: _steps(steps, frame, may_undo=may_undo),
            added=reviews.added(reviewed.ratings, cycle),
            unsaid=UNSAID if hidden_names.are_hidden() else (),
        ),
        among,
    )


def _steps(steps: list[Move], frame: pl.DataFrame, *, may_undo: bool) -> None:
    if frame.is_empty():
        return
    rows_table(frame, key="moves_rows", label="Moves of the calibration")
    latest = [each for each in steps if each.is_latest and may_undo]
    for number, each in enumerate(latest):
        st.button(
            f"Undo: {visible(each.name)} from {each.after} back to {each.before}",
            key=f"undo_{number}",
            icon=":material/undo:",
            type="tertiary",
            on_click=_undo,
            args=(each,),
        )


def in_words(block: str) -> str:
    """A block with its judgements: ``2B: meets all, medium``."""
    performance, promotability = judgements_of(block)
    return f"{block}: {WORDS[performance].lower()}, {WORDS[promotability].lower()}"
