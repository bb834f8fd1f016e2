"""Thresholds: what those in use make of the customers, and what others would."""

from collections.abc import Mapping
from typing import Final

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import scorecards as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.health import Shown
from dashboard.components.own_scorecard import Other, another, keep_scorecard
from dashboard.components.scorecards import chosen_card, chosen_measure, stated
from dashboard.components.states import empty
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import scorecards as findings
from dashboard.formats import plain
from dashboard.metrics import scorecards as metrics
from dashboard.policy import Band, Definition
from dashboard.queries import scorecards as queries
from dashboard.session import load, policy, theme

_BAND: Final[Mapping[str, str | None]] = {
    "red": "red",
    "amber": "amber",
    "green": "green",
    charts.NOT_SCORED: None,
}


def thresholds(shown: Shown) -> None:
    """How many customers each threshold puts in each band, and whom another would move."""
    left, right = st.columns([2, 1])
    with left:
        card = chosen_card()
    with right:
        measure = chosen_measure()
    if said := st.session_state.pop("scorecard_said", None):
        st.info(plain(said), icon=":material/rule:")
    answer = load(queries.thresholds, shown.among, scorecard=card)
    if answer.is_empty():
        empty("No customer to score.", "Take away a filter, or choose another as-of date.")
        return
    present = policy().definition(card)
    proposals = {
        charts.PROPOSALS[name]: _with(present, red, amber)
        for name, red, amber in answer.filter(pl.col("proposal") != "chosen")
        .select("proposal", "red_below", "amber_below")
        .unique(maintain_order=True)
        .iter_rows()
        if red is not None
    }
    _in_use_and_proposed(shown, card, answer, measure)
    other = another(card, present, proposals)
    if other is None:
        return
    _moves(shown, card, answer, other)
    keep_scorecard(card, other)


def _with(definition: Definition, red: float, amber: float) -> Definition:
    """A definition with other thresholds."""
    return definition.model_copy(update={"overall": Band(red_below=red, amber_below=amber)})


def _in_use_and_proposed(shown: Shown, card: str, answer: pl.DataFrame, measure: str) -> None:
    label = pl.format(
        "{}: {} and {}",
        pl.col("proposal").replace_strict(charts.PROPOSALS),
        pl.col("red_below").round(1),
        pl.col("amber_below").round(1),
    )
    drawn = charts.with_band(
        answer.drop_nulls("red_below")
        .group_by("proposal", "red_below", "amber_below", "band_then", maintain_order=True)
        .agg(pl.col("accounts", "arr").sum()),
        "band_then",
    ).with_columns(
        name=label,
        position=pl.col("proposal").replace_strict(
            {name: at for at, name in enumerate(charts.PROPOSALS)}
        ),
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Customers of one band by one pair of thresholds."""
        row = drawn.filter(pl.col("name") == mark["name"]).row(0, named=True)
        definition = _with(policy().definition(card), row["red_below"], row["amber_below"])
        return _side_by_side(shown, card, definition).filter(
            pl.col("band_then").fill_null(charts.NOT_SCORED) == mark["band"]
        )

    exhibit_card(
        Exhibit(
            key="thresholds",
            title=findings.thresholds(answer),
            definition=(
                "The present scores by the thresholds in use (red below the first, amber below the "
                "second), by tertiles (a third of the scored customers in each band) and by "
                "quintiles (the lowest fifth red, the next two amber, the top two green), rounded "
                f"to one decimal. {stated(card, policy())}"
            ),
            frame=answer,
            source=Source("scorecards/thresholds", {"scorecard": card}),
            chart=charts.bands_chart(measure, shown.currency, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("name", "band"),
                rows=behind,
                source=Source("scorecards/customers", {"scorecard": card}),
                amount="arr",
                noun="customer",
            ),
        ),
        shown.among,
    )


def _side_by_side(shown: Shown, card: str, definition: Definition) -> pl.DataFrame:
    """Customers by the company's definition and by another one."""
    return metrics.side_by_side(
        *together(
            asked(queries.customers, shown.among, scorecard=card),
            asked(
                queries.customers,
                shown.among,
                scorecard=card,
                definition=definition.model_dump_json(),
            ),
        )
    )


def _moves(shown: Shown, card: str, answer: pl.DataFrame, other: Other) -> None:
    if other.proposal is not None:
        moves = answer.filter(proposal=other.proposal).select(
            "band_now", "band_then", "accounts", "arr"
        )
        source = Source("scorecards/thresholds", {"scorecard": card})
    else:
        moves = metrics.moves(_side_by_side(shown, card, other.definition))
        source = Source(
            "scorecards/customers",
            {"scorecard": card, "definition": other.definition.model_dump_json()},
        )

    def behind(mark: Mark) -> pl.DataFrame:
        """Customers of one pair of bands."""
        return metrics.from_band_to_band(
            _side_by_side(shown, card, other.definition),
            _BAND[str(mark["now"])],
            _BAND[str(mark["then"])],
        )

    bands = other.definition.overall
    exhibit_card(
        Exhibit(
            key="moves",
            title=findings.moves(moves, other.title),
            definition=(
                "Customers and ARR by the band they are in and the one they would be in: the "
                "company's definition against another, over the same measures of the same day. "
                f"{other.title}: red below {bands.red_below:g}, amber below "
                f"{bands.amber_below:g}. Pale cells stay."
            ),
            frame=moves,
            source=source,
            chart=charts.moves_chart(theme()),
            drawn=charts.moves(moves, currency=shown.currency),
            drill=Drill(
                keys=("now", "then"),
                rows=behind,
                source=Source("scorecards/customers", {"scorecard": card}),
                amount="arr",
                noun="customer",
                label=lambda mark: f"from {mark['now']} to {mark['then']}",
            ),
            notes=other.notes,
        ),
        shown.among,
    )
