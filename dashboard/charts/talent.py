"""Charts of talent."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, selectable, specification
from dashboard.charts.palette import INK, SURFACE, Theme

PERFORMANCE: Final = {"meets_some": "Meets some", "meets_all": "Meets all", "exceeds": "Exceeds"}
PROMOTABILITY: Final = {"high": "High", "medium": "Medium", "low": "Low"}
_FULL: Final[dict[Theme, str]] = {"light": "#A9C5E8", "dark": "#2F5D9B"}
"""The fullest block: text in ink stays readable on it in either theme."""
MEANING: Final = {"1A": "promote\nwithin a year", "2B": "at least a\nyear away"}
"""What the book says of two of the blocks (HB fig. 14.1)."""


def grid(blocks: pl.DataFrame) -> pl.DataFrame:
    """All nine blocks, the empty ones with nobody; over ``queries.talent.NINE_BLOCK``."""
    nine = pl.DataFrame(
        [
            (performance, promotability, f"{row}{column}")
            for row, promotability in enumerate(PROMOTABILITY, start=1)
            for column, performance in zip("CBA", PERFORMANCE, strict=True)
        ],
        schema=["performance", "promotability", "block"],
        orient="row",
    )
    return nine.join(
        blocks.select("block", "people"), on="block", how="left", maintain_order="left"
    ).with_columns(
        people=pl.col("people").fill_null(0),
        performance_label=pl.col("performance").replace_strict(PERFORMANCE),
        promotability_label=pl.col("promotability").replace_strict(PROMOTABILITY),
        meaning=pl.col("block").replace_strict(MEANING, default=""),
    )


@specification
def nine_block(theme: Theme) -> alt.TopLevelMixin:
    """Three by three: performance to the right, promotability upwards, people in each block."""
    mark = selectable("block")
    base = alt.Chart().encode(
        alt.X("performance_label:N")
        .sort(list(PERFORMANCE.values()))
        .title("Performance")
        .axis(
            labelAngle=0,
            labelAlign="center",
            labelOverlap=False,
            labelFlush=False,
            ticks=False,
            domain=False,
        ),
        alt.Y("promotability_label:N")
        .sort(list(PROMOTABILITY.values()))
        .title("Promotability")
        .axis(ticks=False, domain=False),
    )
    fields = (
        base.mark_rect(cornerRadius=6, strokeWidth=3, stroke=SURFACE[theme])
        .encode(
            alt.Color("people:Q")
            .scale(range=[SURFACE[theme], _FULL[theme]], domainMin=0)
            .legend(None),
            focus(),
            tooltip=[
                alt.Tooltip("block:N").title("Block"),
                alt.Tooltip("performance_label:N").title("Performance"),
                alt.Tooltip("promotability_label:N").title("Promotability"),
                alt.Tooltip("people:Q").title("People"),
            ],
        )
        .add_params(mark)
    )
    block = base.mark_text(dy=-30, fontSize=12, color=INK[theme]).encode(alt.Text("block:N"))
    people = base.mark_text(fontSize=24, fontWeight=600, color=INK[theme]).encode(
        alt.Text("people:Q")
    )
    meaning = base.mark_text(dy=24, fontSize=11, lineBreak="\n", color=INK[theme]).encode(
        alt.Text("meaning:N")
    )
    return alt.layer(fields, block, people, meaning).properties(height=alt.Step(104))
