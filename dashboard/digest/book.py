"""Whose digest it is, and how a row of any part reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from dashboard.access import Scope
from dashboard.digest.content import Item, one_line
from dashboard.digest.links import Links
from dashboard.digest.rules import NOTHING, Row, Rule
from dashboard.filters import Filters
from dashboard.formats import Unit, count_of, money_exact
from dashboard.settings import DigestSettings
from dashboard.warehouse.base import Warehouse


@dataclass(frozen=True, slots=True)
class Book:
    """Whose digest it is: the rights, the filters, and where the links lead."""

    warehouse: Warehouse
    scope: Scope
    among: Filters
    since: date
    settings: DigestSettings
    links: Links

    @property
    def currency(self) -> str:
        """The reporting currency."""
        return self.warehouse.policy.reporting_currency

    @property
    def as_of(self) -> date:
        """The day the digest speaks for."""
        return self.among.as_of

    @property
    def day(self) -> str:
        """The day compared with, as it reads."""
        return day_of(self.since)

    def money(self, value: Decimal | None) -> str:
        """An amount as the pages show it."""
        return Unit.MONEY.text(value, currency=self.currency)

    def sum_of(self, value: Decimal | None) -> str:
        """A sum to the cent."""
        return "an unknown amount" if value is None else money_exact(value, currency=self.currency)

    def ask(
        self, query: Callable[..., pl.DataFrame], among: Filters, **own: object
    ) -> pl.DataFrame:
        """The answer for this reader."""
        return query(self.warehouse, self.scope, among, **own)


@dataclass(frozen=True, slots=True)
class Listed:
    """The lines of a part, how many rows are left to the page, and how many ask for something."""

    items: tuple[Item, ...]
    more: str
    to_do: int


def listed(
    book: Book,
    rows: pl.DataFrame,
    *,
    amount: str,
    said: Callable[[Row], str],
    rule: Callable[[Row], Rule],
    noun: str,
) -> Listed:
    """The first rows as lines; what is to be done is counted over all of them."""
    items = tuple(
        Item(
            account_name(row),
            book.money(row[amount]),
            one_line(said(row)),
            rule(row),
            book.links.account(row["account_id"]),
        )
        for row in rows.head(book.settings.most).iter_rows(named=True)
    )
    left = len(rows) - len(items)
    return Listed(
        items,
        count_of(left, f"more {noun}") if left else "",
        sum(rule(row) is not NOTHING for row in rows.iter_rows(named=True)),
    )


def account_name(row: Row) -> str:
    """Name of the account of a row: its id where nothing of the name can be seen."""
    name = one_line(row["account_name"], longest=120)
    return name or one_line(row["account_id"]) or "Without an account"


def day_of(day: date | None) -> str:
    """A day as it reads."""
    return f"{day:%-d %b %Y}" if day else "a day not known"


def due_in(days: int) -> str:
    """Days to a due day, below zero where it is past."""
    if not days:
        return "today"
    return f"in {count_of(days, 'day')}" if days > 0 else f"{count_of(-days, 'day')} overdue"


def word(code: str | None) -> str:
    """A code of the data as a word."""
    return one_line((code or "no category").replace("_", " "))


def without_amount(amounts: pl.Series, noun: str) -> tuple[str, ...]:
    """What a sum leaves out, where it leaves out anything."""
    number = amounts.null_count()
    return (f"{count_of(number, noun)} without a known amount, in no sum.",) if number else ()
