"""The product limit of Kaplan and Meier: who still waits counts for as long as it was followed.

E. L. Kaplan and P. Meier, "Nonparametric Estimation from Incomplete Observations", Journal of the
American Statistical Association 53 (1958).
"""

from typing import Final

import polars as pl

HALF: Final = 0.5
_DECIMALS: Final = 9
"""A share of exactly one half is one half, whatever a product of floats makes of it."""


def curve(followed: pl.DataFrame) -> pl.DataFrame:
    """Share that was done with by each number of days.

    Parameters
    ----------
    followed
        `days` followed, `done` (how many were done with after them) and `number` (how many were
        followed for them, done with or not), in any number of rows a day. Rows whose days are
        unknown are left out.

    Returns
    -------
    days, at_risk, done, waiting, share
    """
    return (
        followed.filter(pl.col("days").is_not_null())
        .group_by("days")
        .agg(pl.col("done", "number").sum())
        .sort("days")
        .with_columns(
            at_risk=pl.col("number").cum_sum(reverse=True),
            waiting=pl.col("number") - pl.col("done"),
        )
        .with_columns(
            share=(1 - (1 - pl.col("done") / pl.col("at_risk")).cum_prod()).round(_DECIMALS)
        )
        .select("days", "at_risk", "done", "waiting", "share")
    )


def median(followed: pl.DataFrame) -> int | None:
    """Days after which half were done with, of what ``curve`` takes; None where fewer were."""
    reached = curve(followed).filter(pl.col("share") >= HALF)
    return int(reached["days"][0]) if len(reached) else None
