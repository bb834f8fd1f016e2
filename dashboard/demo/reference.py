"""What stands still: products, exchange rates and targets."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from dashboard.calendar import Grain, Period
from dashboard.demo.draws import Days, Floats, stream
from dashboard.demo.history import History
from dashboard.policy import Policy


@dataclass(frozen=True, slots=True)
class Product:
    """One thing that is sold."""

    product_id: str
    name: str
    list_arr: int
    seat_price: int
    starts_with: float


PRODUCTS: Final = (
    Product("P01", "Core Platform", 60_000, 480, 0.72),
    Product("P02", "Analytics", 36_000, 360, 0.16),
    Product("P03", "Automation", 30_000, 300, 0.12),
    Product("P04", "Mobile", 12_000, 120, 0.0),
    Product("P05", "Integrations", 18_000, 240, 0.0),
)
"""Sold products; ``starts_with`` is the share of customers whose first purchase it is."""

CURRENCIES: Final = ("USD", "EUR")
EUR_IN_USD: Final = 1.08
_FIRST_RATE: Final = np.datetime64("2000-01", "M")
_YEARS_BEFORE: Final = 10

METRIC_TARGETS: Final[dict[str, dict[str, float]]] = {
    "grr": {"company": 0.91, "Enterprise": 0.93, "Mid-Market": 0.90, "Small Business": 0.84},
    "nrr": {"company": 1.06, "Enterprise": 1.08, "Mid-Market": 1.04, "Small Business": 0.94},
    "logo_retention": {
        "company": 0.90,
        "Enterprise": 0.95,
        "Mid-Market": 0.91,
        "Small Business": 0.86,
    },
    "nps": {"company": 35.0, "Enterprise": 40.0, "Mid-Market": 35.0, "Small Business": 30.0},
}
QUARTERLY_EVENTS: Final = {"csqa": 0.030, "csql": 0.015}
"""Advocacy targets of a quarter, in events per account of the company."""


def products() -> pl.DataFrame:
    """Rows of ``products``."""
    return pl.DataFrame(
        {
            "product_id": [product.product_id for product in PRODUCTS],
            "product_name": [product.name for product in PRODUCTS],
            "list_arr": [product.list_arr for product in PRODUCTS],
        }
    )


def fx_rates(seed: int, history: History, policy: Policy) -> pl.DataFrame:
    """Monthly rates of both currencies from ten years before the first week on.

    The euro walks around its mean; each month's step belongs to the month, so that another as-of
    date sees the same past.
    """
    last = history.as_of.astype("datetime64[M]")
    months = np.arange(_FIRST_RATE, last + 1)
    shocks = stream(seed, "fx").normal(0.0, 0.013, 1_200)[: len(months)]
    walk: Floats = np.zeros(len(months))
    level = 0.0
    for month, shock in enumerate(shocks.tolist()):
        level = 0.94 * level + shock
        walk[month] = level
    euro = np.round(EUR_IN_USD * np.exp(walk), 4)
    first = history.starts_on.astype("datetime64[M]") - np.timedelta64(12 * _YEARS_BEFORE, "M")
    shown = months >= first
    days: Days = months[shown].astype("datetime64[D]")
    in_usd = {"USD": np.ones(shown.sum()), "EUR": euro[shown]}
    reporting = in_usd.get(policy.reporting_currency, in_usd["USD"])
    return pl.concat(
        pl.DataFrame(
            {
                "currency": [currency] * len(days),
                "valid_on": days,
                "rate_to_reporting": np.round(rate / reporting, 8),
            }
        )
        for currency, rate in in_usd.items()
    )


def targets(as_of: date, years: int, accounts: int, policy: Policy) -> pl.DataFrame:
    """Targets of every fiscal quarter and year from the first one to the end of next year."""
    rows: list[tuple[date, date, str, str, float]] = []
    grains: tuple[tuple[Grain, int], ...] = (("quarter", 4), ("year", 1))
    for grain, a_year in grains:
        first = policy.calendar.period_of(date(as_of.year - years, as_of.month, 1), "year")
        periods = policy.calendar.periods_from(first.start_on, grain, (years + 2) * a_year)
        for number, period in enumerate(periods):
            # Ambition grows a little: half a point of retention and two points of NPS a year.
            ahead = number / a_year - years
            rows += _period_targets(period, ahead)
            for metric, share in QUARTERLY_EVENTS.items():
                events = float(round(accounts * share * (4 / a_year)))
                rows.append((period.start_on, period.end_on, metric, "company", events))
    schema = ["period_start_on", "period_end_on", "metric", "scope", "value"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _period_targets(period: Period, ahead: float) -> list[tuple[date, date, str, str, float]]:
    steps = {"nps": 2.0}
    return [
        (
            period.start_on,
            period.end_on,
            metric,
            scope,
            round(value + steps.get(metric, 0.005) * ahead, 4),
        )
        for metric, scopes in METRIC_TARGETS.items()
        for scope, value in scopes.items()
    ]
