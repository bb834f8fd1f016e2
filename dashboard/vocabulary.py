"""Words that the pages know by name; any other is shown as unmapped with its amount."""

import re
from collections.abc import Iterable
from typing import Final

LIFECYCLE_STAGES: Final = ("Onboarding", "Adoption", "Renewal", "Expansion", "Churned")
"""Stages of a customer's journey (HB fig. 13.9)."""
FORECAST_CATEGORIES: Final = ("pipeline", "best_case", "commit", "closed", "omitted")
"""Forecast categories of an opportunity."""
RENEWAL_CALLS: Final = (*FORECAST_CATEGORIES, "at_risk")
"""Forecast categories of a renewal: a CSM calls one at risk, too."""
RISK_CATEGORIES: Final = (
    "Deployment",
    "Engagement",
    "Adoption",
    "ROI",
    "Overall",
    "Support",
    "Sentiment",
    "External",
)
"""Categories of a risk (HB table 12.1)."""
PERFORMANCES: Final = ("meets_some", "meets_all", "exceeds")
"""Performance against the skills that the level expects, the lowest first (HB fig. 14.1)."""
PROMOTABILITIES: Final = ("low", "medium", "high")
"""Readiness for the next level, the lowest first (HB fig. 14.1)."""


def compared(word: str) -> str:
    """A company's word as words compare: without case, ``_`` and ``-`` read as a space."""
    return re.sub("[_-]", " ", word).strip().lower()


def params(stages: Iterable[str], segments: Iterable[str]) -> dict[str, object]:
    """Bind parameters of ``sql/data/unmapped_values.sql``: every known word in lower case.

    Opportunity stages and segments are the company's own: those with a weight and with a band.
    """
    known = {
        "known_stages": LIFECYCLE_STAGES,
        "known_segments": segments,
        "known_opportunity_stages": map(compared, stages),
        "known_categories": FORECAST_CATEGORIES,
        "known_calls": RENEWAL_CALLS,
        "known_risks": RISK_CATEGORIES,
    }
    # No value is the empty word: a list without any could not be bound.
    return {name: [word.lower() for word in words] or [""] for name, words in known.items()}


NOTICES: Final = {
    "accounts_of_one_name": "Accounts that share a name: twins to be merged, or two companies",
    "accounts_of_several_products": "Live contract lines of customers of more than one product",
    "accounts_that_returned": "Movements by which a customer came back after leaving",
    "accounts_without_lines": "Accounts that never had a contract line or a movement of ARR",
    "lines_never_live": "Contract lines that end on the day they start or before: in no ARR",
    "lines_of_nothing": "Contract lines that cost nothing: trials, which make nobody a customer",
    "lines_overlapping": "Contract lines that overlap one of the same product: both count",
    "lines_signed_late": "Contract lines signed after they start: earlier reports lack them",
    "lines_without_end": "Contract lines without an end: live until one is given",
    "movements_booked_late": "Movements booked after they take effect: earlier reports lack them",
    "usage_outside_lines": "Weeks of usage outside any live contract line: they count as usage",
}
"""What is noticed of the data at a load, by its file in ``sql/notices``."""
