"""Which parts each role is told, in order."""

from collections.abc import Callable
from typing import Final

from dashboard.access import Role
from dashboard.digest.book import Book
from dashboard.digest.change_parts import changes, forecasts, money_changes
from dashboard.digest.content import CHANGED, Part
from dashboard.digest.customer_parts import fired, open_loops, own_book
from dashboard.digest.renewal_parts import at_risk, calendar, stakes

Ask = Callable[[Book], Part]

PARTS: Final[dict[Role, tuple[tuple[str, Ask], ...]]] = {
    "executive": (
        (CHANGED, changes),
        ("At stake this quarter", stakes),
        ("Renewals at risk", at_risk),
        ("Triggers of risk", fired),
        ("Detractors waiting", open_loops),
        ("Expansion forecasts that changed", forecasts),
    ),
    "cs_manager": (
        (CHANGED, changes),
        ("Renewals at risk", at_risk),
        ("Renewals without an answer or a touch", calendar),
        ("Detractors waiting", open_loops),
        ("Triggers of risk", fired),
        ("Expansion forecasts that changed", forecasts),
    ),
    "csm": (
        ("Your book", own_book),
        (CHANGED, changes),
        ("Renewals without an answer or a touch", calendar),
        ("Detractors waiting", open_loops),
        ("Triggers of risk", fired),
        ("Expansion forecasts that changed", forecasts),
    ),
    "finance": (
        (CHANGED, money_changes),
        ("At stake this quarter", stakes),
        ("Renewals at risk", at_risk),
        ("Expansion forecasts that changed", forecasts),
    ),
}
"""What each role is told, in order; people partners see no accounts and are told nothing."""
