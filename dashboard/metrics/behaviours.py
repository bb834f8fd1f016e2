"""Metrics of key behaviours, over ``queries.behaviours.BY_COHORT`` and ``COHORTS``."""

from typing import Final, Literal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric
from dashboard.metrics.proportions import difference, fisher, holm, ratio, wilson

Outcome = Literal["renewal", "expansion"]
YES: Final[dict[Outcome, str]] = {"renewal": "renewed", "expansion": "expanded"}
EARLY, REST = "early", "not early"


@metric("Customers looked at", unit=Unit.COUNT, better="neither")
def looked_at(cohorts: pl.DataFrame) -> int:
    """Accounts that became customers long enough ago to have done a behaviour early, and were
    still customers when the early days were over.
    """
    gone = cohorts.select("too_young", "left_before").sum().row(0)
    return int(cohorts["accounts"].sum()) - sum(int(each) for each in gone)


@metric("First renewal decided", unit=Unit.COUNT, better="neither")
def renewals_decided(cohorts: pl.DataFrame) -> int:
    """Of the customers looked at, those whose first renewal is due and decided."""
    return int(cohorts["renewal_counted"].sum())


@metric("Old enough to expand", unit=Unit.COUNT, better="neither")
def old_enough_to_expand(cohorts: pl.DataFrame) -> int:
    """Of the customers looked at, those for whom the days that an expansion counts in are over."""
    return int(cohorts["expansion_counted"].sum())


LIFTS: Final = pl.Schema(
    {
        "behaviour": pl.String,
        "early": pl.Int64,
        "early_accounts": pl.Int64,
        "rest": pl.Int64,
        "rest_accounts": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "ratio": pl.Float64,
        "ratio_low": pl.Float64,
        "ratio_high": pl.Float64,
        "probability": pl.Float64,
        "adjusted": pl.Float64,
    }
)


def lifts(by_cohort: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    """Share with the outcome of who did a behaviour early minus that of the rest, by behaviour.

    ``early`` and ``rest`` are the accounts with the outcome, ``value``, ``low``, ``high`` the
    difference with Newcombe's 95 % interval, ``ratio`` and its ends the same as a factor (Katz),
    ``probability`` that of Fisher's exact test, ``adjusted`` after Holm for as many behaviours as
    are shown. Behaviours that everybody or nobody did early are left out; the largest comes first.
    """
    rows = []
    for (behaviour,), found in by_cohort.group_by("behaviour", maintain_order=True):
        sides = [
            int(found[name].sum())
            for name in (
                f"{outcome}_early_{YES[outcome]}",
                f"{outcome}_early",
                f"{outcome}_rest_{YES[outcome]}",
                f"{outcome}_rest",
            )
        ]
        gap, factor = difference(*sides), ratio(*sides)
        if gap is None:
            continue
        rows.append(
            {
                "behaviour": behaviour,
                **dict(
                    zip(("early", "early_accounts", "rest", "rest_accounts"), sides, strict=True)
                ),
                "value": gap.value,
                "low": gap.low,
                "high": gap.high,
                "ratio": factor and factor.value,
                "ratio_low": factor and factor.low,
                "ratio_high": factor and factor.high,
                "probability": fisher(*sides),
            }
        )
    adjusted = holm([row["probability"] for row in rows])
    return pl.DataFrame(
        [row | {"adjusted": each} for row, each in zip(rows, adjusted, strict=True)], schema=LIFTS
    ).sort("value", "behaviour", descending=[True, False])


def by_year(by_cohort: pl.DataFrame, behaviour: str, outcome: Outcome) -> pl.DataFrame:
    """Share with the outcome of one behaviour by cohort, early and not, with Wilson's interval."""
    rows = []
    for row in by_cohort.filter(pl.col("behaviour") == behaviour).iter_rows(named=True):
        for group, key in ((EARLY, "early"), (REST, "rest")):
            found = wilson(row[f"{outcome}_{key}_{YES[outcome]}"], row[f"{outcome}_{key}"])
            if found is not None:
                rows.append(
                    {
                        "cohort_on": row["cohort_on"],
                        "name": f"{row['cohort_on']:%Y}",
                        "group": group,
                        "n": row[f"{outcome}_{key}"],
                        "value": found.value,
                        "low": found.low,
                        "high": found.high,
                    }
                )
    return pl.DataFrame(rows, schema=BY_YEAR)


BY_YEAR: Final = pl.Schema(
    {
        "cohort_on": pl.Date,
        "name": pl.String,
        "group": pl.String,
        "n": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    }
)
