"""Metrics of advocacy, over ``queries.advocacy.BY_QUARTER``; the last ones over ``REFERENCES``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric


@metric("Qualified advocates (CSQA)", unit=Unit.COUNT, better="higher")
def csqa(by_quarter: pl.DataFrame) -> int:
    """Events in the quarter that qualify as a customer-success qualified advocate: a customer
    spoke for the company. An account with several events counts each.
    """
    return int(by_quarter.filter(pl.col("qualifies_as") == "csqa")["events"].sum())


@metric("Qualified leads (CSQL)", unit=Unit.COUNT, better="higher")
def csql(by_quarter: pl.DataFrame) -> int:
    """Events in the quarter that qualify as a customer-success qualified lead: a customer
    brought somebody who may buy. An account with several events counts each.
    """
    return int(by_quarter.filter(pl.col("qualifies_as") == "csql")["events"].sum())


@metric("Influenced ARR, as recorded", unit=Unit.MONEY, better="higher")
def influenced_arr(by_quarter: pl.DataFrame) -> Decimal:
    """ARR of the sales that advocacy events of the four quarters helped, as it was recorded, at
    the rates of the as-of date. Events without an amount add nothing and are counted. That the
    events caused the sales is an assumption.
    """
    return Decimal(by_quarter["influenced_arr"].sum() or 0)


@metric("Referenceable customers", unit=Unit.COUNT, better="higher")
def referenceable(references: pl.DataFrame) -> int:
    """Customers with ARR who may be asked to speak for the company, by the rule of the settings."""
    return len(references)


@metric("Not asked", unit=Unit.COUNT, better="neither")
def not_asked(references: pl.DataFrame) -> int:
    """Referenceable customers without an advocacy event in the days of the settings: each event
    counts as having been asked.
    """
    return len(references.filter(pl.col("asked") == 0))


@metric("Asked too often", unit=Unit.COUNT, better="lower")
def asked_too_often(references: pl.DataFrame) -> int:
    """Referenceable customers with more advocacy events in the days of the settings than these
    allow.
    """
    return len(references.filter("is_asked_too_often"))
