"""The viewer's session: the one door from a page to the warehouse."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Concatenate, Final, ParamSpec

import polars as pl
import streamlit as st

from dashboard import answering, noting, run_log, visitor
from dashboard.access import Scope, role_in_words
from dashboard.audit import filters_of
from dashboard.calendar import FiscalCalendar, Period, months_before
from dashboard.charts.palette import Theme
from dashboard.filters import UNASSIGNED, Filters
from dashboard.formats import distinct_names
from dashboard.identity import NotAdmittedError
from dashboard.once import once_a_run
from dashboard.policies import on_offer, read, saved_policies
from dashboard.policy import Policy
from dashboard.queries import accounts
from dashboard.questions import name_of, questions
from dashboard.retention_policy import RetentionPolicy
from dashboard.settings import DEMO_WAREHOUSE, SettingsError
from dashboard.store.base import StoreError, StoreSettingsError
from dashboard.visitor import (
    data_age,
    freshness,
    is_demo,
    is_stale,
    policy,
    scope,
    settings,
    store,
    talent_is_on,
    team,
    today,
    viewer,
    warehouse,
    who,
)
from dashboard.warehouse.base import (
    ASKED_ON,
    MissingTableError,
    UnreachableError,
    Warehouse,
    WarehouseError,
)
from dashboard.warehouse.remembering import Params
from dashboard.warehouse.viewers import UnknownViewerError
from dashboard.warehouse.watched import RUN

__all__ = [
    "UNASSIGNED",
    "MissingTableError",
    "NotAdmittedError",
    "SettingsError",
    "StoreError",
    "StoreSettingsError",
    "UnknownViewerError",
    "UnreachableError",
    "WarehouseError",
    "data_age",
    "freshness",
    "is_demo",
    "is_stale",
    "policy",
    "role_in_words",
    "scope",
    "store",
    "talent_is_on",
    "team",
    "today",
    "viewer",
    "warehouse",
    "who",
]

P = ParamSpec("P")

FAVICON: Final = "data:image/png;base64," + b64encode(
    (Path(__file__).parent / "assets" / "favicon.png").read_bytes()
).decode("ascii")
"""As an address: Streamlit would open and register a file anew at every run."""
CURRENT_QUARTER: Final = "Current quarter"
QUARTERS_BACK: Final = 8
QUARTERS_AHEAD: Final = 6


def retention_policies() -> dict[str, RetentionPolicy]:
    """Retention policies on offer by name; without the saved ones where the store is away."""
    return on_offer(policy(), _saved_policies())


def retention_policy() -> RetentionPolicy:
    """The retention policy of the filter; the company's own where none is chosen."""
    offered = retention_policies()
    chosen = st.session_state.get("policy")
    return offered[chosen] if chosen in offered else policy().retention()


def save_policy(chosen: RetentionPolicy, *, on_top_of: int | None, token: str) -> RetentionPolicy:
    """Save a policy for everybody, as the next version of its name.

    Raises
    ------
    StoreError
        The name stands in the settings, somebody saved it meanwhile, or the store is away.
    """
    if chosen.name in policy().retentions():
        raise StoreError(f"{chosen.name} is a policy of the settings. Choose another name.")
    saved = store().save_policy(
        chosen.name,
        chosen.model_dump_json(exclude={"name", "version"}),
        on_top_of=on_top_of,
        by=who(),
        at=datetime.now(UTC),
        token=token,
    )
    _saved_policies.clear()
    return read(saved)


def demo_is_missing() -> bool:
    """Whether the app is to serve the demo company and it has not been built."""
    return settings().warehouse == str(DEMO_WAREHOUSE) and not DEMO_WAREHOUSE.exists()


def demo_file() -> Path:
    """Where the demo company lies."""
    return DEMO_WAREHOUSE


def build_day() -> date:
    """The day a demo company built now speaks for."""
    return settings().as_of or datetime.now(UTC).date()


def as_of() -> date:
    """The as-of date of the filter; ``today()`` where none is chosen."""
    chosen = st.session_state.get("as_of")
    return chosen if isinstance(chosen, date) else today()


def quarter() -> Period:
    """The fiscal quarter of the filter; the one of the as-of date where none is chosen."""
    chosen = st.session_state.get("quarter", CURRENT_QUARTER)
    return next(
        (period for period in quarters() if period.label == chosen),
        policy().calendar.period_of(as_of(), "quarter"),
    )


def quarters() -> list[Period]:
    """Fiscal quarters on offer: two years back to a year and a half ahead of the as-of date."""
    calendar = policy().calendar
    first = calendar.earlier(as_of(), "quarter", QUARTERS_BACK)
    return calendar.periods_from(first.start_on, "quarter", QUARTERS_BACK + QUARTERS_AHEAD + 1)


