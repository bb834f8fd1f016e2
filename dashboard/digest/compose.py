"""One person's digest: the parts of the role, asked with that person's rights."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from dashboard.access import Role, Scope, Viewer
from dashboard.digest.book import Book
from dashboard.digest.content import CHANGED, Digest, Part, Unanswered, one_line
from dashboard.digest.links import Links
from dashboard.digest.parts import PARTS, Ask
from dashboard.filters import Filters
from dashboard.formats import count_of, distinct_names
from dashboard.queries import account, accounts
from dashboard.settings import DigestSettings
from dashboard.warehouse.base import Warehouse, WarehouseError

NEWS: Final = frozenset({"changes", "money", "forecasts"})
"""Parts that tell of changes; the others tell of what stands."""
SEEN: Final[dict[Role, str]] = {
    "executive": "All accounts.",
    "finance": "All accounts, what concerns money.",
    "cs_manager": "Your accounts and those of everyone below you, with the pool any of them works.",
    "csm": "Your own book, with the pool where you work it.",
}
TOLD_OF: Final = (
    *("arr_movements", "health_scores", "opportunities", "opportunity_history", "renewals"),
    *("risks", "subscriptions", "survey_responses", "timeline_entries"),
)
"""Tables without which a digest lacks something that its reader would look for."""
A_DAY: Final = timedelta(days=1)


class NothingToSeeError(LookupError):
    """The person sees no account, or none within the filters; the message says which."""


def composed(
    warehouse: Warehouse,
    viewer: Viewer,
    scope: Scope,
    among: Filters,
    *,
    since: date,
    settings: DigestSettings,
    at: datetime,
) -> Digest:
    """The digest of one person, with what could not be answered beside what could.

    Parameters
    ----------
    since
        The day compared with; changes are those after it.
    at
        The moment of writing: how old the data are is told by it.

    Raises
    ------
    NothingToSeeError
        The person sees no account, or none within the filters.
    WarehouseError
        Not even the accounts could be told.
    """
    labels = _labels(warehouse, scope, among)
    book = Book(warehouse, scope, among, since, settings, Links(settings.base_url, among, labels))
    if viewer.role not in PARTS or not scope.sees_accounts:
        raise NothingToSeeError("sees no accounts")
    if book.ask(account.choices, among, most=1).is_empty():
        narrowed = among != among.unfiltered()
        raise NothingToSeeError("sees no account" + (" within the filters" if narrowed else ""))
    parts, unanswered = _asked(book, PARTS[viewer.role])
    news = [part for part in parts if part.key in NEWS]
    told = any(part.heading == CHANGED for part in parts)
    freshness = warehouse.freshness()
    age = at - freshness.loaded_at
    return Digest(
        email=viewer.email,
        name=one_line(viewer.name),
        seen=SEEN[viewer.role],
        since=since,
        as_of=among.as_of,
        filters=one_line(among.sentence(labels), longest=1_000),
        home=book.links.page("overview"),
        parts=tuple(parts),
        unanswered=tuple(unanswered),
        foot=tuple(_foot(book)),
        loaded_at=freshness.loaded_at,
        stale_days=age.days if age > A_DAY else 0,
        nothing_changed=told and not any(part.rows for part in news),
    )


def _labels(warehouse: Warehouse, scope: Scope, among: Filters) -> dict[str, str]:
    """Names of CSMs as the filter shows them to this person, where one is asked for."""
    if not among.csm_ids:
        return {}
    rows = accounts.filter_choices(warehouse, scope, Filters(among.as_of)).filter(filter="csm")
    return distinct_names(rows.select("value", "label").iter_rows())


def _asked(book: Book, wanted: Iterable[tuple[str, Ask]]) -> tuple[list[Part], list[Unanswered]]:
    parts: list[Part] = []
    unanswered: list[Unanswered] = []
    for heading, ask in wanted:
        try:
            part = ask(book)
        except WarehouseError as error:
            unanswered.append(Unanswered(heading, one_line(str(error))))
        else:
            notes = tuple(one_line(note) for note in part.notes)
            parts.append(replace(part, title=one_line(part.title), notes=notes))
    return parts, unanswered


def _foot(book: Book) -> Iterable[str]:
    yield f"Amounts are in {book.currency}, at the exchange rates of {book.as_of:%-d %b %Y}."
    try:
        lacking = int(book.ask(accounts.without_rate, book.among)["amounts"].sum())
    except WarehouseError as error:
        yield one_line(f"Whether any amount lacks an exchange rate is not known: {error}")
    else:
        if lacking:
            yield f"{count_of(lacking, 'amount')} without an exchange rate in no sum."
    if absent := sorted(book.warehouse.freshness().absent & set(TOLD_OF)):
        yield f"Not loaded, so nothing is told of it: {', '.join(absent)}."
