"""Who moves from band to band, over the columns of ``queries.scorecards.CUSTOMERS``."""

import polars as pl


def side_by_side(now: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    """Customers with their score and band by two definitions of one scorecard.

    Both are answers for the same customers; the lowest score comes first.
    """
    other = then.select("account_id", score_then="score", band_then="health_band")
    return now.join(other, on="account_id", how="left", maintain_order="left").select(
        *("account_id", "account_name", "segment", "csm_name", "arr"),
        band_now="health_band",
        band_then="band_then",
        score_now="score",
        score_then="score_then",
    )


def moves(customers: pl.DataFrame) -> pl.DataFrame:
    """Customers and ARR by band now and band then, of ``side_by_side``."""
    return (
        customers.group_by("band_now", "band_then")
        .agg(accounts=pl.len().cast(pl.Int64), arr=pl.col("arr").sum())
        .sort("band_now", "band_then", nulls_last=True)
    )


def from_band_to_band(customers: pl.DataFrame, now: str | None, then: str | None) -> pl.DataFrame:
    """Customers of one pair of bands, the largest ARR first; ``None`` is not scored."""
    return customers.filter(
        pl.col("band_now").eq_missing(pl.lit(now, pl.String)),
        pl.col("band_then").eq_missing(pl.lit(then, pl.String)),
    ).sort("arr", "account_id", descending=[True, False], nulls_last=True)