def around(focus: Period, *, back: int, ahead: int) -> list[Period]:
    """Quarters around one: so many before it, itself, and so many after it."""
    first = quarter_before(focus, back)
    return policy().calendar.periods_from(first.start_on, "quarter", back + ahead + 1)


def quarter_before(focus: Period, count: int) -> Period:
    """The quarter that lies so many quarters before one."""
    return policy().calendar.earlier(focus.start_on, "quarter", count)


def quarter_label(day: date) -> str:
    """Name of the fiscal quarter that a day lies in: ``Q2 FY2027``."""
    return policy().calendar.period_of(day, "quarter").label


def years_before(day: date, count: int) -> date:
    """The same day so many years before; a leap day's is 28 February, but in another leap year."""
    return months_before(day, 12 * count)


def month_of(day: date) -> tuple[date, date]:
    """First day of a day's calendar month, and of the month after it."""
    month = FiscalCalendar().period_of(day, "month")
    return month.start_on, month.end_on


def until_as_of(focus: Period) -> date:
    """End of a period that may still run: the day after the as-of date where that is sooner."""
    return min(focus.end_on, as_of() + timedelta(days=1))


def filters(since: date | None = None, until: date | None = None) -> Filters:
    """The global filters over a window of the page's choice."""
    return Filters(
        as_of=as_of(),
        since=since,
        until=until,
        segments=tuple(st.session_state.get("segment") or ()),
        regions=tuple(st.session_state.get("region") or ()),
        csm_ids=tuple(st.session_state.get("csm") or ()),
    )


def choices(name: str) -> dict[str, str]:
    """Values a filter offers this viewer, with how they read; equal names carry their value."""
    return _choices().get(name, {})


@once_a_run
def _choices() -> dict[str, dict[str, str]]:
    rows = load(accounts.filter_choices, Filters(as_of=as_of()))
    offered: dict[str, list[tuple[str, str | None]]] = {}
    for name, value, label in rows.select("filter", "value", "label").iter_rows():
        offered.setdefault(name, []).append((value, label))
    return {name: distinct_names(values) for name, values in offered.items()}


def amounts_without_rate() -> int:
    """Amounts of the viewer's accounts whose currency has no exchange rate on the as-of date."""
    if not scope().sees_accounts:
        return 0
    return int(load(accounts.without_rate, filters())["amounts"].sum())


def sentence(among: Filters) -> str:
    """Filters in words, with the names of CSMs."""
    return among.sentence(choices("csm") if among.csm_ids else {})


def narrowed(base: Filters, **parts: str | None) -> Filters:
    """Filters that keep one segment, region or CSM more; ``None`` changes nothing."""
    changes = {name: (value,) for name, value in parts.items() if value is not None}
    return replace(base, **changes)  # type: ignore[arg-type]


def load(
    query: Callable[Concatenate[Warehouse, Scope, Filters, P], pl.DataFrame],
    among: Filters,
    *args: P.args,
    **kwargs: P.kwargs,
) -> pl.DataFrame:
    """Answer a query for this viewer, from cache where the same scope asked it before."""
    if args:
        raise TypeError("name the parameters of a question")
    question, allowed, params = name_of(query), scope(), _in_one_order(kwargs)
    # For the history of queries of a warehouse that keeps one.
    ASKED_ON.set(visitor.place().page)
    run = run_log.present()
    RUN.set(run)
    answer = answering.answer(query, question, allowed, among, params)
    if run is not None:
        run.questions.append(question)
    first = questions()[question].of_talent
    narrowed_to = filters_of(among, kwargs)
    noting.answered(question, narrowed_to, len(answer), allowed=allowed, first=first)
    return answer


def is_at_hand(
    query: Callable[Concatenate[Warehouse, Scope, Filters, P], pl.DataFrame],
    among: Filters,
    *_args: P.args,
    **kwargs: P.kwargs,
) -> bool:
    """Whether ``load`` would answer without asking the warehouse."""
    return answering.is_at_hand(name_of(query), scope(), among, _in_one_order(kwargs))


def _in_one_order(params: Mapping[str, object]) -> Params:
    """Parameters as they tell questions apart: the same in whatever order they were written."""
    return tuple(sorted(params.items()))


def theme() -> Theme:
    """Whether the browser shows the light or the dark theme."""
    return "dark" if st.context.theme.type == "dark" else "light"


def scored_otherwise() -> bool:
    """Whether the weekly history was scored by another health policy than the settings name."""
    scored_with = freshness().policy
    return bool(scored_with) and _policy_in(scored_with).health != policy().health


@lru_cache(maxsize=2)
def _policy_in(text: str) -> Policy:
    return Policy.model_validate_json(text)


@st.cache_data(ttl="10s", max_entries=1, show_spinner=False)
def _saved_policies() -> dict[str, RetentionPolicy]:
    # That the store is away is remembered too: nobody waits for it at every click.
    try:
        return saved_policies(store())
    except StoreError:
        return {}
