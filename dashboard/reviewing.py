"""Cycles opened, people rated and moved, in the name of whoever looks; the rule is asked first."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard import access, hidden_names, reviews, session, writes
from dashboard.filters import Filters
from dashboard.formats import visible
from dashboard.ratings.combined import judgements_of
from dashboard.reviews import Move
from dashboard.session import StoreError
from dashboard.store.reviews import calibration_name, rating_name
from dashboard.store.values import LONGEST_NOTE

__all__ = ["LONGEST_NOTE"]


@dataclass(frozen=True, slots=True)
class CycleDraft:
    """What the form of a cycle says; ``version`` is the one that was looked at."""

    name: str
    opens_on: date
    rate_by_on: date
    closes_on: date
    is_refresh: bool
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RatingDraft:
    """What the form of a rating says; ``version`` is the one that was looked at."""

    cycle: str
    member_id: str
    performance: str
    promotability: str
    action_plan: str | None
    skills: Mapping[str, int]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """Whom a calibration puts where, and why; ``version`` is the one that was looked at."""

    cycle: str
    member_id: str
    block: str
    reason: str
    version: int | None = None


def may_open_cycles() -> bool:
    """Whether the viewer opens cycles and changes their days."""
    return session.talent_is_on() and access.may_open_cycles(session.viewer())


def ratable(member_ids: Iterable[str]) -> set[str]:
    """Of some people those whom the viewer rates."""
    viewer, managers, sees = session.viewer(), reviews.managers(), reviews.sight()
    return {each for each in member_ids if sees(each) and access.may_rate(viewer, each, managers)}


def movable(rated: Iterable[tuple[str, str]]) -> set[str]:
    """Of some people, each with the rater, those whom the viewer moves in a calibration.

    Both are ids as frames have them, hidden or not.
    """
    viewer, managers, sees = session.viewer(), reviews.managers(), reviews.sight()
    people, found = hidden_names.members_shown(), set()
    for shown, rater in rated:
        member_id, reviewer_id = people.get(shown, shown), people.get(rater, rater)
        if sees(member_id) and access.may_calibrate(viewer, member_id, reviewer_id, managers):
            found.add(shown)
    return found


def keep_cycle(draft: CycleDraft, *, token: str) -> None:
    """Open a cycle, or change its days.

    Raises
    ------
    StoreError
        The viewer may not, the days or the name are not in the order of the other cycles,
        somebody changed it meanwhile, or the store is away.
    """
    if not may_open_cycles():
        raise StoreError("Executives and people partners open cycles and change their days.")
    for other in reviews.cycles().values():
        if other.name == draft.name:
            continue
        if (other.name < draft.name) != (other.opens_on <= draft.opens_on):
            raise StoreError(
                f"Cycles are in the order of their names, and {visible(other.name)} opens on "
                f"{other.opens_on:%-d %b %Y}. Choose another name, such as 2026-H2, or "
                "2026-H2 refresh for the lighter round after it."
            )
    session.store().save_review_cycle(
        draft.name,
        opens_on=draft.opens_on,
        rate_by_on=draft.rate_by_on,
        closes_on=draft.closes_on,
        is_refresh=draft.is_refresh,
        on_top_of=draft.version,
        **writes.signed(token),
    )


def keep_rating(draft: RatingDraft, *, token: str) -> None:
    """Save how the viewer rates somebody.

    Raises
    ------
    StoreError
        The viewer may not rate the person, the cycle is not open, the viewer rated the person in
        another window meanwhile, or the store is away.
    """
    viewer = session.viewer()
    if viewer is None or not ratable([draft.member_id]):
        raise StoreError("People are rated by those above them in the reporting line.")
    _expect_open(draft.cycle)
    session.store().save_rating(
        rating_name(draft.cycle, draft.member_id, viewer.member_id),
        cycle=draft.cycle,
        member_id=draft.member_id,
        reviewer_id=viewer.member_id,
        performance=draft.performance,
        promotability=draft.promotability,
        action_plan=draft.action_plan,
        skills=json.dumps(dict(draft.skills), sort_keys=True),
        reviewed_on=session.today(),
        on_top_of=draft.version,
        **writes.signed(token),
    )


def move(draft: MoveDraft, *, token: str) -> None:
    """Put somebody into another block, with a reason.

    Raises
    ------
    StoreError
        The viewer may not move the person, the cycle is not open, no reason is given, the person
        was moved meanwhile, or the store is away.
    """
    member_id = hidden_names.member_of(draft.member_id)
    rated = reviews.read(Filters(session.today()), as_they_are=True).ratings.filter(
        "counts", pl.col("member_id") == member_id, pl.col("cycle") == draft.cycle
    )
    if not movable(rated.select("member_id", "reviewer_id").iter_rows()):
        raise StoreError(
            "People are moved by those who stand above their rater, and by people partners."
        )
    _expect_open(draft.cycle)
    performance, promotability = judgements_of(draft.block)
    session.store().save_calibration(
        calibration_name(draft.cycle, member_id),
        cycle=draft.cycle,
        member_id=member_id,
        performance=performance,
        promotability=promotability,
        reason=draft.reason,
        calibrated_on=session.today(),
        on_top_of=draft.version,
        **writes.signed(token),
    )


def undo(step: Move, *, token: str) -> None:
    """Take the latest move of somebody back: a version of its own, like every move.

    Raises
    ------
    StoreError
        As of ``move``.
    """
    reason = f"Undoes the move from {step.before} to {step.after}"
    move(MoveDraft(step.cycle, step.member_id, step.before, reason, step.version), token=token)


def _expect_open(cycle: str) -> None:
    if not reviews.is_open(reviews.cycles().get(cycle)):
        raise StoreError(
            f"{visible(cycle)} is not open: it can be read only. Executives and people partners "
            "open it again by changing its days."
        )
