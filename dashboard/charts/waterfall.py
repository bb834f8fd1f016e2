"""A waterfall: from one total to another, step by step, in native bars."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import altair as alt
import polars as pl
from polars.datatypes import DataType, DataTypeClass

from dashboard.charts import NARROW, focus, legend, selectable, specification, turned
from dashboard.charts.palette import FAINT, INK, KINDS, Theme
from dashboard.formats import Unit, axis_money

TOTAL = "total"
UP = "▲ adds"
DOWN = "▼ takes"
_SCHEMA: Final[dict[str, DataType | DataTypeClass]] = {
    "step": pl.String,
    "name": pl.String,
    "position": pl.Int64,
    "amount": pl.Decimal(38, 2),
    "start": pl.Float64,
    "end": pl.Float64,
    "top": pl.Float64,
    "kind": pl.String,
    "text": pl.String,
    "before": pl.Float64,
}


def waterfall(steps: Sequence[tuple[str, str, Decimal]], *, currency: str | None) -> pl.DataFrame:
    """What ``waterfall_chart`` draws: one bar per step, floating where it is no total.

    Parameters
    ----------
    steps
        Key, name and amount of each bar in order. The first and the last are totals, the others
        signed changes from one to the other.
    currency
        For the labels; ``None`` where the amounts are points of a score.
    """
    rows = []
    reached = Decimal(0)
    last = len(steps) - 1
    for number, (key, name, amount) in enumerate(steps):
        is_total = number in {0, last}
        start = Decimal(0) if is_total else reached
        end = amount if is_total else reached + amount
        text = (
            f"{float(amount):.1f}"
            if currency is None
            else Unit.MONEY.text(amount, currency=currency)
        )
        rows.append(
            {
                "step": key,
                "name": name,
                "position": number,
                "amount": amount,
                "start": float(start),
                "end": float(end),
                "top": float(max(start, end)),
                "kind": TOTAL if is_total else UP if amount >= 0 else DOWN,
                "text": text if is_total or amount < 0 else f"+{text}",
                "before": float(reached if number else start),
            }
        )
        reached = end
    return pl.DataFrame(rows, schema=_SCHEMA)


@specification
def waterfall_chart(currency: str | None, theme: Theme) -> alt.TopLevelMixin:
    """Totals from zero, steps floating between them, each with its amount."""
    mark = selectable("step")
    axis: dict[str, Any] = {"tickCount": 5}
    if currency is not None:
        axis["labelExpr"] = axis_money(currency)
    colours = KINDS[theme]
    base = alt.Chart().encode(
        alt.X("name:N")
        .sort(field="position", op="min", order="ascending")
        .title(None)
        .axis(labelLimit=110, **turned()),
    )
    bars = (
        base.mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.Y("start:Q").title("Score" if currency is None else "ARR").axis(**axis),
            alt.Y2("end:Q"),
            alt.Color("kind:N")
            .title(None)
            .scale(domain=[TOTAL, UP, DOWN], range=[colours[5], colours[0], colours[1]])
            .legend(**legend(3, 3)),
            focus(),
            tooltip=[
                alt.Tooltip("name:N").title("Step"),
                alt.Tooltip("amount:Q").title("Amount").format(",.2f"),
            ],
        )
        .add_params(mark)
    )
    texts = base.mark_text(
        angle=alt.ExprRef(f"{NARROW} ? 270 : 0"),
        align=alt.ExprRef(f"{NARROW} ? 'left' : 'center'"),
        dx=alt.ExprRef(f"{NARROW} ? 4 : 0"),
        dy=alt.ExprRef(f"{NARROW} ? 0 : -8"),
        fontSize=alt.ExprRef(f"{NARROW} ? 10 : 12"),
        color=INK[theme],
    ).encode(alt.Y("top:Q"), alt.Text("text:N"))
    # Room for the texts above the bars, and none below zero.
    room = (
        base.transform_calculate(room="datum.top * 1.2")
        .mark_point(opacity=0, size=0, aria=False)
        .encode(alt.Y("room:Q"))
    )
    rule = base.mark_tick(thickness=1, color=FAINT[theme], bandSize=0).encode(alt.Y("before:Q"))
    return alt.layer(room, rule, bars, texts).properties(height=340)
