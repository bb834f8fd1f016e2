"""Scorecards that people saved: what they define, what is wrong with one, and how one is chosen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from dashboard.policy import Definition, Policy
from dashboard.scorecard_policy import CARDS
from dashboard.store.base import SavedScorecard, StoreError
from dashboard.store.store import Store

LABELS: Final = {
    "outcomes_weight": "Weight of outcomes",
    "experience_weight": "Weight of experience",
    "stale_after_days": "Stale after, days",
    "minimum_coverage": "Least weight covered",
    "expansion_full_share": "Expansion that scores 100, share of ARR",
    "advocacy_full_events": "Advocacy events that score 100",
    "executive_full_days": "Executive engagement: 100 up to, days",
    "executive_none_days": "Executive engagement: 0 from, days",
    "touches_days": "Touches counted within, days",
    "touches_full": "Touches that score 100",
    "survey_days": "Survey answered within, days",
    "red_below": "Red below",
    "amber_below": "Amber below",
    "weights": "Weights",
    "levels": "Levels",
    "overall": "Thresholds",
    "measures": "Thresholds of single measures",
}
"""Choices of a definition as the page calls them."""


class UnreadableScorecardError(StoreError):
    """A saved scorecard has choices that this version does not know."""


@dataclass(frozen=True, slots=True)
class NamedScorecard:
    """One version of a scorecard that somebody saved."""

    name: str
    version: int
    card: str
    definition: Definition
    saved_by: str
    saved_at: datetime

    @property
    def title(self) -> str:
        """Name and version, as they stand beside a number."""
        return f"{self.name}, version {self.version}"


def written(card: str, definition: Definition) -> str:
    """What is saved of a scorecard: the kind and the choices, as JSON."""
    return json.dumps({"scorecard": card, "definition": definition.model_dump(mode="json")})


def read(saved: SavedScorecard, policy: Policy) -> NamedScorecard:
    """A saved scorecard.

    Raises
    ------
    UnreadableScorecardError
        It has choices that this version does not know.
    """
    try:
        content = json.loads(saved.definition)
        card = str(content["scorecard"])
        definition = policy.definition(card, json.dumps(content["definition"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableScorecardError(
            f"The saved scorecard {saved.name} has choices that this version does not know."
        ) from error
    return NamedScorecard(
        saved.name, saved.version, card, definition, saved.saved_by, saved.saved_at
    )


def saved_scorecards(store: Store, policy: Policy) -> dict[str, NamedScorecard]:
    """Latest version of each saved scorecard that this version can read, by name.

    Raises
    ------
    StoreError
        The store does not answer.
    """
    found: dict[str, NamedScorecard] = {}
    for saved in store.scorecards():
        try:
            found[saved.name] = read(saved, policy)
        except UnreadableScorecardError:
            continue
    return found


def complaints(error: ValidationError) -> list[str]:
    """What is wrong with a definition, a sentence each."""
    return [
        f"{_subject(part['loc'])}{part['msg'].removeprefix('Value error, ')}."
        for part in error.errors()
    ]


def differences(present: Definition, other: Definition) -> list[str]:
    """Choices in which a definition differs from the one in use, in words."""
    return [
        f"{label} {_number(theirs)} instead of {_number(ours)}"
        for label, ours, theirs in _choices(present.model_dump(), other.model_dump())
        if ours != theirs
    ]


def _number(value: float | None) -> str:
    return "nothing" if value is None else f"{value:g}"


def _choices(
    present: Mapping[str, Any], other: Mapping[str, Any], of: str = ""
) -> list[tuple[str, float | None, float | None]]:
    """Every single choice of a definition beside that of the one in use."""
    found: list[tuple[str, float | None, float | None]] = []
    for name in [*other, *(name for name in present if name not in other)]:
        label = LABELS.get(name, name)
        ours, theirs = present.get(name), other.get(name)
        if isinstance(theirs, Mapping) or isinstance(ours, Mapping):
            # Thresholds name themselves; a weight or a level needs the name of its table.
            inner = "" if name == "overall" else f"{of}{label}: "
            found += _choices(ours or {}, theirs or {}, inner)
        else:
            found.append((f"{of}{label}", ours, theirs))
    return found


def settings_text(card: str, definition: Definition) -> str:
    """What to write into ``settings.toml`` so that a definition becomes the company's."""
    name = "policy.health" if card == "health" else f"policy.scorecards.{card}"
    if card not in CARDS:
        raise ValueError(f"There is no scorecard {card!r}.")
    return "\n\n".join(_tables(name, definition.model_dump(mode="json")))


def _tables(name: str, values: Mapping[str, object]) -> list[str]:
    """The TOML table of that name, and those inside it."""
    own = [f"{_key(key)} = {value}" for key, value in values.items() if not _is_table(value)]
    inner = [
        table
        for key, value in values.items()
        if isinstance(value, Mapping)
        for table in _tables(f"{name}.{_key(key)}", value)
    ]
    return ["\n".join([f"[{name}]", *own])] * bool(own) + inner


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() and name.isascii() else json.dumps(name)


def _subject(place: tuple[int | str, ...]) -> str:
    names = [LABELS.get(str(each), str(each)) for each in place]
    return f"{', '.join(names)}: " if names else ""
