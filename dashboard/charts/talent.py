"""Charts of talent: how each reviewer's ratings are spread."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import legend, specification
from dashboard.charts.palette import INK, Theme

PERFORMANCE: Final = {"meets_some": "Meets some", "meets_all": "Meets all", "exceeds": "Exceeds"}
PROMOTABILITY: Final = {"low": "Low", "medium": "Medium", "high": "High"}
WORDS: Final = PERFORMANCE | PROMOTABILITY
_SHADES: Final[dict[Theme, tuple[str, str, str]]] = {
    "light": ("#D3E2F4", "#7FA6D9", "#1D4E89"),
    "dark": ("#2C4468", "#5B8BD0", "#B9D0EE"),
}
"""One hue from pale to full: told apart under colour-blindness and in grey."""
_ON: Final[dict[Theme, tuple[str, str, str]]] = {
    "light": ("#1F2937", "#10203A", "#FFFFFF"),
    "dark": ("#FFFFFF", "#06121F", "#06121F"),
}
_NARROWEST: Final = 0.07
"""A share below which a number has no room in its bar."""


def by_rater(spread: pl.DataFrame) -> pl.DataFrame:
    """What ``spread_chart`` draws, over the rows of ``ratings.tables.spread``."""
    return spread.with_columns(
        rater=pl.format(
            "{} ({})", pl.col("reviewer_name").fill_null("Somebody not known"), pl.col("rated")
        ),
        judgement_label=pl.col("judgement").replace_strict(WORDS, default="Other"),
        place=pl.int_range(pl.len()),
        number=pl.when(pl.col("share") >= _NARROWEST).then(pl.col("people").cast(pl.String)),
    )


@specification
def spread_chart(what: str, theme: Theme) -> alt.TopLevelMixin:
    """A bar for each reviewer, split by what was judged; everybody's together on top."""
    words = list((PERFORMANCE if what == "performance" else PROMOTABILITY).values())
    base = alt.Chart().encode(
        alt.Y("rater:N")
        .sort(field="place", op="min", order="ascending")
        .title(None)
        .axis(ticks=False, domain=False, labelLimit=150),
        alt.X("share:Q")
        .stack("zero")
        .title("Share of ratings")
        .scale(domain=[0, 1])
        .axis(format=".0%", tickCount=5),
        alt.Order("rank:Q"),
    )
    bars = base.mark_bar(stroke=INK[theme], strokeWidth=0.4).encode(
        alt.Color("judgement_label:N")
        .title(None)
        .scale(domain=words, range=list(_SHADES[theme]))
        .legend(**legend(3, 1)),
        tooltip=[
            alt.Tooltip("rater:N").title("Rated by"),
            alt.Tooltip("judgement_label:N").title("Rating"),
            alt.Tooltip("people:Q").title("People").format(",d"),
            alt.Tooltip("share:Q").title("Share").format(".0%"),
        ],
    )
    numbers = base.mark_text(fontSize=12).encode(
        alt.X("share:Q").stack("zero").bandPosition(0.5),
        alt.Text("number:N"),
        alt.Color("judgement_label:N").scale(domain=words, range=list(_ON[theme])).legend(None),
    )
    return (
        alt.layer(bars, numbers).resolve_scale(color="independent").properties(height=alt.Step(38))
    )
