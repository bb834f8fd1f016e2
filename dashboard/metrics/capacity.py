"""The load of each CSM, over the columns of ``queries.coverage.BY_CSM``."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Final

import polars as pl

from dashboard.capacity_policy import PARTS, RAMP, CapacityPolicy, Part
from dashboard.formats import Unit, distinct_names
from dashboard.metrics import metric, total
from dashboard.policy import CoverageBand

_COLUMNS: Final[dict[Part, str]] = {
    "accounts": "accounts",
    "arr": "arr",
    "arr_red": "arr_red",
    "renewals": "renewals_due",
    "onboarding": "onboarding",
}
_BY_ARR: Final = frozenset({"arr", "arr_red"})
"""Parts that stand to the ARR of a book; the others to its customers."""

POINTS: Final = {part: f"{part}_points" for part in (*PARTS, RAMP)}
"""Columns of the parts of the index; together they are the index."""

References = Mapping[tuple[Part, str | None], float]
"""What a book in the middle of the band holds, by part and segment."""

LOADS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "member_id": pl.String,
    "csm": pl.String,
    "segments": pl.String,
    "customers": pl.Int64,
    "arr": pl.Decimal(38, 2),
    "arr_red": pl.Decimal(38, 2),
    "renewals_due": pl.Int64,
    "onboarding_customers": pl.Int64,
    "is_ramping": pl.Boolean,
    "index": pl.Float64,
    **dict.fromkeys(POINTS.values(), pl.Float64),
    "reading": pl.String,
}


def references(books: pl.DataFrame, bands: Mapping[str, CoverageBand], as_of: date) -> References:
    """The middle of each segment's band, and what of it is at red, due or in onboarding.

    A segment without a band takes the median book of the team in it for its middle. Shares of ARR
    at red and of customers due or in onboarding are the team's median; where half the team has
    none, the team's as a whole. A part that nobody has is absent, and so is one of unknown ARR.
    """
    held = _of_csms(books, as_of).filter(pl.col("accounts") > 0)
    whole = held.group_by("member_id").agg(pl.col(list(_COLUMNS.values())).sum())
    found: dict[tuple[Part, str | None], float] = {}
    for segment in held["segment"].unique().to_list():
        own = held.filter(pl.col("segment").eq_missing(segment))
        band = bands.get(segment or "")
        middles = {
            "accounts": (band.accounts_low + band.accounts_high) / 2
            if band
            else _median(own["accounts"]),
            "arr": (band.arr_low + band.arr_high) / 2 if band else _median(own["arr"]),
        }
        for part in PARTS:
            base: Part = "arr" if part in _BY_ARR else "accounts"
            share = 1.0 if part == base else _share(whole, _COLUMNS[part], base)
            if held[base].null_count() < len(held) and middles[base] * share > 0:
                found[part, segment] = middles[base] * share
    return found


def loads(
    books: pl.DataFrame, among: References, policy: CapacityPolicy, as_of: date
) -> pl.DataFrame:
    """The load index of each CSM with its parts, which sum to it; the heaviest first.

    A part is weight x what is held by what the middle of the band holds, summed over segments,
    x 100. A part nobody has leaves its weight to the others. Ramp is what a CSM who is still
    ramping has on top, for carrying less.

    Returns
    -------
    pl.DataFrame
        The columns of ``LOADS``.
    """
    present = [part for part in PARTS if any(each == part for each, _ in among)]
    whole = sum(policy.weights.get(part, 0.0) for part in present)
    rows = []
    for book in _of_csms(books, as_of).partition_by("member_id", maintain_order=True):
        lines = list(book.iter_rows(named=True))
        parts = {
            part: 100
            * policy.weights.get(part, 0.0)
            / whole
            * sum(_relative(line, part, among) for line in lines)
            if part in present and whole
            else 0.0
            for part in PARTS
        }
        first = lines[0]
        is_ramping = first["ramped_on"] is not None and first["ramped_on"] > as_of
        base = sum(parts.values())
        ramp = base * (1 / policy.ramping_capacity - 1) if is_ramping else 0.0
        rows.append(
            (
                first["member_id"],
                first["name"] or first["member_id"],
                ", ".join(sorted({line["segment"] for line in lines if line["segment"]})),
                int(book["accounts"].sum()),
                None if book["arr"].null_count() == len(book) else book["arr"].sum(),
                None if book["arr_red"].null_count() == len(book) else book["arr_red"].sum(),
                int(book["renewals_due"].sum()),
                int(book["onboarding"].sum()),
                is_ramping,
                base + ramp,
                *parts.values(),
                ramp,
                reading(base + ramp, policy),
            )
        )
    frame = pl.DataFrame(rows, schema=LOADS, orient="row")
    names = distinct_names(frame.select("member_id", "csm").iter_rows())
    return frame.with_columns(
        csm=pl.col("member_id").replace_strict(names, return_dtype=pl.String)
    ).sort("index", "member_id", descending=[True, False])


def reading(index: float, policy: CapacityPolicy) -> str:
    """An index in a word with a sign."""
    if index > policy.heavy_above:
        return "▲ heavy"
    return "▽ light" if index < policy.light_below else "● in between"


@metric("Median load index", unit=Unit.SCORE, better="neither")
def median_index(loads: pl.DataFrame) -> float | None:
    """Median load index of the CSMs; 100 is a book in the middle of the reference band. Takes what
    ``metrics.capacity.loads`` gives.
    """
    return None if loads.is_empty() else _median(loads["index"])


@metric("Heaviest load", unit=Unit.SCORE, better="lower")
def heaviest(loads: pl.DataFrame) -> float | None:
    """Load index of the CSM with the heaviest book. Takes what ``metrics.capacity.loads`` gives."""
    return None if loads.is_empty() else float(loads["index"].max() or 0)  # type: ignore[arg-type]


@metric("Spread of loads", unit=Unit.SCORE, better="lower")
def spread(loads: pl.DataFrame) -> float | None:
    """Heaviest load index less the lightest one of those who hold a customer. Takes what
    ``metrics.capacity.loads`` gives.
    """
    held = loads.filter(pl.col("customers") > 0)["index"]
    return None if held.is_empty() else float(held.max() or 0) - float(held.min() or 0)  # type: ignore[arg-type]


@metric("Heavy books", unit=Unit.COUNT, better="lower")
def heavy(loads: pl.DataFrame) -> int:
    """CSMs whose load index lies above the company's limit. Takes what ``metrics.capacity.loads``
    gives.
    """
    return loads.filter(pl.col("reading") == "▲ heavy").height


@metric("Ramping", unit=Unit.COUNT, better="neither")
def ramping(loads: pl.DataFrame) -> int:
    """CSMs who are still ramping on the as-of date. Takes what ``metrics.capacity.loads`` gives."""
    return int(loads["is_ramping"].sum())


@metric("Unassigned customers", unit=Unit.COUNT, better="lower")
def unassigned(rows: pl.DataFrame) -> int:
    """Customers without a CSM, or whose CSM has left or is unknown. Takes the columns of
    ``queries.coverage.UNASSIGNED``.
    """
    return rows.height


@metric("Their ARR", unit=Unit.MONEY, better="lower")
def unassigned_arr(rows: pl.DataFrame) -> Decimal | None:
    """ARR of the customers nobody looks after; one of unknown ARR adds nothing. Takes the columns
    of ``queries.coverage.UNASSIGNED``.
    """
    return total(rows["arr"])


@metric("Renewals ahead", unit=Unit.COUNT, better="lower")
def unassigned_renewals(rows: pl.DataFrame) -> int:
    """Open renewals of customers nobody looks after within the days of the settings, overdue ones
    included. Takes the columns of ``queries.coverage.UNASSIGNED``.
    """
    return int(rows["renewals_due"].sum())


@metric("ARR of these renewals", unit=Unit.MONEY, better="lower")
def unassigned_arr_due(rows: pl.DataFrame) -> Decimal | None:
    """ARR due in the renewals of customers nobody looks after. Takes the columns of
    ``queries.coverage.UNASSIGNED``.
    """
    return total(rows.filter(pl.col("renewals_due") > 0)["arr_due"])


def _of_csms(books: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Books that somebody holds who has not left."""
    return books.filter(
        pl.col("member_id").is_not_null(),
        pl.col("left_on").is_null() | (pl.col("left_on") > as_of),
    )


def _relative(line: Mapping[str, object], part: Part, among: References) -> float:
    middle = among.get((part, line["segment"]))  # type: ignore[arg-type]
    held = line[_COLUMNS[part]]
    return float(held) / middle if middle and held is not None else 0.0  # type: ignore[arg-type]


def _share(whole: pl.DataFrame, part: str, base: str) -> float:
    rows = [
        (float(one), float(all_of))
        for one, all_of in whole.select(part, base).iter_rows()
        if one is not None and all_of
    ]
    if not rows:
        return 0.0
    middle = median(one / all_of for one, all_of in rows)
    return middle or sum(one for one, _ in rows) / sum(all_of for _, all_of in rows)


def _median(values: pl.Series) -> float:
    known = [float(value) for value in values.drop_nulls()]
    return median(known) if known else 0.0
