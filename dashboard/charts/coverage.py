"""Charts of coverage."""

from collections.abc import Mapping
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification
from dashboard.charts.palette import BANDS, FAINT, HEALTH, INK, KINDS, SURFACE, WORDS, Theme
from dashboard.formats import axis_money, distinct_names
from dashboard.policy import CoverageBand

SHOWN: Final = 50
"""Books drawn; the page says how many more there are."""
STAGES: Final = {
    "onboarding": "Onboarding",
    "adoption": "Adoption",
    "renewal": "Renewal",
    "expansion": "Expansion",
    "other_stage": "other stage",
}
_BAND_COLUMNS: Final = {
    "green": "green",
    "amber": "amber",
    "red": "red",
    "not_scored": "not scored",
}
UNASSIGNED: Final = "Unassigned"


def books(rows: pl.DataFrame, bands: Mapping[str, CoverageBand]) -> pl.DataFrame:
    """One row per book with its name and the reference band of its segment.

    Takes the columns of ``queries.coverage.BY_CSM``. Names that two CSMs share carry the id.
    """
    people = distinct_names(rows.drop_nulls("member_id").select("member_id", "name").iter_rows())
    names = rows.with_columns(
        csm=pl.col("member_id").replace_strict(people, default=UNASSIGNED, return_dtype=pl.String),
        book_key=pl.format("{} | {}", pl.col("member_id").fill_null(""), "segment"),
        segments=pl.col("segment").n_unique().over("member_id"),
    )
    limits = pl.DataFrame(
        [(segment, *band.model_dump().values()) for segment, band in bands.items()],
        schema={
            "segment": pl.String,
            "accounts_low": pl.Int64,
            "accounts_high": pl.Int64,
            "arr_low": pl.Int64,
            "arr_high": pl.Int64,
        },
        orient="row",
    )
    return (
        names.join(limits, on="segment", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("member_id").is_not_null()).then(pl.col(name)).alias(name)
            for name in ("accounts_low", "accounts_high", "arr_low", "arr_high")
        )
        .with_columns(
            book=pl.when(pl.col("segments") > 1)
            .then(pl.format("{}, {}", "csm", "segment"))
            .otherwise("csm"),
            above=(pl.col("accounts") > pl.col("accounts_high"))
            | (pl.col("arr") > pl.col("arr_high")),
        )
        .with_columns(
            reading=pl.when(pl.col("member_id").is_null())
            .then(pl.lit("nobody's"))
            .when(pl.col("accounts_high").is_null())
            .then(pl.lit("no band for this segment"))
            .when(pl.col("above"))
            .then(pl.lit("▲ above the band"))
            .otherwise(pl.lit("within or below"))
        )
    )


def mix(shown: pl.DataFrame, by: str) -> pl.DataFrame:
    """What ``accounts_by_csm`` draws: book x stage or band with its customers."""
    columns = STAGES if by == "stage" else _BAND_COLUMNS
    return (
        shown.unpivot(
            on=list(columns),
            index=[
                "book",
                "book_key",
                "member_id",
                "segment",
                "arr",
                "accounts",
                "accounts_low",
                "accounts_high",
                "reading",
            ],
            variable_name="part",
            value_name="customers",
        )
        .filter((pl.col("customers") > 0) | (pl.col("accounts") == 0))
        .with_columns(
            rank=pl.col("part").replace_strict({name: i for i, name in enumerate(columns)}),
            part=pl.col("part").replace_strict(columns),
        )
    )


@specification
def accounts_by_csm(by: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars of customers per book, stacked by stage or band, over the segment's reference band."""
    mark = selectable("book_key", "part")
    if by == "stage":
        domain, colours = list(STAGES.values()), list(KINDS[theme][: len(STAGES)])
        labels = "datum.label"
    else:
        domain, colours = list(BANDS), [HEALTH[theme][band] for band in BANDS]
        words = ", ".join(f"'{band}': '{word}'" for band, word in WORDS.items())
        labels = f"({{{words}}})[datum.label]"
    base = alt.Chart().encode(_names("accounts"))
    reference = base.mark_bar(color=SURFACE[theme], height=18).encode(
        alt.X("accounts_low:Q").title("Customers").axis(tickCount=6),
        alt.X2("accounts_high:Q"),
    )
    bars = (
        base.mark_bar(height=11, stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("customers:Q").stack("zero"),
            alt.Color("part:N")
            .title(None)
            .scale(domain=domain, range=colours)
            .legend(labelExpr=labels, **legend(5, 1)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("book:N").title("CSM"),
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("part:N").title("Part"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
                alt.Tooltip("accounts:Q").title("of").format(",d"),
                alt.Tooltip("reading:N").title("Reference"),
            ],
        )
        .add_params(mark)
    )
    return alt.layer(reference, bars).properties(height=alt.Step(24))


@specification
def arr_by_csm(segments: tuple[str, ...], currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars of ARR per book over the segment's reference band, one colour per segment."""
    mark = selectable("book_key")
    base = alt.Chart().encode(_names())
    reference = base.mark_bar(color=SURFACE[theme], height=18).encode(
        alt.X("arr_low:Q").title("ARR").axis(labelExpr=axis_money(currency), tickCount=5),
        alt.X2("arr_high:Q"),
    )
    bars = (
        base.mark_bar(height=11)
        .encode(
            alt.X("arr:Q"),
            alt.Color("segment:N")
            .title(None)
            .scale(
                domain=list(segments),
                range=[KINDS[theme][i % len(KINDS[theme])] for i in range(len(segments))],
            )
            .legend(**legend(4, 1)),
            focus(),
            tooltip=[
                alt.Tooltip("book:N").title("CSM"),
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("accounts:Q").title("Customers").format(",d"),
                alt.Tooltip("arr_red:Q").title("ARR at red").format(",.2f"),
                alt.Tooltip("renewals_due:Q").title("Renewals ahead").format(",d"),
                alt.Tooltip("reading:N").title("Reference"),
            ],
        )
        .add_params(mark)
    )
    flag = (
        base.transform_filter("datum.above")
        .mark_text(align="left", dx=5, text="▲", color=FAINT[theme])
        .encode(alt.X("arr:Q"))
    )
    return alt.layer(reference, bars, flag).properties(height=alt.Step(24))


def _names(by: str = "arr") -> alt.Y:
    return (
        alt.Y("book:N")
        .sort(field=by, op="max", order="descending")
        .title(None)
        .axis(labelLimit=190, labelOverlap=False, ticks=False)
    )
