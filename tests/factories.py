"""Rows of the contract with sensible defaults, so that a test names only what it is about.

Every row is of a customer ``a1`` of Enterprise in EMEA, looked after by ``m1``, billed in dollars.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl

from dashboard.policy import MEASURES

Row = dict[str, object]

AS_OF = date(2026, 10, 31)
"""The day the small warehouses speak for: a Saturday, the last day of a month."""
SINCE = date(2024, 1, 1)
"""Long before the as-of date: the day everything has held from."""


def moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def member(member_id: str = "m1", **fields: object) -> Row:
    return {
        "member_id": member_id,
        "name": member_id.upper(),
        "email": f"{member_id}@example.com",
        "role": "csm",
    } | fields


def account(account_id: str = "a1", **fields: object) -> Row:
    return {
        "account_id": account_id,
        "account_name": account_id.upper(),
        "segment": "Enterprise",
        "region": "EMEA",
        "csm_id": "m1",
        "lifecycle_stage": "Adoption",
        "customer_since": SINCE,
        "currency": "USD",
    } | fields


def was(field: str, value: str, since: date, until: date | None, **fields: object) -> Row:
    """What an attribute of the account used to be: a row of ``account_history``."""
    return {
        "account_id": "a1",
        "field": field,
        "value": value,
        "valid_from_on": since,
        "valid_to_on": until,
    } | fields


def subscription(arr: float | str = 100, **fields: object) -> Row:
    account_id = fields.get("account_id", "a1")
    return {
        "subscription_id": f"{account_id} {arr}",
        "account_id": "a1",
        "starts_on": SINCE,
        "arr": Decimal(str(arr)),
    } | fields


def movement(amount: float, kind: str, effective_on: date, **fields: object) -> Row:
    return {
        "movement_id": f"{kind} {effective_on}",
        "account_id": "a1",
        "effective_on": effective_on,
        "recorded_at": moment(effective_on.year, effective_on.month, effective_on.day),
        "movement": kind,
        "amount": Decimal(str(amount)),
    } | fields


def rate(currency: str, value: float, valid_on: date = SINCE) -> Row:
    return {"currency": currency, "valid_on": valid_on, "rate_to_reporting": Decimal(str(value))}


def renewal(renewal_id: str = "r1", **fields: object) -> Row:
    return {
        "renewal_id": renewal_id,
        "account_id": "a1",
        "due_on": date(2026, 11, 15),
        "arr_due": Decimal(100),
        "status": "open",
    } | fields


def renewed(renewal_id: str, closed_on: date | None, arr_renewed: float, **fields: object) -> Row:
    """A renewal won on a day."""
    won = {"status": "renewed", "closed_on": closed_on, "arr_renewed": Decimal(str(arr_renewed))}
    return renewal(renewal_id, **won | fields)


def churned(renewal_id: str, closed_on: date, **fields: object) -> Row:
    """A renewal lost on a day."""
    lost = {"status": "churned", "closed_on": closed_on, "arr_renewed": Decimal(0)}
    return renewal(renewal_id, **lost | fields)


def measured(measured_on: date, account_id: str = "a1", **scores: float) -> list[Row]:
    """Health measurements of an account on one day, a row per measure."""
    return [
        {"account_id": account_id, "measured_on": measured_on, "measure": name, "score": value}
        for name, value in scores.items()
    ]


def scored(score: float, measured_on: date, account_id: str = "a1") -> list[Row]:
    """All seven measures of an account at one score, which is then the overall score."""
    return measured(measured_on, account_id, **dict.fromkeys(MEASURES, score))


def answer(score: int | None, **fields: object) -> Row:
    return {
        "response_id": f"{score} {sorted(fields.items(), key=str)}",
        "account_id": "a1",
        "survey": "nps",
        "persona": "end_user",
        "sent_on": date(2026, 10, 1),
        "responded_on": date(2026, 10, 10),
        "score": score,
    } | fields


def opportunity(opportunity_id: str = "o1", **fields: object) -> Row:
    return {
        "opportunity_id": opportunity_id,
        "account_id": "a1",
        "csm_id": "m1",
        "kind": "upsell",
        "amount": Decimal(100),
        "stage": "Discussion",
        "forecast_category": "pipeline",
        "created_on": SINCE,
        "expected_close_on": date(2026, 12, 15),
    } | fields


def fit(product_id: str, potential: float | None, **fields: object) -> Row:
    """What the account could buy: a row of ``product_fit``."""
    return {
        "account_id": "a1",
        "product_id": product_id,
        "propensity": 0.5,
        "potential_arr": None if potential is None else Decimal(str(potential)),
    } | fields


def change(field: str, old: object, new: object, changed_at: datetime, **fields: object) -> Row:
    """A change of an opportunity: a row of ``opportunity_history``."""
    return {
        "opportunity_id": "o1",
        "changed_at": changed_at,
        "field": field,
        "old_value": None if old is None else str(old),
        "new_value": None if new is None else str(new),
    } | fields


def note(text: str, happened_at: datetime, **fields: object) -> Row:
    """A touch with the account: a row of ``timeline_entries``."""
    return {
        "entry_id": f"{text} {happened_at}",
        "account_id": "a1",
        "kind": "note",
        "happened_at": happened_at,
        "note": text,
    } | fields


def rating(member_id: str, performance: str, promotability: str, **fields: object) -> Row:
    return {
        "member_id": member_id,
        "cycle": "2026-H1",
        "reviewer_id": "boss",
        "performance": performance,
        "promotability": promotability,
        "reviewed_on": date(2026, 6, 10),
    } | fields


def cells(frame: pl.DataFrame, *names: str) -> list[tuple]:
    """Rows of an answer, of some of its columns where they are named."""
    return frame.select(names or frame.columns).rows()
