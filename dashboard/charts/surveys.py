"""Charts of surveys."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification
from dashboard.charts.palette import ACCENT, ANSWERS, FAINT, INK, KINDS, Theme

PERSONAS: Final = {
    "decision_maker": "Decision-makers",
    "end_user": "End users",
    "admin": "Administrators",
    None: "Persona unknown",
}
_TICKS: Final = [-100, -50, 0, 50, 100]
ANSWER_ORDER: Final = ("detractors", "passives", "promoters")


def with_interval(answers: pl.DataFrame) -> pl.DataFrame:
    """Adds the ends of the 95 % interval, kept inside -100 to 100, and labels.

    Answers all of one kind have no interval: their spread says nothing about the next one.
    """
    margin = pl.when(pl.col("margin_of_error") > 0).then("margin_of_error")
    framed = answers.with_columns(
        low=(pl.col("nps") - margin).clip(-100, 100),
        high=(pl.col("nps") + margin).clip(-100, 100),
    )
    if "month" in framed.columns:
        framed = framed.filter(pl.col("month").is_not_null()).with_columns(
            month_label=pl.col("month").dt.to_string("%b %Y")
        )
    if "persona" in framed.columns:
        framed = framed.with_columns(
            who=pl.col("persona").replace_strict(PERSONAS, default=pl.col("persona"))
        )
    return framed


@specification
def nps_by_month(theme: Theme) -> alt.TopLevelMixin:
    """Line of the monthly NPS inside its 95 % interval, with the number of answers below."""
    mark = selectable("month_label")
    x = _months()
    band = (
        alt.Chart()
        .mark_area(opacity=0.18, color=ACCENT[theme])
        .encode(
            x,
            alt.Y("low:Q").title("NPS").scale(domain=[-100, 100]).axis(values=_TICKS),
            alt.Y2("high:Q"),
        )
    )
    line = alt.Chart().mark_line(color=ACCENT[theme], strokeWidth=2).encode(x, alt.Y("nps:Q"))
    points = (
        alt.Chart()
        .mark_circle(color=ACCENT[theme], size=70)
        .encode(
            x,
            alt.Y("nps:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("month:T").title("Month").format("%b %Y"),
                alt.Tooltip("nps:Q").title("NPS").format("+.0f"),
                alt.Tooltip("margin_of_error:Q").title("Margin of error").format(".0f"),
                alt.Tooltip("responses:Q").title("Answers").format(",d"),
            ],
        )
        .add_params(mark)
    )
    count = (
        alt.Chart()
        .mark_text(fontSize=10, color=FAINT[theme], baseline="bottom")
        .encode(x, y=alt.YValue(298), text=alt.Text("responses:Q"))
    )
    zero = alt.Chart().mark_rule(color=FAINT[theme], strokeDash=[2, 2]).encode(y=alt.YDatum(0))
    return alt.layer(zero, band, line, points, count).properties(height=300)


def names_in(answers: pl.DataFrame) -> tuple[str, ...]:
    """Personas that answered, in their order; those nobody expected come last."""
    order = list(PERSONAS.values())
    present = answers["who"].unique().to_list()
    return tuple(sorted(present, key=lambda who: (order.index(who) if who in order else 9, who)))


def stacked(answers: pl.DataFrame) -> pl.DataFrame:
    """What ``answers_by_month`` draws: month x kind of answer with its share."""
    return (
        answers.filter(pl.col("month").is_not_null())
        .unpivot(
            on=list(ANSWER_ORDER),
            index=["month", "responses"],
            variable_name="answer",
            value_name="answers",
        )
        .with_columns(
            month_label=pl.col("month").dt.to_string("%b %Y"),
            share=pl.col("answers") / pl.col("responses"),
            rank=pl.col("answer").replace_strict(
                {answer: rank for rank, answer in enumerate(ANSWER_ORDER)}
            ),
        )
        .sort("month", "rank")
    )


@specification
def answers_by_month(theme: Theme) -> alt.TopLevelMixin:
    """Stacked shares of detractors, passives and promoters per month."""
    mark = selectable("month_label", "answer")
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            _months(),
            alt.Y("share:Q").title("Share of answers").axis(format=".0%", tickCount=5),
            alt.Color("answer:N")
            .title(None)
            .scale(domain=list(ANSWER_ORDER), range=[ANSWERS[theme][each] for each in ANSWER_ORDER])
            .legend(**legend(3, 3)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("month:T").title("Month").format("%b %Y"),
                alt.Tooltip("answer:N").title("Kind"),
                alt.Tooltip("answers:Q").title("Answers").format(",d"),
                alt.Tooltip("share:Q").title("Share").format(".0%"),
            ],
        )
        .add_params(mark)
        .properties(height=260)
    )


@specification
def by_segment_and_persona(personas: tuple[str, ...], theme: Theme) -> alt.TopLevelMixin:
    """Dots with their 95 % interval: segment by segment, one colour per persona."""
    mark = selectable("segment", "who")
    base = alt.Chart().encode(
        alt.Y("segment:N").title(None).axis(labelLimit=160, labelOverlap=False),
        alt.YOffset("who:N").sort(list(PERSONAS.values())),
        alt.Color("who:N")
        .title(None)
        .scale(domain=list(personas), range=_persona_colours(personas, theme))
        .legend(symbolType="circle", **legend(4)),
        tooltip=[
            alt.Tooltip("segment:N").title("Segment"),
            alt.Tooltip("who:N").title("Who"),
            alt.Tooltip("nps:Q").title("NPS").format("+.0f"),
            alt.Tooltip("margin_of_error:Q").title("Margin of error").format(".0f"),
            alt.Tooltip("responses:Q").title("Answers").format(",d"),
        ],
    )
    interval = base.mark_rule(strokeWidth=2).encode(
        alt.X("low:Q")
        .title("NPS with its 95 % interval")
        .scale(domain=[-100, 100])
        .axis(values=_TICKS),
        alt.X2("high:Q"),
    )
    dot = base.mark_circle(size=110).encode(alt.X("nps:Q"), focus()).add_params(mark)
    return alt.layer(interval, dot).properties(height=alt.Step(26, **{"for": "offset"}))


@specification
def by_persona_over_time(personas: tuple[str, ...], theme: Theme) -> alt.TopLevelMixin:
    """One line per persona, so that their disagreement shows."""
    mark = selectable("month_label", "who")
    base = alt.Chart().encode(
        _months(),
        alt.Y("nps:Q").title("NPS").scale(domain=[-100, 100]),
        alt.Color("who:N")
        .title(None)
        .scale(domain=list(personas), range=_persona_colours(personas, theme))
        .legend(**legend(4)),
        alt.StrokeDash("who:N")
        .scale(domain=list(personas), range=[[1, 0], [6, 3], [2, 2], [1, 4], [8, 2, 2, 2]])
        .legend(None),
    )
    points = (
        base.mark_circle(size=60)
        .encode(
            focus(),
            tooltip=[
                alt.Tooltip("month:T").title("Month").format("%b %Y"),
                alt.Tooltip("who:N").title("Who"),
                alt.Tooltip("nps:Q").title("NPS").format("+.0f"),
                alt.Tooltip("margin_of_error:Q").title("Margin of error").format(".0f"),
                alt.Tooltip("responses:Q").title("Answers").format(",d"),
            ],
        )
        .add_params(mark)
    )
    return alt.layer(base.mark_line(strokeWidth=2), points).properties(height=280)


def _months() -> alt.X:
    return (
        alt.X("month_label:N")
        .sort(field="month", op="min", order="ascending")
        .title(None)
        .axis(labelAngle=-45, labelOverlap="greedy")
    )


def _persona_colours(personas: tuple[str, ...], theme: Theme) -> list[str]:
    order = list(PERSONAS.values())
    return [KINDS[theme][order.index(name) if name in order else len(order)] for name in personas]
