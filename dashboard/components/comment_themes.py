"""*Voice of the customer*, themes: what comments are about, and how who writes them answers."""

import polars as pl
import streamlit as st

from dashboard.charts import intervals
from dashboard.charts.surveys import with_interval
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.components.tables import rows_table
from dashboard.components.voice import Window
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import voice as findings
from dashboard.formats import count_of, visible
from dashboard.metrics import themes as metrics
from dashboard.session import load, policy, theme
from dashboard.themes.method import MOST_COMMENTS
from dashboard.themes.questions import comments as questions

EXAMPLES = 3
EXAMPLE_CHARACTERS = 300


def show(window: Window) -> None:
    """Cards and exhibits of the view."""
    choices = policy().surveys
    rows = load(questions.commented, window.among)
    themes = questions.summed(rows, choices.minimum_respondents)
    if themes.is_empty():
        empty(
            f"Nobody wrote a comment from {window.note}.",
            "Choose another fiscal quarter, or take away a filter.",
        )
        return
    with kpi_row():
        for metric in (
            metrics.comments,
            metrics.found,
            metrics.without_theme,
            metrics.nps_of_comments,
        ):
            kpi(metric, themes)
    kpi_note(
        f"Comments on NPS answers from {window.note}, those you may see and no others: whoever "
        "sees other customers finds other themes. Themes are looked for from "
        f"{choices.minimum_comments} comments on."
    )
    found = themes.filter(pl.col("theme").is_not_null())
    if found.is_empty():
        empty(
            findings.themes(themes, choices.minimum_comments) + ".",
            "Take away a filter; the comments themselves are in the list below.",
        )
    else:
        _by_theme(themes, found, rows, window)
        _examples(found, rows)
    exhibit_card(
        Exhibit(
            key="comments",
            title=f"{count_of(len(rows), 'comment')} in full, by theme",
            definition=(
                "Every comment of the window with its theme, if it is near one, and the answer it "
                f"came with. Longer ones are cut after {choices.comment_characters:,} characters."
            ),
            frame=rows.select(
                "theme",
                "comment",
                "score",
                "account_name",
                "segment",
                "persona",
                "responded_on",
                "answer",
                "words",
                "arr",
                "is_cut",
                "account_id",
                "response_id",
            ),
            source=Source("themes/commented"),
        ),
        window.among,
    )
    read = themes.filter(pl.col("is_read"))
    left_out(
        (
            int(read.filter(pl.col("theme").is_null())["comments"].sum()),
            "comment",
            "of no theme",
        ),
        (
            int(themes["cut"].sum()),
            "comment",
            f"read up to {choices.comment_characters:,} characters",
        ),
        (
            int(themes.filter(~pl.col("is_read"))["comments"].sum()),
            "comment",
            f"older than the latest {MOST_COMMENTS:,}, not read",
        ),
        (
            int((found["nps"].is_null()).sum()),
            "theme",
            f"of fewer than {choices.minimum_respondents} people, whose NPS is not told",
        ),
    )


def _by_theme(
    themes: pl.DataFrame, found: pl.DataFrame, rows: pl.DataFrame, window: Window
) -> None:
    drawn = with_interval(found.filter(pl.col("nps").is_not_null())).with_columns(
        name=pl.concat_str("theme", pl.lit(". "), "words"),
        group=pl.lit("NPS"),
        value=pl.col("nps"),
        n=pl.col("comments"),
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Comments of one theme."""
        number = int(str(mark["name"]).partition(".")[0])
        return rows.filter(pl.col("theme") == number).drop("respondent_id")

    exhibit_card(
        Exhibit(
            key="themes",
            title=findings.themes(themes, policy().surveys.minimum_comments),
            definition=(
                "Words that stand together in comments make a theme (TF-IDF and non-negative "
                "matrix factorisation, on this machine; the same comments give the same themes). "
                "A comment is of the theme it is nearest to, or of none. NPS is that of the "
                "answers the comments came with, with its 95 % interval; where all are of one "
                "kind there is no interval. Words are counted, not understood: a theme may hold "
                "praise and complaint, irony is lost, and only English fill words are left out."
            ),
            frame=themes.drop("is_read"),
            source=Source("themes/by_theme"),
            chart=intervals.dots_chart(
                "NPS, 95 % interval", intervals.POINTS, "Comments", ("NPS",), theme()
            )
            if len(drawn)
            else None,
            drawn=drawn,
            drill=Drill(
                keys=("name",), rows=behind, source=Source("themes/commented"), noun="comment"
            )
            if len(drawn)
            else None,
            notes=("The ARR of themes does not add up: a customer may write about several.",),
        ),
        window.among,
    )


def _examples(found: pl.DataFrame, rows: pl.DataFrame) -> None:
    """A few comments of a theme, as they were written."""
    numbers = found["theme"].to_list()
    words = dict(found.select("theme", "words").iter_rows())
    chosen = st.selectbox(
        "Examples of",
        numbers,
        format_func=lambda number: visible(f"{number}. {words[number]}"),
        key="theme_shown",
    )
    of_theme = rows.filter(pl.col("theme") == chosen)
    latest = of_theme.head(EXAMPLES)
    examples = latest.select(
        "account_name",
        "score",
        "responded_on",
        comment=pl.col("comment").str.head(EXAMPLE_CHARACTERS),
    )
    rows_table(examples, key="theme_examples", label="Example comments")
    cut = int((latest["comment"].str.len_chars() > EXAMPLE_CHARACTERS).sum())
    st.caption(
        f"The latest {len(latest)} of {count_of(len(of_theme), 'comment')} of this theme"
        + (f", {cut} of them cut after {EXAMPLE_CHARACTERS} characters" if cut else "")
        + ". The table of comments has them all."
    )
