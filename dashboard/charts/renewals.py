"""Charts of renewals."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import altair as alt
import polars as pl

from dashboard.calendar import FiscalCalendar
from dashboard.charts import (
    constant,
    focus,
    legend,
    raised,
    selectable,
    specification,
    turned,
)
from dashboard.charts.palette import (
    BANDS,
    CLOSED,
    HEALTH,
    INK,
    KINDS,
    ON_HEALTH,
    SURFACE,
    WORDS,
    Theme,
)
from dashboard.formats import Unit, axis_money
from dashboard.spelled import spelled

KEPT: Final = "closed: kept"
LOST: Final = "closed: lost"
OTHER: Final = "other segments"
NAMED_SEGMENTS: Final = 4
"""Segments with a colour of their own; more could not be told apart beside the closed ones."""


def states_by_quarter(due: pl.DataFrame, *, by: str, calendar: FiscalCalendar) -> pl.DataFrame:
    """What ``due_by_quarter`` draws: quarter x state with its ARR and count.

    Takes the columns of ``queries.renewals.DUE_BY_QUARTER``. A state is ``closed: kept``,
    ``closed: lost`` (churn and contraction), or the band or segment of the open ones.
    """
    open_state = (
        pl.format("open: {}", pl.col("health_band").fill_null("not scored"))
        if by == "health band"
        else pl.format("open: {}", _named_segment(due))
    )
    kept, lost = pl.lit(KEPT), pl.lit(LOST)
    parts = [
        due.select("due_quarter", state=kept, arr="arr_renewed_capped", renewals=pl.col("renewed")),
        due.select(
            "due_quarter",
            state=lost,
            arr=pl.col("arr_due") - pl.col("arr_open") - pl.col("arr_renewed_capped"),
            renewals=pl.col("churned"),
        ),
        due.select("due_quarter", state=open_state, arr="arr_open", renewals=pl.col("open")),
    ]
    ranks = {state: rank for rank, state in enumerate(states(by, due))}
    return (
        pl.concat([part.cast({"arr": pl.Decimal(38, 2)}) for part in parts])
        .group_by("due_quarter", "state", maintain_order=True)
        .agg(pl.col("arr").sum(), pl.col("renewals").sum())
        .filter((pl.col("arr") != 0) | (pl.col("renewals") != 0))
        .sort("due_quarter")
        .pipe(
            spelled,
            quarter=("due_quarter", lambda day: calendar.period_of(day, "quarter").label),
        )
        .with_columns(rank=pl.col("state").replace_strict(ranks, return_dtype=pl.Int64))
    )


def states(by: str, due: pl.DataFrame) -> list[str]:
    """States in the order they are stacked, the closed ones at the base."""
    if by == "health band":
        return [KEPT, LOST, *(f"open: {band}" for band in BANDS)]
    names = due.select(_named_segment(due).alias("segment"))["segment"].unique().sort().to_list()
    return [KEPT, LOST, *(f"open: {name}" for name in sorted(names, key=lambda n: n == OTHER))]


def _named_segment(due: pl.DataFrame) -> pl.Expr:
    named = _names(due)
    return pl.when(pl.col("segment").is_in(named)).then(pl.col("segment")).otherwise(pl.lit(OTHER))


def _names(due: pl.DataFrame) -> list[str]:
    largest = (
        due.group_by("segment")
        .agg(pl.col("arr_open").sum())
        .sort("arr_open", "segment", descending=[True, False])["segment"]
        .to_list()
    )
    return largest if len(largest) <= NAMED_SEGMENTS + 1 else largest[:NAMED_SEGMENTS]


@specification
def due_by_quarter(  # noqa: PLR0917 -- cached by position
    measure: str,
    order: tuple[str, ...],
    by: str,
    this_quarter: str,
    currency: str,
    theme: Theme,
) -> alt.TopLevelMixin:
    """Stacked bars per quarter: what closed at the base, what is open above it."""
    colours = {KEPT: CLOSED[theme]["kept"], LOST: CLOSED[theme]["lost"]}
    for number, state in enumerate(order[2:]):
        band = state.removeprefix("open: ")
        colours[state] = (
            HEALTH[theme][band] if by == "health band" else KINDS[theme][number % len(KINDS[theme])]
        )
    mark = selectable("quarter", "state")
    labels = {
        state: f"open: {WORDS[state.removeprefix('open: ')]}"
        for state in order[2:]
        if by == "health band"
    }
    money = measure == "ARR"
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("quarter:N")
            .sort(field="due_quarter", op="min", order="ascending")
            .title(None)
            .axis(labelFontWeight=_bold(this_quarter), **turned()),
            alt.Y("arr:Q" if money else "renewals:Q")
            .title("ARR due" if money else "Renewals due")
            .axis(labelExpr=axis_money(currency), tickCount=5)
            if money
            else alt.Y("renewals:Q").title("Renewals due").axis(format="~s", tickCount=5),
            alt.Color("state:N")
            .title(None)
            .scale(domain=list(order), range=[colours[state] for state in order])
            .legend(labelExpr=_relabel(labels), **legend(3)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("quarter:N").title("Quarter"),
                alt.Tooltip("state:N").title("State"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("renewals:Q").title("Renewals").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=320)
    )


def cells(due: pl.DataFrame, *, currency: str) -> pl.DataFrame:
    """What ``by_segment_and_band`` draws: open renewals of one quarter, segment x band."""
    return (
        due.with_columns(band=pl.col("health_band").fill_null("not scored"))
        .group_by("segment", "band")
        .agg(pl.col("arr_open").sum(), pl.col("open").sum())
        .sort("segment", "band")
        .with_columns(
            rank=pl.col("band").replace_strict({b: i for i, b in enumerate(BANDS)}),
            count_label=pl.format("{} open", pl.col("open")),
        )
        .pipe(
            spelled,
            arr_label=("arr_open", lambda arr: Unit.MONEY.text(arr, currency=currency)),
        )
    )


@specification
def by_segment_and_band(theme: Theme) -> alt.TopLevelMixin:
    """Segment x band: ARR and number of the quarter's open renewals in each cell."""
    mark = selectable("segment", "band")
    base = alt.Chart().encode(
        alt.X("band:N")
        .sort(list(reversed(BANDS)))
        .title(None)
        .scale(domain=list(reversed(BANDS)))
        .axis(labelExpr=_relabel(WORDS), ticks=False, **raised()),
        alt.Y("segment:N")
        .title(None)
        .axis(labelLimit=160, labelOverlap=False, ticks=False, domain=False),
    )
    fields = (
        base.mark_rect(cornerRadius=4, stroke=SURFACE[theme], strokeWidth=3)
        .encode(
            alt.Color("band:N")
            .scale(domain=list(BANDS), range=[HEALTH[theme][band] for band in BANDS])
            .legend(None),
            focus(),
            tooltip=[
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("band:N").title("Health"),
                alt.Tooltip("arr_open:Q").title("Open ARR due").format(",.2f"),
                alt.Tooltip("open:Q").title("Open renewals").format(",d"),
            ],
        )
        .add_params(mark)
    )
    ink = alt.Color("band:N").scale(
        domain=list(BANDS), range=[ON_HEALTH[theme][band] for band in BANDS]
    )
    arr = base.mark_text(dy=-8, fontSize=15, fontWeight=600).encode(
        alt.Text("arr_label:N"), ink.legend(None)
    )
    count = base.mark_text(dy=11, fontSize=11).encode(alt.Text("count_label:N"), ink.legend(None))
    return (
        alt.layer(fields, arr, count)
        .resolve_scale(color="independent")
        .properties(height=alt.Step(64))
    )


