"""Charts of renewals to watch."""

from collections.abc import Sequence
from typing import Final, TypeVar

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, raised, selectable, specification
from dashboard.charts.palette import CLOSED, HEALTH, INK, KEPT, KINDS, LOSSES, SURFACE, Theme
from dashboard.formats import Unit, axis_money
from dashboard.spelled import spelled

Axis = TypeVar("Axis", alt.X, alt.Y)

STAKES: Final = {
    "churned": "churned",
    "reduced": "renewed for less",
    "at_risk": "✕ at risk: open and red",
    "saved": "✓ saved",
}
LACKS: Final = ("no answer, no touch", "no answer", "no touch", "answered and touched")


def stakes(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``stakes_chart`` draws: segment x state, over the rows of ``STAKES_BY_QUARTER``."""
    places = {state: place for place, state in enumerate(STAKES)}
    return (
        rows.group_by("segment", "state")
        .agg(pl.col("renewals").sum(), pl.col("arr_at_stake").sum())
        .with_columns(
            rank=pl.col("state").replace_strict(places, return_dtype=pl.Int64),
            what=pl.col("state").replace_strict(STAKES, return_dtype=pl.String),
        )
        .sort("segment", "rank")
    )


@specification
def stakes_chart(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """A bar per segment: what is lost, at risk and saved of the quarter's renewals."""
    mark = selectable("segment", "what")
    colours = {
        "churned": CLOSED[theme]["lost"],
        "reduced": LOSSES[theme]["contraction"],
        "at_risk": HEALTH[theme]["red"],
        "saved": HEALTH[theme]["green"],
    }
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            _length(alt.X, measure, "arr_at_stake", currency),
            alt.Y("segment:N").title(None).axis(labelLimit=160, labelOverlap=False),
            alt.Color("what:N")
            .title(None)
            .scale(domain=list(STAKES.values()), range=[colours[state] for state in STAKES])
            .legend(**legend(4, 1)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("what:N").title("State"),
                alt.Tooltip("arr_at_stake:Q").title("ARR").format(",.2f"),
                alt.Tooltip("renewals:Q").title("Renewals").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(46))
    )


def window_names(windows: Sequence[int]) -> dict[int, str]:
    """Windows by their days as they read: ``0 to 30``, ``31 to 60``, the shortest first."""
    found, first = {}, 0
    for days in sorted(windows):
        found[days] = f"{first} to {days}"
        first = days + 1
    return found


def calendar(rows: pl.DataFrame, windows: Sequence[int]) -> pl.DataFrame:
    """What ``calendar_chart`` draws, over the columns of ``CALENDAR_BY_WINDOW``."""
    return rows.with_columns(
        window=pl.col("window_days").replace_strict(window_names(windows), return_dtype=pl.String),
        rank=pl.col("state").replace_strict(
            {state: place for place, state in enumerate(LACKS)}, return_dtype=pl.Int64
        ),
    ).sort("window_days", "rank")


@specification
def calendar_chart(
    measure: str, windows: tuple[int, ...], currency: str, theme: Theme
) -> alt.TopLevelMixin:
    """A bar per window: renewals ahead by what they lack, those that lack most at the base."""
    mark = selectable("window", "state")
    kinds = KINDS[theme]
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("window:N")
            .sort(list(window_names(windows).values()))
            .title("Days to the due date")
            .axis(labelAngle=0, labelOverlap=False),
            _length(alt.Y, measure, "arr_due", currency),
            alt.Color("state:N")
            .title(None)
            .scale(domain=list(LACKS), range=[kinds[1], kinds[0], kinds[2], CLOSED[theme]["kept"]])
            .legend(**legend(4, 1)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("window:N").title("Days to the due date"),
                alt.Tooltip("state:N").title("State"),
                alt.Tooltip("arr_due:Q").title("ARR").format(",.2f"),
                alt.Tooltip("renewals:Q").title("Renewals").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=340)
    )


def cells(
    rows: pl.DataFrame, answers: Sequence[str], model: Sequence[str], *, currency: str
) -> pl.DataFrame:
    """What ``likelihood_chart`` draws: answer x model, over ``metrics.with_readings``.

    ``answers`` and ``model`` are the readings in their order.
    """
    return (
        rows.group_by("answer", "model")
        .agg(
            pl.len().cast(pl.Int64).alias("renewals"),
            pl.col("arr_due").sum(),
            pl.col("disagreement").is_not_null().any().alias("is_against"),
        )
        .sort(
            pl.col("answer").replace_strict(
                {each: place for place, each in enumerate(answers)},
                default=len(answers),
                return_dtype=pl.Int64,
            ),
            pl.col("model").replace_strict(
                {each: place for place, each in enumerate(model)}, return_dtype=pl.Int64
            ),
        )
        .pipe(spelled, arr_label=("arr_due", lambda arr: Unit.MONEY.text(arr, currency=currency)))
        .with_columns(count_label=pl.format("{} open", pl.col("renewals")))
    )


@specification
def likelihood_chart(
    answers: tuple[str, ...], columns: tuple[str, ...], theme: Theme
) -> alt.TopLevelMixin:
    """Answer x model: ARR and number of the open renewals; cells that contradict are marked."""
    mark = selectable("answer", "model")
    base = alt.Chart().encode(
        alt.X("model:N")
        .sort(list(columns))
        .scale(domain=list(columns))
        .title("The model's probability")
        .axis(ticks=False, titleAnchor="start", **raised()),
        alt.Y("answer:N")
        .sort(list(answers))
        .title(None)
        .axis(labelLimit=120, labelOverlap=False, ticks=False, domain=False),
    )
    fields = (
        base.mark_rect(cornerRadius=4, stroke=SURFACE[theme], strokeWidth=3)
        .encode(
            alt.Color("is_against:N")
            .scale(domain=[True, False], range=[KEPT[theme]["lost"], KEPT[theme]["same"]])
            .legend(None),
            focus(),
            tooltip=[
                alt.Tooltip("answer:N").title("The customer answers"),
                alt.Tooltip("model:N").title("The model's probability"),
                alt.Tooltip("arr_due:Q").title("ARR").format(",.2f"),
                alt.Tooltip("renewals:Q").title("Open renewals").format(",d"),
            ],
        )
        .add_params(mark)
    )
    arr = base.mark_text(dy=-8, fontSize=15, fontWeight=600, color=INK[theme]).encode(
        alt.Text("arr_label:N"), tooltip=alt.value(None)
    )
    count = base.mark_text(dy=11, fontSize=11, color=INK[theme]).encode(
        alt.Text("count_label:N"), tooltip=alt.value(None)
    )
    return alt.layer(fields, arr, count).properties(height=alt.Step(58))


def _length(axis: type[Axis], measure: str, amount: str, currency: str) -> Axis:
    """The axis of ARR or of the number of renewals, from zero."""
    if measure == "ARR":
        return axis(f"{amount}:Q").title("ARR").axis(labelExpr=axis_money(currency), tickCount=5)
    return axis("renewals:Q").title("Renewals").axis(format="~s", tickCount=5, tickMinStep=1)
