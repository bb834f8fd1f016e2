"""Expansion sales and how they were forecast."""

from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.draws import (
    NO_DAY,
    Days,
    Texts,
    as_days,
    chance,
    chosen,
    day_count,
    text,
)
from dashboard.demo.loading import numbered
from dashboard.demo.reference import PRODUCTS

_WON_SHARE: Final = 0.75
_WON_WITHIN_DAYS: Final = 760
_OPEN_SHARE: Final = np.array([0.55, 0.36, 0.16])
_LOST_SHARE: Final = np.array([0.42, 0.26, 0.12])
_EXPECTED_WITHIN_DAYS: Final = 275
_PROBABILITY_SHARE: Final = 0.10
_EVERY_WITHOUT_AMOUNT: Final = 29
_EVERY_WITHOUT_DAY: Final = 37
_EVERY_WITHOUT_ACCOUNT: Final = 67
_ODD_PLACE: Final = 5
_LATELY_EVERY: Final = 6
_LATELY_DAYS: Final = 7
_SOURCES: Final = ("csm", "sales", "marketing")

_OPEN_CATEGORIES: Final = ("pipeline", "best_case", "commit", "omitted")
_OPEN_SHARES: Final = (0.46, 0.27, 0.20, 0.07)
_STAGES: Final[dict[str, tuple[tuple[str, ...], tuple[float, ...]]]] = {
    "pipeline": (("E-mailed decision-maker", "Discussion"), (0.45, 0.55)),
    "best_case": (("Discussion", "Contract sent"), (0.6, 0.4)),
    "commit": (("Contract sent", "Verbal commit"), (0.45, 0.55)),
    "omitted": (("E-mailed decision-maker", "Discussion"), (0.7, 0.3)),
}
_WAYS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "pipeline": (("pipeline",), ("pipeline", "best_case", "pipeline")),
    "best_case": (("pipeline", "best_case"), ("pipeline", "commit", "best_case")),
    "commit": (("pipeline", "best_case", "commit"), ("best_case", "commit")),
    "omitted": (("pipeline", "omitted"),),
    "closed": (("pipeline", "best_case", "commit", "closed"), ("pipeline", "commit", "closed")),
}
"""Forecast categories an opportunity went through, by the one it has come to."""

_USUAL: Final = 0.7


def opportunities(batch: Batch) -> pl.DataFrame:
    """Rows of ``opportunities``; the last few columns are what the history is made from."""
    rng, history = batch.stream("opportunities"), batch.history
    sales = pl.concat(
        [_won(rng, batch), _not_won(rng, batch, is_open=False), _not_won(rng, batch, is_open=True)]
    )
    sales = sales.sort("account", "created_on", "amount", maintain_order=True)
    size, account = len(sales), sales["account"].to_numpy()
    is_open = sales["closed_on"].is_null().to_numpy()
    place = np.cumsum(is_open) - 1
    nameless = is_open & (place % _EVERY_WITHOUT_ACCOUNT == _ODD_PLACE + 1)
    nameless &= place < 2 * _EVERY_WITHOUT_ACCOUNT
    seen_on = np.where(is_open, history.as_of, sales["closed_on"].to_numpy())
    probability = np.clip(rng.normal(0.5, 0.2, size), 0.05, 0.95).round(2)
    return sales.with_columns(
        opportunity_id=numbered(sales, "O", first_account=batch.first_account),
        account_id=pl.when(~pl.Series(nameless)).then(batch.ids(account)),
        csm_id=text(batch.csm_ids(account, seen_on)),
        product_id=pl.Series([product.product_id for product in PRODUCTS]).gather(sales["product"]),
        amount=pl.when(~pl.Series(is_open & (place % _EVERY_WITHOUT_AMOUNT == _ODD_PLACE))).then(
            "amount"
        ),
        currency=batch.currencies(account),
        probability=pl.when(pl.Series(is_open & chance(rng, _PROBABILITY_SHARE, size))).then(
            pl.Series(probability)
        ),
        source=text(chosen(rng, _SOURCES, size, (0.62, 0.28, 0.10))),
        expected_close_on=pl.when(
            ~pl.Series(is_open & (place % _EVERY_WITHOUT_DAY == _ODD_PLACE))
        ).then("expected_close_on"),
    )