@specification
def value_and_health(
    red_below: float, amber_below: float, currency: str, theme: Theme
) -> alt.TopLevelMixin:
    """ARR against health, one bubble per customer; the high-risk, high-revenue corner is marked.

    The corner begins at the ``high_value`` of the first row, which changes with the filters; the
    other rows have none and draw none.
    """
    mark = selectable("account_id")
    corner = (
        alt.Chart()
        .transform_filter("datum.high_value != null")
        .mark_rect(fill=HEALTH[theme]["red"], opacity=0.12)
        .encode(
            x=alt.XDatum(0),
            x2=alt.X2Datum(red_below),
            y=alt.Y("high_value:Q").title("ARR"),
            y2=alt.Y2Value(0),
        )
    )
    bubbles = (
        alt.Chart()
        .mark_circle(size=45, stroke=INK[theme], strokeWidth=0.5)
        .encode(
            alt.X("overall_score:Q")
            .title("Health score")
            .scale(domain=[0, 100])
            .axis(values=[0, red_below, amber_below, 100]),
            alt.Y("arr:Q")
            .title("ARR")
            .scale(type="log", nice=False)
            .axis(labelExpr=axis_money(currency), values=[10**power for power in range(2, 11)]),
            alt.Color("band:N")
            .title(None)
            .scale(domain=list(BANDS[:3]), range=[HEALTH[theme][band] for band in BANDS[:3]])
            .legend(labelExpr=_relabel(WORDS), **legend(3, 3)),
            focus(),
            tooltip=[
                alt.Tooltip("account_name:N").title("Account"),
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("csm_name:N").title("CSM"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("overall_score:Q").title("Health score").format(".0f"),
                alt.Tooltip("next_renewal_on:T").title("Next renewal").format("%d %b %Y"),
            ],
        )
        .add_params(mark)
    )
    label = (
        alt.Chart(constant())
        .mark_text(align="left", dx=6, dy=12, fontSize=11, color=INK[theme])
        .encode(x=alt.XDatum(0), y=alt.YValue(0), text=alt.TextValue("high risk"))
    )
    return alt.layer(corner, bubbles, label).properties(height=340)


def _relabel(words: dict[str, str]) -> str:
    if not words:
        return "datum.label"
    table = ", ".join(f"'{key}': '{word}'" for key, word in words.items())
    return f"({{{table}}})[datum.label] || datum.label"


def _bold(label: str) -> dict[str, object]:
    return {"condition": {"test": f"datum.label === '{label}'", "value": 700}, "value": 400}


def rows_of_state(rows: pl.DataFrame, state: str, *, by: str, shown: pl.DataFrame) -> pl.DataFrame:
    """Renewals behind one stacked part, with ``arr_in_bar``, which sums to the part.

    Parameters
    ----------
    rows
        Renewals of the bar's quarter, with the columns of ``queries.renewals.DUE``.
    state
        ``closed: kept``, ``closed: lost``, or ``open:`` and a band or segment.
    by, shown
        What the open ones are split by, and the rows the chart was drawn from.
    """
    still_open = pl.col("status") == "open"
    kept = pl.col("arr_renewed_capped").fill_null(0)
    if state == KEPT:
        found = rows.filter(~still_open, kept > 0).with_columns(arr_in_bar=kept)
    elif state == LOST:
        lost = pl.col("arr_due") - kept
        found = rows.filter(~still_open, lost > 0).with_columns(arr_in_bar=lost)
    else:
        part = (
            pl.col("health_band").fill_null("not scored")
            if by == "health band"
            else pl.when(pl.col("segment").is_in(_names(shown)))
            .then(pl.col("segment"))
            .otherwise(pl.lit(OTHER))
        )
        found = rows.filter(still_open, part == state.removeprefix("open: ")).with_columns(
            arr_in_bar=pl.col("arr_due")
        )
    return found.with_columns(pl.col("arr_in_bar").cast(pl.Decimal(38, 2)))


def high_value(customers: pl.DataFrame) -> Decimal:
    """ARR from which a customer counts as high revenue: the upper quarter of those drawn."""
    quantile = customers["arr"].cast(pl.Float64).quantile(0.75, interpolation="lower")
    return Decimal(str(quantile or 0)).quantize(Decimal("0.01"))


def name_of(customers: pl.DataFrame, mark: Mapping[str, object]) -> str:
    """Name of the customer a bubble stands for."""
    names = customers.filter(pl.col("account_id") == mark["account_id"])["account_name"]
    return str(names[0]) if len(names) else str(mark["account_id"])
