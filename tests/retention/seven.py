"""Seven accounts in one year, which give an NRR of 82.5 to 99.2 % depending on the rules.

Six accounts of 100 open the year: A expands 40 and contracts 30; B churns and returns at 80; C gets
a price rise of 5; D is bound for several years; E is due inside and signed ten days after its end;
G contracts 20. F is new at 50 and expands 20.
"""

from datetime import date
from decimal import Decimal

from tests.factories import Row, account, movement, subscription

SINCE, UNTIL = date(2025, 1, 1), date(2026, 1, 1)
STARTED = date(2024, 1, 1)
NAMES = "ABCDEFG"


def line(name: str, arr: int, starts_on: date, ends_on: date | None, **fields: object) -> Row:
    return subscription(
        arr,
        subscription_id=f"{name} {starts_on}",
        account_id=name,
        starts_on=starts_on,
        ends_on=ends_on,
        **fields,
    )


def moved(name: str, amount: int, kind: str, on: date, **fields: object) -> Row:
    return movement(amount, kind, on, movement_id=f"{name} {on}", account_id=name, **fields)


LINES = [
    line("A", 100, STARTED, date(2025, 3, 1)),
    line("A", 140, date(2025, 3, 1), date(2025, 9, 1)),
    line("A", 110, date(2025, 9, 1), None),
    line("B", 100, STARTED, date(2025, 4, 1)),
    line("B", 80, date(2025, 8, 1), None),
    line("C", 100, STARTED, date(2025, 5, 1)),
    line("C", 105, date(2025, 5, 1), None),
    line("D", 100, STARTED, date(2027, 1, 1), term_months=36),
    line("E", 100, STARTED, date(2025, 7, 1), term_months=18),
    line("E", 100, date(2025, 7, 1), date(2026, 7, 1), signed_on=date(2025, 7, 11)),
    line("F", 50, date(2025, 2, 1), date(2025, 10, 1)),
    line("F", 70, date(2025, 10, 1), None),
    line("G", 100, STARTED, date(2025, 6, 1)),
    line("G", 80, date(2025, 6, 1), None),
]
MOVEMENTS = [
    *(moved(name, 100, "new", STARTED) for name in "ABCDEG"),
    moved("A", 40, "expansion", date(2025, 3, 1), reason="seats"),
    moved("A", -30, "contraction", date(2025, 9, 1), reason="seats"),
    moved("B", -100, "churn", date(2025, 4, 1)),
    moved("B", 80, "reactivation", date(2025, 8, 1)),
    moved("C", 5, "expansion", date(2025, 5, 1), reason="price"),
    moved("F", 50, "new", date(2025, 2, 1)),
    moved("F", 20, "expansion", date(2025, 10, 1), reason="seats"),
    moved("G", -20, "contraction", date(2025, 6, 1), reason="seats"),
]
ACCOUNTS = [account(name, customer_since=STARTED) for name in NAMES]


def company(*, lines: bool = True, movements: bool = True) -> dict[str, list[Row]]:
    """The seven with contract lines, movements or both."""
    return {
        "accounts": ACCOUNTS,
        "subscriptions": LINES if lines else [],
        "arr_movements": MOVEMENTS if movements else [],
    }


def without_later_life(
    tables: dict[str, list[Row]], name: str, left_on: date
) -> dict[str, list[Row]]:
    """The same company as if who left on a day had never come back."""
    days = {"subscriptions": "starts_on", "arr_movements": "effective_on"}
    return tables | {
        table: [row for row in tables[table] if row["account_id"] != name or row[day] <= left_on]
        for table, day in days.items()
    }


def with_second_life(*steps: tuple[date, Decimal | int, str | None]) -> dict[str, list[Row]]:
    """The seven with another later life of B: days, the ARR from then on, and the reason."""
    tables = without_later_life(company(), "B", date(2025, 4, 1))
    lines, movements, before = [], [], 0
    ends = [*(day for day, _, _ in steps[1:]), None]
    for (day, arr, reason), ends_on in zip(steps, ends, strict=True):
        kind = "expansion" if arr > before else "contraction"
        kind = "reactivation" if not before else kind if arr else "churn"
        movements.append(moved("B", arr - before, kind, day, reason=reason))
        if arr:
            lines.append(line("B", arr, day, ends_on))
        before = arr
    return tables | {
        "subscriptions": tables["subscriptions"] + lines,
        "arr_movements": tables["arr_movements"] + movements,
    }
