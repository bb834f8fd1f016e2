"""Random small companies: everything a book of contracts can get wrong, all at once.

Accounts with several products, currencies with rates that change, lines that overlap, last no day
or end before they start, trials that cost nothing, returns, several changes on a day, parents in
circles, movements that were booked late. Days are few, so that they meet.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.factories import Row, account

AS_OF = date(2025, 4, 1)
"""First day of a fiscal quarter: the one before has just ended."""
DAYS = [
    date(2023, 12, 15),
    date(2024, 1, 1),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 4, 1),
    date(2024, 7, 14),
    date(2024, 10, 1),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2025, 2, 28),
    date(2025, 3, 31),
    date(2025, 4, 1),
    date(2025, 6, 30),
]
AMOUNTS = [Decimal(each) for each in ("0", "10.01", "33.33", "100", "99.99", "250.5", "1000000.07")]
CURRENCIES = ["USD", "EUR", "JPY", None]
RATES = [Decimal(each) for each in ("0.00650001", "1.08735", "1.1", "0.92", "1.234567")]
SEGMENTS = ["Enterprise", "Mid-Market"]

days = st.sampled_from(DAYS)
amounts = st.sampled_from(AMOUNTS)
products = st.sampled_from(["P1", "P2", None])
reasons = st.sampled_from(["seats", "price", "Price", "fx", None])
late = st.sampled_from([None] * 6 + [date(2025, 2, 1), date(2025, 4, 2), date(2026, 1, 1)])
"""Days a movement was booked on that was not booked on its own."""


@st.composite
def lines(draw: st.DrawFn, account_id: str) -> list[Row]:
    """Contract lines of an account: mostly one after another, as renewals are."""
    found: list[Row] = []
    usual = draw(st.sampled_from(CURRENCIES))
    for number in range(draw(st.integers(0, 5))):
        starts_on = draw(days)
        if found and found[-1]["ends_on"] and draw(st.booleans()):
            starts_on = found[-1]["ends_on"]
        ends_on = draw(st.one_of(st.none(), days))
        found.append(
            {
                "subscription_id": f"{account_id} {number}",
                "account_id": account_id,
                "product_id": draw(products),
                "starts_on": starts_on,
                "ends_on": ends_on,
                "arr": draw(amounts),
                "currency": draw(st.sampled_from([usual] * 7 + CURRENCIES)),
            }
        )
    return found


@st.composite
def movements(draw: st.DrawFn, held: list[Row], *, noise: bool) -> list[Row]:
    """Movements of contract lines: when they start and when they end, some of them booked late.

    With ``noise`` some price rises are booked beside the lines they belong to.
    """
    found = []
    for row in held:
        starts_on, ends_on = row["starts_on"], row["ends_on"]
        if ends_on and ends_on <= starts_on:
            continue
        booked_on = draw(late)
        reason = draw(reasons)
        changes = [(starts_on, row["arr"], reason, booked_on or starts_on)]
        if ends_on:
            changes.append((ends_on, -row["arr"], None, booked_on or ends_on))
        if noise and draw(st.booleans()):
            changes.append((starts_on, draw(amounts), "price", starts_on))
        for number, (day, amount, why, known_on) in enumerate(changes):
            found.append(
                {
                    "movement_id": f"{row['subscription_id']} {number}",
                    "account_id": row["account_id"],
                    "product_id": row["product_id"],
                    "effective_on": day,
                    "recorded_at": datetime(
                        known_on.year, known_on.month, known_on.day, 9, tzinfo=UTC
                    ),
                    "movement": "expansion",
                    "reason": why,
                    "amount": amount,
                    "currency": row["currency"],
                }
            )
    return found


@st.composite
def companies(draw: st.DrawFn, *, size: int = 25) -> dict[str, list[Row]]:
    """Tables of a company of many random accounts; one in four holds movements and no lines."""
    with_lines = draw(st.sampled_from([True, True, True, False]))
    tables: dict[str, list[Row]] = {
        "accounts": [],
        "subscriptions": [],
        "arr_movements": [],
        "account_history": [],
        "fx_rates": [],
    }
    ids = [f"A{number:02d}" for number in range(size)]
    for account_id in ids:
        held = draw(lines(account_id))
        tables["accounts"].append(
            account(
                account_id,
                parent_account_id=draw(st.sampled_from([None] * size + ids)),
                segment=draw(st.sampled_from(SEGMENTS)),
                region=draw(st.sampled_from(["EMEA", None])),
                csm_id=draw(st.sampled_from(["m1", "m2", None])),
                industry=draw(st.sampled_from(["Steel", None])),
                customer_since=draw(days),
                currency=draw(st.sampled_from(CURRENCIES)),
            )
        )
        tables["subscriptions"] += held
        tables["arr_movements"] += draw(movements(held, noise=with_lines))
        if draw(st.booleans()):
            tables["account_history"].append(
                {
                    "account_id": account_id,
                    "field": draw(st.sampled_from(["segment", "csm_id"])),
                    "value": draw(st.sampled_from(["Enterprise", "m1"])),
                    "valid_from_on": date(2023, 1, 1),
                    "valid_to_on": draw(days),
                }
            )
    if not with_lines:
        tables["subscriptions"] = []
    for currency in ("EUR", "JPY"):
        since = draw(st.sampled_from([date(2020, 1, 1), DAYS[3]]))
        for day in {since, *draw(st.lists(days, max_size=4))}:
            tables["fx_rates"].append(
                {
                    "currency": currency,
                    "valid_on": day,
                    "rate_to_reporting": draw(st.sampled_from(RATES)),
                }
            )
    return tables


@st.composite
def late_rows(draw: st.DrawFn, company: dict[str, list[Row]], as_of: date) -> dict[str, list[Row]]:
    """Rows that nobody knew on a day: lines booked after it, and rates of the time after it."""
    has_lines = bool(company["subscriptions"])
    added: dict[str, list[Row]] = {"subscriptions": [], "arr_movements": [], "fx_rates": []}
    for account_row in company["accounts"]:
        account_id = account_row["account_id"]
        for number, row in enumerate(draw(lines(account_id))[:2]):
            line = row | {"subscription_id": f"{account_id} late {number}"}
            added["subscriptions"] += [line] * has_lines
            for movement in draw(movements([line], noise=False)):
                known_on = max(movement["recorded_at"], datetime(2026, 2, 3, tzinfo=UTC))
                added["arr_movements"].append(movement | {"recorded_at": known_on})
    known = {(row["currency"], row["valid_on"]) for row in company["fx_rates"]}
    valid_on = as_of + timedelta(days=1)
    added["fx_rates"] = [
        {"currency": each, "valid_on": valid_on, "rate_to_reporting": draw(st.sampled_from(RATES))}
        for each in ("EUR", "JPY")
        if (each, valid_on) not in known
    ]
    return added
