"""What is allowed and yet unusual in a warehouse: told with its rows and ARR, never taken away."""

from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from dashboard.queries.types import MONEY, columns

UNUSUAL: Final = columns(
    what=pl.String,
    table_name=pl.String,
    unusual_rows=pl.Int64,
    accounts=pl.Int64,
    arr=MONEY,
)
"""``arr`` adds currencies as they stand, and is empty for rows that carry none."""

_LIVE: Final = "starts_on <= $as_of and (ends_on is null or ends_on > $as_of)"
_RANKED: Final = """
    select
        *,
        max(coalesce(ends_on, date '9999-12-31')) over (
            partition by account_id, product_id
            order by starts_on, subscription_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until,
        max(ends_on) over (
            partition by account_id
            order by starts_on, subscription_id
            rows between unbounded preceding and 1 preceding
        ) as last_end,
        bool_or(ends_on is null) over (
            partition by account_id
            order by starts_on, subscription_id
            rows between unbounded preceding and 1 preceding
        ) as goes_on
    from subscriptions
    where ends_on is null or ends_on > starts_on
"""
_OF_ACCOUNT: Final = f"""
    select
        *,
        count(distinct product_id) over (partition by account_id) as products
    from subscriptions
    where {_LIVE} and arr > 0
"""  # noqa: S608 -- conditions of our own
LOOKED_FOR: Final = {
    "overlapping lines of one product": (
        "subscriptions",
        f"from ({_RANKED}) where starts_on < covered_until",
    ),
    "lines of no length": ("subscriptions", "from subscriptions where ends_on = starts_on"),
    "lines that end before they start": (
        "subscriptions",
        "from subscriptions where ends_on < starts_on",
    ),
    "live lines without an end": (
        "subscriptions",
        f"from subscriptions where ends_on is null and {_LIVE}",
    ),
    "lines without ARR (trials)": ("subscriptions", "from subscriptions where arr = 0"),
    "customers who came back after a gap": (
        "subscriptions",
        f"from ({_RANKED}) where not coalesce(goes_on, false) and starts_on > last_end",
    ),
    "accounts with several products": (
        "subscriptions",
        f"from ({_OF_ACCOUNT}) where products > 1",
    ),
    "lines signed after they started": (
        "subscriptions",
        "from subscriptions where signed_on > starts_on",
    ),
    "movements booked a month or more late": (
        "arr_movements",
        "from (select *, amount as arr from arr_movements)"
        " where cast(recorded_at as date) >= effective_on + interval '1 month'",
    ),
    "weeks of use outside any subscription": (
        "usage_weekly",
        "from (select *, null as arr from usage_weekly) as used where not exists ("
        " select 1 from subscriptions as line where line.account_id = used.account_id"
        " and line.starts_on < used.week_on + interval '7 days'"
        " and (line.ends_on is null or line.ends_on > used.week_on))"
        " and exists (select 1 from subscriptions)",
    ),
}
"""Table and rows of each; the rows have ``account_id`` and ``arr``."""


def unusual(warehouse: Path | None, as_of: date) -> pl.DataFrame:
    """What is unusual in a warehouse, one row per kind that occurs; nothing without a warehouse."""
    found = [pl.DataFrame(schema=UNUSUAL)]
    if warehouse is not None:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for what, (table, rows) in LOOKED_FOR.items():
                query = (
                    f"select $what as what, $table as table_name, count(*) as unusual_rows,"
                    " count(distinct account_id) as accounts,"
                    f" cast(sum(arr) as decimal(38, 2)) as arr {rows}"
                )
                values = {"what": what, "table": table}
                if "$as_of" in query:
                    values["as_of"] = as_of.isoformat()
                    query = query.replace("$as_of", "cast($as_of as date)")
                found.append(connection.sql(query, params=values).pl().cast(UNUSUAL))
    return pl.concat(found).filter(pl.col("unusual_rows") > 0)
