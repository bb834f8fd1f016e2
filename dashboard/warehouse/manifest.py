"""The age of the data where a company keeps them: what its manifest says, asked for seldom."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final, Literal

import polars as pl

from dashboard.warehouse.base import Freshness, WarehouseError

HOLDS: Final = 30.0
"""Seconds for which a look at the age of the data holds."""
FAILURE_HOLDS: Final = 2.0
"""Seconds for which a failed look holds: those who wait behind it do not each wait as long."""
QUERY: Final = """
select
    entry,
    value
from manifest
union all
select
    'absent' as entry,
    table_name as value
from loaded_tables
where not is_loaded
"""

Kept = Literal["snowflake", "postgresql"]
_NAMES: Final = {"snowflake": "Snowflake", "postgresql": "PostgreSQL"}


class Age:
    """What was answered to ``QUERY`` lately, or how it failed; one thread at a time asks."""

    def __init__(self, where: Kept) -> None:
        self._where = where
        self._lock = threading.Lock()
        self._known: Freshness | WarehouseError | None = None
        self._known_until = 0.0

    def known(self, ask: Callable[[], pl.DataFrame]) -> Freshness:
        """Age and completeness of the data; ``ask`` looks them up, at most every half minute."""
        with self._lock:
            if self._known is None or time.monotonic() >= self._known_until:
                try:
                    self._known = _freshness(ask(), self._where)
                    holds = HOLDS
                except WarehouseError as error:
                    self._known, holds = error, FAILURE_HOLDS
                self._known_until = time.monotonic() + holds
            if isinstance(self._known, WarehouseError):
                raise type(self._known)(str(self._known)) from self._known.__cause__
            return self._known


def _freshness(frame: pl.DataFrame, where: Kept) -> Freshness:
    rows: list[tuple[str, str]] = frame.rows()
    manifest = {entry: value for entry, value in rows if entry != "absent"}
    try:
        return Freshness(
            version=manifest["version"],
            origin=where,
            loaded_at=datetime.fromisoformat(manifest["loaded_at"]).astimezone(UTC),
            as_of=date.fromisoformat(manifest["as_of"]),
            absent=frozenset(value for entry, value in rows if entry == "absent"),
            policy=manifest.get("policy", ""),
            derived=manifest.get("derived", ""),
        )
    except (KeyError, ValueError) as error:
        raise WarehouseError(
            f"The manifest in {_NAMES[where]} lacks a version, a loaded_at or an as_of."
        ) from error
