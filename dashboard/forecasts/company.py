"""The method of a day, learned from the whole company whoever asks, and kept while data are.

Coefficients, base rates and dispersion hold no account; what a viewer sees of single renewals
comes from a second answer within the viewer's scope.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import polars as pl

from dashboard.access import EVERYTHING, Scope
from dashboard.apart import Apart, EndedError
from dashboard.filters import Filters
from dashboard.forecasts.method import Method, methods
from dashboard.queries.forecast import renewals_seen, short_terms
from dashboard.warehouse.base import Warehouse, WarehouseError

Seen = Callable[..., pl.DataFrame]
"""``renewals_seen`` or ``opportunities_seen`` of ``queries.forecast``."""

KEPT: Final = 8
"""Days and versions of the data whose methods are kept for each warehouse."""

_Key = tuple[str, str, date]
_Known = OrderedDict[_Key, Mapping[date, Method]]
_known: weakref.WeakKeyDictionary[Warehouse, _Known] = weakref.WeakKeyDictionary()
_lock: Final = threading.Lock()
_fitting: Final = threading.Lock()
_APART: Final = Apart()


def methods_of(warehouse: Warehouse, day: date) -> Mapping[date, Method]:
    """The method of a day and of every snapshot day before it.

    Raises
    ------
    WarehouseError
        The process that learns it ended; the message says so.
    """
    key = (warehouse.freshness().version, warehouse.policy.model_dump_json(), day)
    if found := _kept(warehouse.source, key):
        return found
    seen = renewals_seen(warehouse, EVERYTHING, Filters(day))
    ended = short_terms(warehouse, EVERYTHING, Filters(day))
    # One fits; who waits for the same finds it.
    with _fitting:
        found = _kept(warehouse.source, key) or _learned(seen, ended)
    with _lock:
        kept = _known.setdefault(warehouse.source, OrderedDict())
        kept[key] = found
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return found


def _learned(seen: pl.DataFrame, ended: pl.DataFrame) -> Mapping[date, Method]:
    try:
        return _APART.work(methods, seen, ended)
    except EndedError as error:
        raise WarehouseError(f"The forecast was not learned. {error}") from error


def _kept(source: Warehouse, key: _Key) -> Mapping[date, Method] | None:
    with _lock:
        kept = _known.get(source, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
        return kept.get(key)


def of_today(seen: Seen, warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Rows of the as-of date within the viewer's scope.

    Who sees every account and leaves none out is answered from the rows that the method learns
    from: they hold those of the as-of date, all of them, and are asked for anyway.
    """
    if scope.all_accounts and filters == Filters(filters.as_of):
        whole = seen(warehouse, EVERYTHING, filters)
        return whole.filter(pl.col("snapshot_on") == filters.as_of)
    return seen(warehouse, scope, filters, quarters=0)


def of_past(seen: Seen, warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Rows of every snapshot day within the viewer's scope, asked for as ``of_today`` is."""
    everything = scope.all_accounts and filters == Filters(filters.as_of)
    return seen(warehouse, EVERYTHING if everything else scope, filters)


def forecast_ahead(
    warehouse: Warehouse, scope: Scope, filters: Filters
) -> tuple[pl.DataFrame, Method | None]:
    """The viewer's renewals with their forecast; no method where there is none to forecast."""
    own = of_today(renewals_seen, warehouse, scope, filters)
    if own.is_empty():
        return own, None
    method = methods_of(warehouse, filters.as_of)[filters.as_of]
    renewals = method.forecast(own)
    return renewals, None if renewals.is_empty() else method


def renewals_of_customers_before(
    warehouse: Warehouse, scope: Scope, filters: Filters, day: date
) -> pl.Series:
    """Ids of the viewer's open renewals whose accounts were customers before a day."""
    own = of_today(renewals_seen, warehouse, scope, filters)
    since = pl.col("snapshot_on") - pl.duration(days="tenure_days")
    return own.filter(since < day)["renewal_id"]
