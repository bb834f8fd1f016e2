"""To whom digests go: people by address, or everyone of a role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard.access import ROLES, Viewer
from dashboard.digest.content import one_line
from dashboard.warehouse.viewers import UnknownViewerError, viewer_of


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who was asked for: a viewer, or why there is none."""

    asked: str
    viewer: Viewer | None
    why: str = ""


def recipients(people: pl.DataFrame, wanted: Iterable[str], on: date) -> list[Recipient]:
    """Everyone asked for, once, by address; takes the columns of ``MEMBERS``."""
    addresses: dict[str, None] = {}
    nameless: list[Recipient] = []
    for each in wanted:
        if each not in ROLES:
            addresses[each.strip().lower()] = None
            continue
        works = pl.col("left_on").is_null() | (pl.col("left_on") > on)
        for row in people.filter(works, role=each).iter_rows(named=True):
            if address := (row["email"] or "").strip().lower():
                addresses[address] = None
            else:
                nameless.append(Recipient(one_line(row["name"]), None, "has no address"))
    return [*(_known(people, each, on) for each in sorted(addresses)), *nameless]


def _known(people: pl.DataFrame, address: str, on: date) -> Recipient:
    try:
        return Recipient(one_line(address), viewer_of(people, address, on))
    except UnknownViewerError as error:
        return Recipient(one_line(address), None, one_line(str(error)))
