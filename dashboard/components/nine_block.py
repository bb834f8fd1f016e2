"""The 9-block: people by performance and promotability, with their names in the blocks."""

import html
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import polars as pl
import streamlit as st

from dashboard import hidden_names, reviews
from dashboard.charts.talent import PERFORMANCE, PROMOTABILITY
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty
from dashboard.exhibit import Exhibit, Source
from dashboard.filters import Filters
from dashboard.findings import talent as findings
from dashboard.formats import visible
from dashboard.metrics import talent as metrics
from dashboard.ratings import tables
from dashboard.ratings.combined import block_of, nine_block, people
from dashboard.reviews import Reviewed
from dashboard.session import policy, scope

SOURCE: Final = Source("talent/ratings")
UNSAID: Final = ("talent_ids",)
MEANING: Final = {"1A": "promote within a year", "2B": "at least a year away"}
"""What the book says of two of the blocks (HB fig. 14.1)."""
_AT_ONCE: Final = 8
"""So many names stand in a block; the others open below them."""


def view(reviewed: Reviewed, cycle: str, among: Filters) -> None:
    """The blocks after calibration, who moved, and who lacks an action plan."""
    rules = policy().talent
    rows = people(reviewed.ratings, cycle).with_columns(
        plan_required=pl.col("block").is_in(rules.plan_required_in)
    )
    if rows.is_empty():
        empty(f"Nobody you may see was rated in {cycle}.", scope().reason)
        return
    with kpi_row():
        for metric in (
            metrics.rated,
            metrics.ready,
            metrics.calibrated,
            metrics.without_plan,
            metrics.lacking_plan,
        ):
            kpi(metric, rows)
    kpi_note(f"Ratings after calibration, as of {among.as_of:%-d %b %Y}.")
    added = reviews.added(reviewed.ratings, cycle)
    exhibit_card(
        Exhibit(
            key="nine_block",
            title=findings.nine_block(nine_block(rows), cycle),
            definition=(
                "People by performance against the expected skills of their level, and by "
                "readiness for the next one. 1A: promote within a year; 2B: at least a year away. "
                "An arrow says from which block somebody came since the cycle before: up, down or "
                "across."
            ),
            frame=rows.drop("plan_required"),
            source=SOURCE,
            lead=lambda: _blocks(rows),
            added=added,
            unsaid=UNSAID if hidden_names.are_hidden() else (),
        ),
        among,
    )
    kpi_note(added)
    _changes(rows, cycle, among, added)


def _blocks(rows: pl.DataFrame) -> None:
    st.html(
        grid(rows.iter_rows(named=True), said=said_of) + _legend(policy().talent.plan_required_in)
    )


def _changes(rows: pl.DataFrame, cycle: str, among: Filters, added: str) -> None:
    unsaid = UNSAID if hidden_names.are_hidden() else ()
    lacking = rows.filter("plan_required", ~pl.col("has_action_plan"))
    required = ", ".join(policy().talent.plan_required_in) or "no block"
    exhibits = (
        (
            "moved",
            findings.moved(rows, cycle),
            "People whose block, after calibration, is another than in the last cycle in which "
            "they were rated. Who is rated for the first time has not moved.",
            rows.filter(pl.col("block_last_cycle") != pl.col("block")).select(
                "name", "block_last_cycle", "block", "reviewer_name", "has_action_plan", "member_id"
            ),
        ),
        (
            "calibrated",
            findings.calibrated(rows, cycle),
            "People whose block after calibration is another than the one first rated. "
            "Where a rating was not calibrated, the first one stands.",
            rows.filter(pl.col("block_before_calibration") != pl.col("block")).select(
                "name", "block_before_calibration", "block", "reviewer_name", "member_id"
            ),
        ),
        (
            "lacking_plan",
            findings.lacking_plan(rows),
            f"People without an action plan in a block where one is required: {required}, by the "
            "settings.",
            lacking.select("name", "block", "reviewer_name", "member_id"),
        ),
        (
            "action_plans",
            findings.action_plans(tables.action_plans(rows)),
            "People in each block with and without an action plan written down.",
            tables.action_plans(rows),
        ),
    )
    for key, title, definition, frame in exhibits:
        exhibit_card(
            Exhibit(
                key=key,
                title=title,
                definition=definition,
                frame=frame,
                source=SOURCE,
                added=added,
                unsaid=unsaid,
            ),
            among,
        )


