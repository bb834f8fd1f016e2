"""Metrics of trials, test against control, over the columns of ``queries.digital.EFFECTS``."""

from typing import Final, Literal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric
from dashboard.metrics.proportions import difference, fisher, holm, needed

Outcome = Literal["acted", "grown", "expanded", "renewed"]
OF: Final[dict[Outcome, str]] = {
    "acted": "settled",
    "grown": "users_known",
    "expanded": "measured",
    "renewed": "renewals",
}
"""What each outcome is counted of."""


@metric("Accounts in test arms", unit=Unit.COUNT, better="neither")
def tested(effects: pl.DataFrame) -> int:
    """Accounts that got the messages of a programme in trial, once for each programme."""
    return _accounts(effects, "test")


@metric("Accounts in control arms", unit=Unit.COUNT, better="neither")
def controlled(effects: pl.DataFrame) -> int:
    """Accounts from which the messages of a programme in trial were withheld, once for each
    programme.
    """
    return _accounts(effects, "control")


@metric("In both arms", unit=Unit.COUNT, better="lower")
def in_both_arms(effects: pl.DataFrame) -> int:
    """Accounts that got messages of a programme and had others withheld: they are in no
    comparison.
    """
    return _accounts(effects, "both arms")


def _accounts(effects: pl.DataFrame, arm: str) -> int:
    return int(effects.filter(pl.col("arm") == arm)["accounts"].sum())


COMPARED: Final = pl.Schema(
    {
        "program": pl.String,
        "test": pl.Int64,
        "test_accounts": pl.Int64,
        "control": pl.Int64,
        "control_accounts": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "probability": pl.Float64,
        "adjusted": pl.Float64,
        "needed": pl.Int64,
    }
)


def compared(effects: pl.DataFrame, outcome: Outcome, worth_seeing: float) -> pl.DataFrame:
    """Test arm minus control arm by programme, accounts as they were assigned.

    ``test`` and ``control`` are the accounts with the outcome, ``value``, ``low`` and ``high`` the
    difference of the shares with Newcombe's 95 % interval, ``probability`` that of Fisher's exact
    test, ``adjusted`` the same after Holm for as many programmes as are shown, ``needed`` the
    accounts in each arm with which ``worth_seeing`` would be seen in four of five trials.
    Programmes without accounts on a side are left out.
    """
    rows = []
    for (program,), found in effects.group_by("program", maintain_order=True):
        sides = []
        for arm in ("test", "control"):
            of_arm = found.filter(pl.col("arm") == arm)
            sides += [int(of_arm[outcome].sum()), int(of_arm[OF[outcome]].sum())]
        gap = difference(*sides)
        if gap is None:
            continue
        rows.append(
            {
                "program": program,
                **dict(
                    zip(
                        ("test", "test_accounts", "control", "control_accounts"),
                        sides,
                        strict=True,
                    )
                ),
                "value": gap.value,
                "low": gap.low,
                "high": gap.high,
                "probability": fisher(*sides),
                "needed": needed(sides[2] / sides[3], worth_seeing),
            }
        )
    adjusted = holm([row["probability"] for row in rows])
    return pl.DataFrame(
        [row | {"adjusted": each} for row, each in zip(rows, adjusted, strict=True)],
        schema=COMPARED,
    )
