"""Metrics of renewals to watch, over the columns of ``queries.renewal_watch``."""

from decimal import Decimal
from typing import Final

import polars as pl

from dashboard.formats import Unit
from dashboard.journey_policy import RenewalWatch
from dashboard.metrics import metric, share, total

LOST: Final = ("churned", "reduced")
NO_ANSWER: Final = "no answer"
ANSWERS: Final = ("likely", "unsure", "not likely", NO_ANSWER)
LOW, MIDDLE, HIGH, UNKNOWN = "low", "in between", "high", "no probability"
MODEL: Final = (LOW, MIDDLE, HIGH, UNKNOWN)
HOPEFUL: Final = "likely, but the model is low"
PESSIMISTIC: Final = "not likely, but the model is high"


def _in(stakes: pl.DataFrame, *states: str) -> pl.DataFrame:
    return stakes.filter(pl.col("state").is_in(states))


@metric("ARR lost", unit=Unit.MONEY, better="lower")
def arr_lost(stakes: pl.DataFrame) -> Decimal | None:
    """ARR due of the quarter's renewals that churned, and what the renewed ones pay less than was
    due. Who left outside a renewal is on the Churn page only.
    """
    return total(_in(stakes, *LOST)["arr_at_stake"])


@metric("Renewals churned", unit=Unit.COUNT, better="lower")
def churned(stakes: pl.DataFrame) -> int:
    """Renewals due in the quarter and lost by the as-of date."""
    return int(_in(stakes, "churned")["renewals"].sum())


@metric("ARR at risk", unit=Unit.MONEY, better="lower")
def arr_at_risk(stakes: pl.DataFrame) -> Decimal | None:
    """ARR due of the quarter's renewals that are open and whose customer is red on the as-of
    date.
    """
    return total(_in(stakes, "at_risk")["arr_at_stake"])


@metric("Renewals at risk", unit=Unit.COUNT, better="lower")
def at_risk(stakes: pl.DataFrame) -> int:
    """Renewals due in the quarter that are open and whose customer is red on the as-of date."""
    return int(_in(stakes, "at_risk")["renewals"].sum())


@metric("ARR saved", unit=Unit.MONEY, better="higher")
def arr_saved(stakes: pl.DataFrame) -> Decimal | None:
    """ARR renewed, at most what was due, of the quarter's renewals whose customer was red in a week
    measured shortly before the renewal closed: within 90 days unless the settings say otherwise.
    """
    return total(_in(stakes, "saved")["arr_at_stake"])


@metric("Renewals saved", unit=Unit.COUNT, better="higher")
def saved(stakes: pl.DataFrame) -> int:
    """Renewals due in the quarter that renewed although the customer was red shortly before: within
    90 days unless the settings say otherwise.
    """
    return int(_in(stakes, "saved")["renewals"].sum())


@metric("ARR ahead", unit=Unit.MONEY, better="neither")
def arr_ahead(calendar: pl.DataFrame) -> Decimal | None:
    """ARR due of the open renewals inside the longest window; overdue ones are not ahead."""
    return total(calendar["arr_due"])


@metric("Renewals ahead", unit=Unit.COUNT, better="neither")
def ahead(calendar: pl.DataFrame) -> int:
    """Open renewals inside the longest window; overdue ones are not ahead."""
    return int(calendar["renewals"].sum())


@metric("ARR without an answer", unit=Unit.MONEY, better="lower")
def arr_unanswered(calendar: pl.DataFrame) -> Decimal | None:
    """ARR due of the renewals ahead whose customer has not answered how likely the renewal is."""
    return total(_in(calendar, "no answer", "no answer, no touch")["arr_due"])


@metric("ARR without a touch", unit=Unit.MONEY, better="lower")
def arr_untouched(calendar: pl.DataFrame) -> Decimal | None:
    """ARR due of the renewals ahead without a call, meeting, e-mail or executive business review in
    as many days before the as-of date as the window has that the renewal stands in.
    """
    return total(_in(calendar, "no touch", "no answer, no touch")["arr_due"])


@metric("ARR with neither", unit=Unit.MONEY, better="lower")
def arr_neither(calendar: pl.DataFrame) -> Decimal | None:
    """ARR due of the renewals ahead that have neither an answer nor a touch."""
    return total(_in(calendar, "no answer, no touch")["arr_due"])


@metric("Renewals with neither", unit=Unit.COUNT, better="lower")
def neither(calendar: pl.DataFrame) -> int:
    """Renewals ahead that have neither an answer nor a touch."""
    return int(_in(calendar, "no answer, no touch")["renewals"].sum())


def with_readings(rows: pl.DataFrame, watch: RenewalWatch) -> pl.DataFrame:
    """Rows of ``LIKELIHOOD`` with ``answer``, ``model`` and ``disagreement`` in words.

    ``disagreement`` is null where answer and model do not contradict each other, where there is no
    answer and where there is no probability.
    """
    said, chance = pl.col("answer"), pl.col("probability")
    return rows.with_columns(
        answer=pl.col("renewal_likelihood").str.replace_all("_", " ").fill_null(NO_ANSWER),
        model=pl.when(chance < watch.model_low_below)
        .then(pl.lit(LOW))
        .when(chance >= watch.model_high_from)
        .then(pl.lit(HIGH))
        .when(chance.is_not_null())
        .then(pl.lit(MIDDLE))
        .otherwise(pl.lit(UNKNOWN)),
    ).with_columns(
        disagreement=pl.when((said == "likely") & (pl.col("model") == LOW))
        .then(pl.lit(HOPEFUL))
        .when((said == "not likely") & (pl.col("model") == HIGH))
        .then(pl.lit(PESSIMISTIC))
    )


@metric("Open renewals", unit=Unit.MONEY, better="neither")
def arr_asked(rows: pl.DataFrame) -> Decimal | None:
    """ARR due of the renewals open on the as-of date and due by the end of the third fiscal quarter
    after the current one, overdue ones included.
    """
    return total(rows["arr_due"])


@metric("ARR with an answer", unit=Unit.SHARE, better="higher")
def answered_share(rows: pl.DataFrame) -> float | None:
    """Share of the ARR due of the open renewals whose customer has answered."""
    told = rows.filter(pl.col("answer") != NO_ANSWER)
    return share(total(told["arr_due"]), total(rows["arr_due"]))


@metric("Answered not likely", unit=Unit.MONEY, better="lower")
def arr_not_likely(rows: pl.DataFrame) -> Decimal | None:
    """ARR due of the open renewals whose customer answers that a renewal is not likely."""
    return total(rows.filter(pl.col("answer") == "not likely")["arr_due"])


@metric("Model low", unit=Unit.MONEY, better="lower")
def arr_model_low(rows: pl.DataFrame) -> Decimal | None:
    """ARR due of the open renewals whose probability is below the low mark of the settings."""
    return total(rows.filter(pl.col("model") == LOW)["arr_due"])


@metric("In disagreement", unit=Unit.MONEY, better="lower")
def arr_disagreeing(rows: pl.DataFrame) -> Decimal | None:
    """ARR due of the open renewals where the customer answers likely and the model is low, or not
    likely and the model is high.
    """
    return total(rows.filter(pl.col("disagreement").is_not_null())["arr_due"])


@metric("Low without an answer", unit=Unit.MONEY, better="lower")
def arr_low_unanswered(rows: pl.DataFrame) -> Decimal | None:
    """ARR due of the open renewals that the model says are low and whose customer has not answered:
    the ones to ask first.
    """
    low = rows.filter((pl.col("model") == LOW) & (pl.col("answer") == NO_ANSWER))
    return total(low["arr_due"])
