"""Charts of white space: what customers could buy, where, and how likely."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification
from dashboard.charts.palette import FAINT, INK, KINDS, SURFACE, Theme
from dashboard.formats import Unit, axis_money, distinct_names
from dashboard.spelled import spelled

OTHER: Final = "other segments"
MOST_SEGMENTS: Final = 7
"""Colours that can be told apart; with more segments the smallest stand together."""
MOST_PRODUCTS: Final = 25
"""Products drawn; the page says how many more there are."""
QUADRANTS: Final = (
    "likely and large",
    "likely and small",
    "unlikely and large",
    "unlikely and small",
)
_FULL: Final[dict[Theme, str]] = {"light": "#A9C5E8", "dark": "#2F5D9B"}
"""The largest field: text in ink stays readable on it in either theme."""


def product_names() -> pl.Expr:
    """A product as people call it; its id where it has no name."""
    return pl.coalesce("product_name", "product_id")


def segments_of(rows: pl.DataFrame) -> tuple[str, ...]:
    """Parts of a bar, the largest first."""
    order = (
        rows.group_by("segment")
        .agg(pl.col("net_potential").sum())
        .sort("net_potential", "segment", descending=[True, False])["segment"]
        .to_list()
    )
    if len(order) <= MOST_SEGMENTS:
        return tuple(order)
    return (*order[: MOST_SEGMENTS - 1], OTHER)


def part(segments: tuple[str, ...]) -> pl.Expr:
    """The part of a bar that a segment stands in."""
    own = [each for each in segments if each != OTHER] if len(segments) else []
    return pl.when(pl.col("segment").is_in(own)).then("segment").otherwise(pl.lit(OTHER))


def by_product(rows: pl.DataFrame, segments: tuple[str, ...]) -> pl.DataFrame:
    """What ``by_product_chart`` draws, over the columns of ``queries.white_space.BY_PRODUCT``.

    Names that two products share carry the id. Parts without potential left are absent.
    """
    names = distinct_names(rows.select("product_id", "product_name").iter_rows())
    summed = (
        rows.with_columns(
            product=pl.col("product_id").replace_strict(names, return_dtype=pl.String),
            part=part(segments),
        )
        .group_by("product", "product_id", "part")
        .agg(
            pl.col("net_potential", "potential_arr", "in_pipeline", "expected_value").sum(),
            pl.col("candidates", "owners", "not_estimated", "customers").sum(),
        )
        .filter(pl.col("net_potential") > 0)
    )
    largest = (
        summed.group_by("product")
        .agg(pl.col("net_potential").sum().alias("whole"))
        .sort("whole", "product", descending=[True, False])
        .with_row_index("place")
    )
    ranks = {name: rank for rank, name in enumerate(segments)}
    return (
        summed.join(largest, on="product", how="left")
        .filter(pl.col("place") < MOST_PRODUCTS)
        .with_columns(rank=pl.col("part").replace_strict(ranks, default=len(segments)))
        .sort("place", "rank")
    )


@specification
def by_product_chart(segments: tuple[str, ...], currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars of net potential per product, the largest first, stacked by segment."""
    mark = selectable("product", "part")
    colours = [KINDS[theme][place % len(KINDS[theme])] for place in range(len(segments))]
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("net_potential:Q")
            .title("Net potential ARR")
            .axis(labelExpr=axis_money(currency), tickCount=5),
            alt.Y("product:N")
            .sort(field="place", op="min", order="ascending")
            .title(None)
            .axis(labelLimit=160, labelOverlap=False, ticks=False),
            alt.Color("part:N")
            .title(None)
            .scale(domain=list(segments), range=colours)
            .legend(**legend(4, 1)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("product:N").title("Product"),
                alt.Tooltip("part:N").title("Segment"),
                alt.Tooltip("net_potential:Q").title("Net potential").format(",.2f"),
                alt.Tooltip("potential_arr:Q").title("Potential").format(",.2f"),
                alt.Tooltip("in_pipeline:Q").title("In open pipeline").format(",.2f"),
                alt.Tooltip("candidates:Q").title("Customers with room").format(",d"),
                alt.Tooltip("owners:Q").title("Owners").format(",d"),
                alt.Tooltip("not_estimated:Q").title("Neither, no estimate").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(34))
    )