def _won(rng: np.random.Generator, batch: Batch) -> pl.DataFrame:
    """Sales behind expansions within a term, of the same day, product and amount."""
    history = batch.history
    bought = batch.contracts.movements.filter(
        (pl.col("movement") == "expansion")
        & pl.col("reason").is_in(["seats", "product"])
        & (pl.col("effective_on") > history.days_ago(_WON_WITHIN_DAYS).item())
    )
    bought = bought.filter(pl.Series(chance(rng, _WON_SHARE, len(bought))))
    closed_on = bought["effective_on"].to_numpy()
    size = len(bought)
    return pl.DataFrame(
        {
            "account": bought["account"],
            "kind": text(
                np.where(bought["reason"].to_numpy() == "product", "cross_sell", "upsell").astype(
                    object
                )
            ),
            "product": bought["product"].cast(pl.Int64),
            "amount": bought["cents"] / 100,
            "stage": pl.Series(["Closed won"] * size, dtype=pl.String),
            "forecast_category": pl.Series(["closed"] * size, dtype=pl.String),
            "created_on": closed_on - day_count(rng, 25, 150, size),
            "expected_close_on": closed_on + day_count(rng, -10, 10, size),
            "closed_on": closed_on,
            "won": np.ones(size, dtype=np.bool_),
        }
    )


def _not_won(rng: np.random.Generator, batch: Batch, *, is_open: bool) -> pl.DataFrame:
    """Sales that are open on the as-of date, or were lost within the last two years."""
    history, profiles = batch.history, batch.profiles
    share = (_OPEN_SHARE if is_open else _LOST_SHARE)[profiles.segments]
    wants = np.isnat(batch.found.churned_on) & chance(rng, share)
    wants &= profiles.customer_since < history.days_ago(60)
    account = np.flatnonzero(wants)
    size = len(account)
    product = rng.integers(0, len(PRODUCTS), size)
    held = np.zeros((len(profiles), len(PRODUCTS)), dtype=np.int64)
    lines = batch.contracts.lines.filter(
        pl.col("ends_on").is_null() | (pl.col("ends_on") > history.today)
    )
    np.add.at(
        held, (lines["account"].to_numpy(), lines["product"].to_numpy()), lines["cents"].to_numpy()
    )
    upsell = held[account, product] > 0
    total = held[account].sum(axis=1) / 100
    amount = np.maximum(np.round(total * rng.uniform(0.06, 0.28, size) / 100), 1.0) * 100
    if is_open:
        created_on = history.as_of - day_count(rng, 12, 160, size)
        closed_on: Days = np.full(size, NO_DAY)
        expected = history.as_of + day_count(rng, 4, _EXPECTED_WITHIN_DAYS, size)
        category = chosen(rng, _OPEN_CATEGORIES, size, _OPEN_SHARES)
        stage = _stages(rng, category)
    else:
        closed_on = history.as_of - day_count(rng, 3, 700, size)
        created_on = closed_on - day_count(rng, 25, 150, size)
        expected = closed_on + day_count(rng, -30, 30, size)
        category = np.full(size, "closed", dtype=object)
        stage = np.full(size, "Closed lost", dtype=object)
    known = created_on >= profiles.customer_since[account]
    return pl.DataFrame(
        {
            "account": account,
            "kind": text(np.where(upsell, "upsell", "cross_sell").astype(object)),
            "product": product,
            "amount": amount,
            "stage": text(stage),
            "forecast_category": text(category),
            "created_on": created_on,
            "expected_close_on": expected,
            "closed_on": closed_on,
            "won": pl.Series([None if is_open else False] * size, dtype=pl.Boolean),
        }
    ).filter(pl.Series(known))


