"""``print``, and the PDF behind a page's menu: what pages show, on paper."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import click
import polars as pl

from dashboard import noting, session
from dashboard.audit import filters_of
from dashboard.charts.talent import PERFORMANCE, PROMOTABILITY
from dashboard.commands.output import written
from dashboard.components.annotations import pinned_to
from dashboard.components.cards import policy_sentence
from dashboard.components.nine_block import MEANING, arrow_of, rank_of
from dashboard.components.tables import heading_of, is_share, worded
from dashboard.exhibit import Exhibit
from dashboard.exports.agenda_sheet import agenda_sheet
from dashboard.exports.report import Block, Blocks, Page, Piece, report
from dashboard.exports.report_tables import Rows
from dashboard.filters import Filters
from dashboard.formats import SYMBOLS
from dashboard.navigation import SHOWING
from dashboard.ratings.combined import block_of
from dashboard.session import sentence
from dashboard.shown import Shown
from dashboard.takeaway.commands import Parameter, asking, chosen_of, filtered
from dashboard.takeaway.offscreen import shown_on

NINE_BLOCK: Final = "nine_block"
"""The exhibit that is people in blocks; its rows follow as a table."""
MIXED: Final = frozenset({"billed_arr"})
"""Money in the currency of each line: no symbol holds for all."""


def report_of(shown: Shown) -> bytes:
    """A page as a PDF; call it inside the run that showed it.

    The agenda of a one-on-one is one sheet; any other page has as many as it needs.
    """
    if shown.paper is not None:
        return agenda_sheet(shown.paper)
    return report([page_of(shown)])


def page_of(shown: Shown) -> Page:
    """What stands on the sheets of a page; call it inside the run that showed it."""
    return Page(
        title=shown.title,
        reading=shown.of_what,
        loaded=_loaded(),
        figures=tuple(shown.figures),
        pieces=tuple(_piece(*each) for each in shown.exhibits),
        remarks=tuple(dict.fromkeys(shown.remarks)),
        view=shown.view,
    )


def _piece(exhibit: Exhibit, among: Filters) -> Piece:
    about = (
        ("Definition", exhibit.definition),
        ("Added by the app", exhibit.added),
        ("Policy", policy_sentence(exhibit)),
        ("Filters", f"{sentence(among)}."),
        ("Question", exhibit.source.question),
    )
    blocks = _blocks(exhibit.frame) if exhibit.key == NINE_BLOCK else None
    return Piece(pinned_to(exhibit, among), rows_of(exhibit.frame), about, blocks)


def _blocks(people: pl.DataFrame) -> Blocks:
    """The 9-block as on the page: who stands where, and from where they came."""
    found: dict[str, list[str]] = {}
    for name, now, before in people.select("name", "block", "block_last_cycle").iter_rows():
        came = f" ({arrow_of(before, now)} from {before})" if before not in {None, now} else ""
        found.setdefault(now, []).append(f"{name}{came}")
    blocks = [block_of(across, down) for down in reversed(PROMOTABILITY) for across in PERFORMANCE]
    return Blocks(
        across="Performance",
        down="Promotability",
        columns=tuple(PERFORMANCE.values()),
        rows=tuple(reversed(PROMOTABILITY.values())),
        cells=tuple(
            Block(
                f"{block}: {MEANING[block]}" if block in MEANING else block,
                tuple(found.get(block, ())),
                rank_of(block),
            )
            for block in blocks
        ),
    )


def rows_of(frame: pl.DataFrame) -> Rows:
    """Rows as they read on the page, with the currency in the heading of each amount."""
    currency = session.policy().reporting_currency
    symbol = SYMBOLS.get(currency, currency)
    shown = worded(frame)
    return Rows(
        frame=shown,
        headings={
            name: heading_of(name)
            + (f", {symbol}" if dtype.is_decimal() and name not in MIXED else "")
            for name, dtype in shown.schema.items()
        },
        shares=frozenset(
            name for name, dtype in shown.schema.items() if dtype.is_float() and is_share(name)
        ),
    )


def _loaded() -> str:
    freshness = session.freshness()
    whose = "Demo company. " if session.is_demo() else ""
    return (
        f"{whose}Data as of {freshness.as_of:%-d %b %Y}, "
        f"loaded {freshness.loaded_at:%-d %b %Y %H:%M} UTC. {freshness.derived_note}"
    ).strip()


@click.command("print")
@click.option(
    "--page",
    "pages",
    multiple=True,
    required=True,
    type=click.Choice([entry.file for entry in SHOWING]),
    help="A page; may be repeated.",
)
@click.option("--view", help="View of the page, as its control names it.")
@click.option("--with", "link", multiple=True, type=Parameter(), help="Parameter of the link.")
@filtered
def print_command(
    *,
    pages: Sequence[str],
    view: str | None,
    link: Sequence[tuple[str, str]],
    viewer: str | None,
    output: Path,
    warehouse: str | None,
    **filters: object,
) -> None:
    """Write a PDF of pages: cards, charts, whole tables and what the numbers mean.

    Without --viewer the operator asks, who may see everything.
    """
    with asking(warehouse, viewer, chosen_of(filters)) as asked:
        given = [
            shown_on(
                asked.opened(page, view, dict(link)),
                partial(_noted, page, output.name),
                viewer=asked.viewer,
            )
            for page in pages
        ]
        sheets = [each for each in given if isinstance(each, bytes)]
        if sheets and len(given) > 1:
            raise click.UsageError("The agenda of a one-on-one is a file of its own.")
        made = sheets[0] if sheets else report([each for each in given if isinstance(each, Page)])
    written(made, output)


def _noted(page: str, file: str, shown: Shown) -> Page | bytes:
    """What a page gives to the file, written down before it is given."""
    filters = filters_of(session.filters(), {}, file=file)
    rows = sum(len(exhibit.frame) for exhibit, _ in shown.exhibits)
    noting.noted("export", f"{page} as PDF", filters=filters, rows=rows)
    return page_of(shown) if shown.paper is None else agenda_sheet(shown.paper)
