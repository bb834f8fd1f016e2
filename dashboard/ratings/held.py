"""What is held on a person in reviews: rows of the app's own database, counts of the company's."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from dashboard.queries import talent
from dashboard.store.personal import HeldRow
from dashboard.warehouse.base import MissingTableError


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of the app's own database, and how many rows of the company's tables name a person."""

    stored: tuple[HeldRow, ...]
    loaded: Mapping[str, int]


def loaded_rows(
    member_id: str, answer: Callable[[Callable[..., pl.DataFrame]], pl.DataFrame]
) -> dict[str, int]:
    """Rows of the company's tables of reviews that name a person, by table.

    ``answer`` asks a question over everything, whatever day it bears.
    """
    found: dict[str, int] = {}
    for table, query, names in (
        ("talent_reviews", talent.ratings, {"rated": "member_id", "as reviewer": "reviewer_id"}),
        ("skill_assessments", talent.skill_levels, {"assessed": "member_id"}),
    ):
        try:
            rows = answer(query)
        except MissingTableError:
            found[f"{table} (not loaded)"] = 0
            continue
        for said, name in names.items():
            found[f"{table}, {said}"] = rows.filter(pl.col(name) == member_id).height
    return found


def as_json(held: Held, member_id: str) -> str:
    """Everything that is held, as JSON."""
    told = {
        "member_id": member_id,
        "app": [{"kind": each.kind, **each.values} for each in held.stored],
        "company_tables": dict(held.loaded),
    }
    return json.dumps(told, indent=1, default=str)


def as_frame(held: Held) -> pl.DataFrame:
    """Each row of the app's own database with its kind, its moment and all it says, in words."""
    return pl.DataFrame(
        [
            (
                each.kind.replace("_", " "),
                each.values["version"],
                each.values["saved_at"],
                each.values["saved_by"],
                "; ".join(
                    f"{name}: {value}"
                    for name, value in each.values.items()
                    if value is not None and name not in {"name", "version", "saved_at", "saved_by"}
                ),
            )
            for each in held.stored
        ],
        schema={
            "held_as": pl.String,
            "version": pl.Int64,
            "saved_at": pl.Datetime("us", "UTC"),
            "saved_by": pl.String,
            "note": pl.String,
        },
        orient="row",
    )