def quadrants(rows: pl.DataFrame, *, currency: str) -> pl.DataFrame:
    """All four quadrants, the empty ones with nothing; over ``queries.white_space.QUADRANTS``."""
    four = pl.DataFrame({"quadrant": QUADRANTS})
    named = four.join(
        rows.select("quadrant", "pairs", "accounts", "net_potential", "expected_value"),
        on="quadrant",
        how="left",
        maintain_order="left",
    ).with_columns(
        pl.col("pairs", "accounts").fill_null(0),
        pl.col("net_potential", "expected_value").fill_null(0),
        likely=pl.when(pl.col("quadrant").str.starts_with("likely"))
        .then(pl.lit("Likely"))
        .otherwise(pl.lit("Less likely")),
        size=pl.when(pl.col("quadrant").str.ends_with("large"))
        .then(pl.lit("Large"))
        .otherwise(pl.lit("Small")),
        count_label=pl.format("{} pairs", pl.col("pairs").fill_null(0)),
    )

    def amount(value: Decimal) -> str:
        return Unit.MONEY.text(value, currency=currency)

    return spelled(
        named,
        amount_label=("net_potential", amount),
        expected_label=("expected_value", lambda value: f"{amount(value)} expected"),
    )


@specification
def quadrants_chart(theme: Theme) -> alt.TopLevelMixin:
    """Two by two: propensity to the right, net potential upwards, amounts in each field."""
    mark = selectable("quadrant")
    base = alt.Chart().encode(
        alt.X("likely:N")
        .sort(["Less likely", "Likely"])
        .title("Propensity")
        .axis(labelAngle=0, ticks=False, domain=False),
        alt.Y("size:N")
        .sort(["Large", "Small"])
        .title("Net potential")
        .axis(ticks=False, domain=False),
    )
    fields = (
        base.mark_rect(cornerRadius=6, strokeWidth=3, stroke=SURFACE[theme])
        .encode(
            alt.Color("expected_value:Q")
            .scale(range=[SURFACE[theme], _FULL[theme]], domainMin=0)
            .legend(None),
            focus(),
            tooltip=[
                alt.Tooltip("quadrant:N").title("Quadrant"),
                alt.Tooltip("net_potential:Q").title("Net potential").format(",.2f"),
                alt.Tooltip("expected_value:Q").title("Expected value").format(",.2f"),
                alt.Tooltip("pairs:Q").title("Customers and products").format(",d"),
                alt.Tooltip("accounts:Q").title("Customers").format(",d"),
            ],
        )
        .add_params(mark)
    )
    amount = base.mark_text(fontSize=20, fontWeight=600, dy=-14, color=INK[theme]).encode(
        alt.Text("amount_label:N")
    )
    expected = base.mark_text(fontSize=12, dy=10, color=INK[theme]).encode(
        alt.Text("expected_label:N")
    )
    count = base.mark_text(fontSize=12, dy=28, color=INK[theme]).encode(alt.Text("count_label:N"))
    return alt.layer(fields, amount, expected, count).properties(height=alt.Step(104))


def placed(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``placed_chart`` draws: candidates that stand in a quadrant."""
    return rows.filter(pl.col("quadrant").is_in(list(QUADRANTS))).with_columns(
        product=product_names()
    )


@specification
def placed_chart(
    middle_propensity: float, middle_potential: float, currency: str, theme: Theme
) -> alt.TopLevelMixin:
    """A dot per customer and product: propensity to the right, net potential upwards."""
    mark = selectable("account_id", "product_id")
    colours = [KINDS[theme][place] for place in (3, 0, 1, 5)]
    dots = (
        alt.Chart()
        .mark_circle(size=42, stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("propensity:Q")
            .title("Propensity")
            .scale(zero=False, nice=True)
            .axis(format=".0%", tickCount=5),
            alt.Y("net_potential:Q")
            .title("Net potential ARR")
            .scale(type="log", nice=False)
            .axis(labelExpr=axis_money(currency), values=[10**power for power in range(1, 11)]),
            alt.Color("quadrant:N")
            .title(None)
            .scale(domain=list(QUADRANTS), range=colours)
            .legend(**legend(4, 1)),
            focus(),
            tooltip=[
                alt.Tooltip("account_name:N").title("Account"),
                alt.Tooltip("product:N").title("Product"),
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("propensity:Q").title("Propensity").format(".0%"),
                alt.Tooltip("net_potential:Q").title("Net potential").format(",.2f"),
                alt.Tooltip("expected_value:Q").title("Expected value").format(",.2f"),
            ],
        )
        .add_params(mark)
    )
    lines = [
        alt.Chart(alt.Data(values=[{}]))
        .mark_rule(color=FAINT[theme], strokeDash=[4, 3])
        .encode(x=alt.XDatum(middle_propensity)),
        alt.Chart(alt.Data(values=[{}]))
        .mark_rule(color=FAINT[theme], strokeDash=[4, 3])
        .encode(y=alt.YDatum(middle_potential)),
    ]
    return alt.layer(*lines, dots).properties(height=340)


def name_of(rows: pl.DataFrame, mark: Mapping[str, object]) -> str:
    """Customer and product that a dot stands for."""
    found = rows.filter(
        pl.col("account_id") == mark["account_id"], pl.col("product_id") == mark["product_id"]
    )
    if found.is_empty():
        return f"{mark['account_id']}, {mark['product_id']}"
    row = found.row(0, named=True)
    return f"{row['account_name']}, {row['product']}"