def grid(
    rows: Iterable[Mapping[str, object]],
    *,
    block: str = "block",
    said: Callable[[Mapping[str, object]], str] = lambda _: "",
    marked: Mapping[str, str] | None = None,
) -> str:
    """The nine blocks as a table of names.

    Parameters
    ----------
    rows
        Rows with ``member_id``, ``name`` and the block.
    block
        The column that says where each stands.
    said
        What stands behind a name, as HTML.
    marked
        Class of those to be seen at once, by member id.
    """
    found: dict[str, list[str]] = {}
    # Who is marked stands first, where it is seen.
    for row in sorted(rows, key=lambda each: each["member_id"] not in (marked or {})):
        kind = (marked or {}).get(str(row["member_id"]), "")
        name = html.escape(visible(str(row["name"])))
        found.setdefault(str(row[block]), []).append(
            f'<li class="{kind}"><span>{name}</span>{said(row)}</li>'
        )
    head = "".join(f'<th scope="col">{word}</th>' for word in PERFORMANCE.values())
    side = '<th scope="rowgroup" rowspan="3"><span>Promotability</span></th>'
    body = "".join(
        f'<tr>{side if place == 0 else ""}<th scope="row"><span>{word}</span></th>'
        + "".join(_cell(block_of(performance, promotability), found) for performance in PERFORMANCE)
        + "</tr>"
        for place, (promotability, word) in enumerate(reversed(PROMOTABILITY.items()))
    )
    corner = '<td colspan="2"></td>'
    return (
        '<table class="nine"><colgroup><col class="side"><col class="side"></colgroup>'
        f'<thead><tr>{corner}<th scope="colgroup" colspan="3">Performance</th></tr>'
        f"<tr>{corner}{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def said_of(row: Mapping[str, object]) -> str:
    """From where somebody came since the last cycle, and whether a plan is missing."""
    parts = []
    before, now = row["block_last_cycle"], str(row["block"])
    if before is not None and before != now:
        parts.append(f"<small>{arrow_of(str(before), now)} from {before}</small>")
    if row.get("plan_required") and not row["has_action_plan"]:
        parts.append('<small class="lacks">no plan</small>')
    return "".join(parts)


def arrow_of(before: str, after: str) -> str:
    """Whether somebody went up, down or across from one block to another."""
    apart = rank_of(after) - rank_of(before)
    return "▲" if apart > 0 else "▼" if apart < 0 else "◆"


def rank_of(block: str) -> int:
    """How far up a block lies, from 0 to 4."""
    return "321".index(block[0]) + "CBA".index(block[1])


def _cell(block: str, found: Mapping[str, list[str]]) -> str:
    names = found.get(block, [])
    more = names[_AT_ONCE:]
    rest = (
        f"<details><summary>and {len(more)} more</summary><ul>{''.join(more)}</ul></details>"
        if more
        else ""
    )
    meaning = f"<em>{MEANING[block]}</em>" if block in MEANING else ""
    return (
        f'<td class="b{rank_of(block)}"><p><strong>{block}</strong>{meaning}<b>{len(names)}</b></p>'
        f"<ul>{''.join(names[:_AT_ONCE])}</ul>{rest}</td>"
    )


def _legend(required: Iterable[str]) -> str:
    blocks = ", ".join(required)
    plans = f" · <small class='lacks'>no plan</small> a plan is required in {blocks}"
    return (
        '<p class="nine-legend">▲ up, ▼ down, ◆ across since the cycle before'
        f"{plans if blocks else ''}</p>"
    )