def _stages(rng: np.random.Generator, category: Texts) -> Texts:
    stage = np.full(len(category), "Discussion", dtype=object)
    for name, (options, weights) in _STAGES.items():
        rows = np.flatnonzero(category == name)
        stage[rows] = chosen(rng, options, len(rows), weights)
    return stage


def opportunity_history(batch: Batch, sales: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``opportunity_history``: each forecast category passed through, in order.

    Every sixth open sale changed its category within the last week, so that the page of changes
    always has some.
    """
    rng, history = batch.stream("opportunity history"), batch.history
    today = history.as_of
    rows: list[pl.DataFrame] = []
    usual = chance(rng, _USUAL, len(sales))
    lately_on = today - day_count(rng, 0, _LATELY_DAYS - 1, len(sales))
    numbers = np.arange(len(sales))
    for category, ways in _WAYS.items():
        for place, way in enumerate(ways):
            takes = (sales["forecast_category"] == category).to_numpy()
            takes &= usual == (place == 0) if len(ways) > 1 else True
            row = numbers[takes]
            created_on = sales["created_on"].to_numpy()[row]
            closed_on = sales["closed_on"].to_numpy()[row]
            last_on = np.where(
                np.isnat(closed_on), today - np.timedelta64(_LATELY_DAYS + 1, "D"), closed_on
            )
            length = (last_on - created_on).astype(np.float64)
            steps = len(way) - 1
            for step in range(steps):
                day = created_on + as_days(length * (step + 1) / steps)
                if step == steps - 1:
                    lately = np.isnat(closed_on) & (row % _LATELY_EVERY == 0)
                    day = np.where(lately, lately_on[row], day)
                moment = day.astype("datetime64[us]") + as_days(np.array([0]))
                rows.append(
                    pl.DataFrame(
                        {
                            "row": row,
                            "changed_at": history.capped(moment + np.timedelta64(9 + step, "h")),
                            "old_value": [way[step]] * len(row),
                            "new_value": [way[step + 1]] * len(row),
                        },
                        schema_overrides={"old_value": pl.String, "new_value": pl.String},
                    )
                )
    changes = pl.concat(rows).sort("row", "changed_at", maintain_order=True)
    columns = ("opportunity_id", "changed_at", "field", "old_value", "new_value")
    categories = changes.with_columns(
        opportunity_id=sales["opportunity_id"].gather(changes["row"]),
        field=pl.lit("forecast_category"),
    ).select(columns)
    return pl.concat([categories, _stage_changes(batch, sales).select(columns)])


def _stage_changes(batch: Batch, sales: pl.DataFrame) -> pl.DataFrame:
    """Stages that closed sales passed through: a past pipeline must not know the outcome."""
    days = (pl.col("closed_on") - pl.col("created_on")).dt.total_days()
    closed = sales.filter(pl.col("closed_on").is_not_null()).with_columns(
        field=pl.lit("stage"),
        days=days,
        last=pl.when(pl.col("stage") == "Closed won")
        .then(pl.lit("Verbal commit"))
        .otherwise(pl.lit("Contract sent")),
    )
    half_way = closed.filter(pl.col("days") > 1).with_columns(
        on=pl.col("created_on") + pl.duration(days=pl.col("days") // 2),
        old_value=pl.lit("Discussion"),
        new_value=pl.col("last"),
    )
    at_close = closed.with_columns(
        on=pl.col("closed_on"), old_value=pl.col("last"), new_value=pl.col("stage")
    )
    both = pl.concat([half_way, at_close])
    moment = pl.col("on").cast(pl.Datetime("us")) + pl.duration(hours=11)
    begun = pl.lit(batch.history.today).cast(pl.Datetime("us"))
    return both.with_columns(changed_at=pl.min_horizontal(moment, begun))
