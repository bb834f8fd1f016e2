"""What a question about retention is bound with: policy, period and what was known when."""

from datetime import date
from typing import Final, Literal

from dashboard.calendar import months_before
from dashboard.filters import Filters
from dashboard.retention_policy import PERIODS, Period, RetentionPolicy

Basis = Literal["reported", "restated"]

BASES: Final[tuple[Basis, ...]] = ("reported", "restated")
ALL_KNOWN: Final = date(9999, 12, 31)


def rules(
    policy: RetentionPolicy,
    filters: Filters,
    *,
    period: Period | None = None,
    basis: Basis = "reported",
    compared: tuple[date, date] | None = None,
) -> dict[str, object]:
    """Bind parameters of the files in ``sql/shared/`` about retention.

    Parameters
    ----------
    policy
        The rules.
    filters
        Day and window of the question.
    period
        Kind of window; the policy's own where none is named. ``custom`` is one window, from the
        first to the last day of the filters.
    basis
        ``reported``: what had been booked by the as-of date. ``restated``: with what was booked
        since.
    compared
        A second, earlier window beside a custom one.

    Raises
    ------
    ValueError
        An unknown period or basis, or a custom window without both its days, of no length or that
        ends after the as-of date.
    """
    kind = period or policy.period
    if kind not in PERIODS:
        raise ValueError(f"There is no period {kind!r}. There are: {', '.join(PERIODS)}.")
    if basis not in BASES:
        raise ValueError(f"There is no basis {basis!r}. There are: {', '.join(BASES)}.")
    if kind == "custom":
        _check_window(filters, compared)
    return policy.params() | {
        "period": "quarter" if kind == "quarter_annualised" else kind,
        "annualised": kind == "quarter_annualised",
        "known_on": filters.as_of if basis == "reported" else ALL_KNOWN,
        "compared_since": compared[0] if compared else None,
        "compared_until": compared[1] if compared else None,
    }


def _check_window(filters: Filters, compared: tuple[date, date] | None) -> None:
    if filters.since is None or filters.until is None:
        raise ValueError("A custom period needs both its days: --since and --until.")
    if filters.since >= filters.until:
        raise ValueError(f"The period from {filters.since} to {filters.until} has no length.")
    if filters.until > filters.as_of:
        raise ValueError(f"The period ends on {filters.until}, after {filters.as_of}.")
    if compared and not (compared[0] < filters.since and compared[1] < filters.until):
        raise ValueError("The period compared with must begin and end before the other one.")
    if compared and compared[0] >= compared[1]:
        raise ValueError(f"The period from {compared[0]} to {compared[1]} has no length.")


def windowed(filters: Filters) -> Filters:
    """The filters over their window; over the twelve months up to the as-of date without one."""
    if filters.since is None and filters.until is None:
        return filters.window(months_before(filters.as_of, 12), filters.as_of)
    return filters
