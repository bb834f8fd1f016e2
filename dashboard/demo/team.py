"""The people: executives, a tree of CS managers, and CSMs who each serve one segment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.draws import Days, Ints, Texts, stream
from dashboard.demo.history import History
from dashboard.demo.words import FAMILY_NAMES, GIVEN_NAMES

SEGMENTS: Final = ("Enterprise", "Mid-Market", "Small Business")
ENTERPRISE, MID_MARKET, SMALL_BUSINESS = range(3)
SEGMENT_SHARES: Final = (0.28, 0.32, 0.40)
TOUCH_MODELS: Final = ("high", "low", "tech")
ACCOUNTS_PER_CSM: Final = (15, 55, 85)
"""Accounts, churned ones included, for which one more CSM is hired."""

FEWEST_CSMS: Final = (4, 2, 2)
CSMS_PER_MANAGER: Final = 6
LEFT_DAYS_AGO: Final = 150
"""When the CSM left whose book went to the colleague who is overloaded since."""

_CCO, _FINANCE, _PEOPLE = range(3)
_NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Team:
    """Everyone, with the columns that accounts are assigned by; codes are rows of ``members``."""

    members: pl.DataFrame
    segment: Ints
    hired_on: Days
    manager: Ints
    csms: tuple[Ints, ...]
    """Employed CSMs of each segment, the longest-serving first."""
    veterans: tuple[int, ...]
    """Per segment the CSM who was there before the first customer."""
    left: int
    overloaded: int
    kind_manager: int
    """The manager whose ratings are clearly too kind."""

    @property
    def ids(self) -> Texts:
        """Member ids by code."""
        return self.members["member_id"].to_numpy().astype(object)


@dataclass(slots=True)
class _Person:
    role: str
    manager: int
    segment: int = _NOBODY
    track: str | None = None
    level: int | None = None
    days_employed: int = 0


def segment_sizes(accounts: int) -> tuple[int, int, int]:
    """Accounts of each segment; at least one where there are three."""
    enterprise = max(1, round(accounts * SEGMENT_SHARES[ENTERPRISE]))
    mid_market = max(1, round(accounts * SEGMENT_SHARES[MID_MARKET]))
    return enterprise, mid_market, max(1, accounts - enterprise - mid_market)


def team(seed: int, accounts: int, history: History) -> Team:
    """Hire for the number of accounts."""
    rng = stream(seed, "team")
    long_ago = int((history.as_of - history.starts_on).astype(int)) + 6 * 365
    people = [
        _Person("executive", _NOBODY, track="manager", level=8, days_employed=long_ago),
        _Person("finance", _CCO, days_employed=long_ago - 300),
        _Person("people", _CCO, days_employed=long_ago - 500),
    ]
    csms: list[list[int]] = []
    kind_manager = _CCO
    for segment, size in enumerate(segment_sizes(accounts)):
        wanted = max(FEWEST_CSMS[segment], -(-size // ACCOUNTS_PER_CSM[segment]))
        managers = _hire_managers(people, segment, wanted, long_ago)
        if segment == ENTERPRISE:
            kind_manager = managers[0]
        hired: list[int] = []
        for number in range(wanted):
            hired.append(len(people))
            # A third of a segment's CSMs were there before the first customer.
            is_veteran = number <= wanted // 3
            people.append(
                _Person(
                    "csm",
                    managers[number * len(managers) // wanted],
                    segment,
                    "ic",
                    int(rng.integers(3, 7) if is_veteran else rng.integers(1, 5)),
                    long_ago - number * 7 if is_veteran else int(rng.integers(260, 1_500)),
                )
            )
        csms.append(hired)
    left, overloaded = csms[ENTERPRISE][1], csms[ENTERPRISE][2]
    people[overloaded].days_employed = max(people[overloaded].days_employed, 900)
    members = _members(rng, people, history, left)
    return Team(
        members=members,
        segment=np.array([person.segment for person in people]),
        hired_on=members["hired_on"].to_numpy(),
        manager=np.array([person.manager for person in people]),
        csms=tuple(np.array([code for code in hired if code != left]) for hired in csms),
        veterans=tuple(hired[0] for hired in csms),
        left=left,
        overloaded=overloaded,
        kind_manager=kind_manager,
    )


def _hire_managers(people: list[_Person], segment: int, csms: int, long_ago: int) -> list[int]:
    """Managers of a segment's CSMs, under a director where there are several."""
    wanted = -(-csms // CSMS_PER_MANAGER)
    above = _CCO
    if wanted > 1:
        above = len(people)
        people.append(_Person("cs_manager", _CCO, segment, "manager", 6, long_ago - 200))
    managers: list[int] = []
    for number in range(wanted):
        managers.append(len(people))
        level = 2 + (number + segment) % 3
        days = long_ago - 260 - 60 * (number % 10)
        people.append(_Person("cs_manager", above, segment, "manager", level, days))
    return managers


def _members(
    rng: np.random.Generator, people: list[_Person], history: History, left: int
) -> pl.DataFrame:
    size = len(people)
    names = rng.permutation(len(GIVEN_NAMES) * len(FAMILY_NAMES))
    given = [GIVEN_NAMES[names[code % len(names)] % len(GIVEN_NAMES)] for code in range(size)]
    family = [FAMILY_NAMES[names[code % len(names)] // len(GIVEN_NAMES)] for code in range(size)]
    rounds = [code // len(names) for code in range(size)]
    employed = np.array([person.days_employed for person in people])
    hired_on = history.as_of - employed.astype("timedelta64[D]")
    since = np.minimum(rng.integers(90, 900, size), employed)
    ids = [f"M{code + 1:05d}" for code in range(size)]
    return pl.DataFrame(
        {
            "member_id": ids,
            "name": [f"{first} {last}" for first, last in zip(given, family, strict=True)],
            "email": [
                f"{first}.{last}{again or ''}@demo.example".lower()
                for first, last, again in zip(given, family, rounds, strict=True)
            ],
            "role": [person.role for person in people],
            "job_track": [person.track for person in people],
            "job_level": [person.level for person in people],
            "level_since_on": history.as_of - since.astype("timedelta64[D]"),
            "manager_id": [
                None if person.manager < 0 else ids[person.manager] for person in people
            ],
            "segment_focus": [
                None if person.segment < 0 else SEGMENTS[person.segment] for person in people
            ],
            "touch_model": _touch_models(people),
            "hired_on": hired_on,
            "ramped_on": hired_on + rng.integers(90, 151, size).astype("timedelta64[D]"),
            "left_on": [
                history.days_ago(LEFT_DAYS_AGO).item() if code == left else None
                for code in range(size)
            ],
        },
        schema_overrides={"job_level": pl.Int32, "left_on": pl.Date},
    )


def _touch_models(people: Sequence[_Person]) -> list[str | None]:
    """How each CSM serves customers; the last one works the pool of Small Business."""
    models = [TOUCH_MODELS[person.segment] if person.role == "csm" else None for person in people]
    held = [code for code, person in enumerate(people) if person.role == "csm"]
    if held and people[held[-1]].segment == SMALL_BUSINESS:
        models[held[-1]] = "pooled"
    return models
