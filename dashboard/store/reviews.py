"""Reviews of the team as the store keeps them: cycles, ratings and calibrations."""

import uuid
from datetime import date, datetime

from dashboard.store.base import (
    SavedCalibration,
    SavedRating,
    SavedReviewCycle,
    UnfitValueError,
)
from dashboard.store.changes import Change
from dashboard.store.shelf import Shelf, said
from dashboard.store.values import document, id_of, name_of, note_of, one_of
from dashboard.vocabulary import PERFORMANCES, PROMOTABILITIES


def rating_name(cycle: str, member_id: str, reviewer_id: str) -> str:
    """Under which name a reviewer's rating of somebody in a cycle is kept."""
    return _drawn("rating", cycle, member_id, reviewer_id)


def calibration_name(cycle: str, member_id: str) -> str:
    """Under which name somebody's calibration in a cycle is kept."""
    return _drawn("calibration", cycle, member_id)


class Reviews(Shelf):
    """Cycles, ratings and calibrations in the store."""

    def review_cycles(self, *, withdrawn: bool = False) -> tuple[SavedReviewCycle, ...]:
        """Latest version of each cycle by name; with ``withdrawn`` those withdrawn."""
        return self._list("review_cycle", SavedReviewCycle, withdrawn)

    def review_cycle(self, name: str, version: int | None = None) -> SavedReviewCycle:
        """A version of a cycle; as ``rating``."""
        return self._one("review_cycle", SavedReviewCycle, name, version)

    def save_review_cycle(
        self,
        name: str,
        *,
        opens_on: date,
        rate_by_on: date,
        closes_on: date,
        is_refresh: bool,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedReviewCycle:
        """Save a cycle as the next version of its name, such as ``2026-H2``.

        Raises
        ------
        UnfitValueError
            The days are not in their order.
        """
        if not opens_on <= rate_by_on <= closes_on:
            raise UnfitValueError("A cycle opens before ratings are due, and closes after that.")
        values: dict[str, object] = {
            "opens_on": opens_on,
            "rate_by_on": rate_by_on,
            "closes_on": closes_on,
            "is_refresh": is_refresh,
        }
        who = said(by, at, token)
        change = Change("save", "review_cycle", name_of(name), on_top_of, **who, values=values)
        return self._save(SavedReviewCycle, change)

    def ratings(self, *, withdrawn: bool = False) -> tuple[SavedRating, ...]:
        """Latest version of each rating; with ``withdrawn`` those withdrawn."""
        return self._list("rating", SavedRating, withdrawn)

    def all_ratings(self) -> tuple[SavedRating, ...]:
        """Every version of every rating, withdrawn or not, those of a rating in their order."""
        return self._every_version("rating", SavedRating)

    def rating(self, name: str, version: int | None = None) -> SavedRating:
        """A version of a rating, also one that was withdrawn; without a version the latest.

        Raises
        ------
        NotSavedError
            There is none, or no version is named and the rating was withdrawn.
        """
        return self._one("rating", SavedRating, name, version)

    def save_rating(
        self,
        name: str,
        *,
        cycle: str,
        member_id: str,
        reviewer_id: str,
        performance: str,
        promotability: str,
        action_plan: str | None,
        skills: str,
        reviewed_on: date,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedRating:
        """Save a rating as its next version.

        Parameters
        ----------
        name
            ``rating_name(cycle, member_id, reviewer_id)``.
        cycle, member_id, reviewer_id
            Who rated whom, and when.
        performance, promotability
            Words of ``vocabulary.PERFORMANCES`` and ``PROMOTABILITIES``.
        action_plan
            What is to be done; ``None`` where nothing is written down.
        skills
            JSON object of the levels assessed, by skill.
        reviewed_on
            Day of the rating.
        on_top_of
            Version that was looked at; ``None`` where nobody has rated yet.
        by, at, token
            See ``Store``.
        """
        if member_id == reviewer_id:
            raise UnfitValueError("Nobody rates themselves.")
        values: dict[str, object] = {
            "cycle": name_of(cycle, what="cycle"),
            "member_id": id_of(member_id, what="team member"),
            "reviewer_id": id_of(reviewer_id, what="reviewer"),
            **_judged(performance, promotability),
            "action_plan": None if action_plan is None else note_of(action_plan, what="plan"),
            "skills": document(skills, what="assessment of skills"),
            "reviewed_on": reviewed_on,
        }
        who = said(by, at, token)
        change = Change("save", "rating", name_of(name), on_top_of, **who, values=values)
        return self._save(SavedRating, change)

    def calibrations(self, *, withdrawn: bool = False) -> tuple[SavedCalibration, ...]:
        """Latest version of each calibration; with ``withdrawn`` those withdrawn."""
        return self._list("calibration", SavedCalibration, withdrawn)

    def all_calibrations(self) -> tuple[SavedCalibration, ...]:
        """Every version of every calibration; as ``all_ratings``."""
        return self._every_version("calibration", SavedCalibration)

    def calibration(self, name: str, version: int | None = None) -> SavedCalibration:
        """A version of a calibration; as ``rating``."""
        return self._one("calibration", SavedCalibration, name, version)

    def calibration_versions(self, name: str) -> tuple[SavedCalibration, ...]:
        """Every version of somebody's calibration, the first one first; none where none is."""
        return self._versions("calibration", SavedCalibration, name)

    def save_calibration(
        self,
        name: str,
        *,
        cycle: str,
        member_id: str,
        performance: str,
        promotability: str,
        reason: str,
        calibrated_on: date,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedCalibration:
        """Save where a calibration puts somebody, as its next version, with its reason.

        Parameters
        ----------
        name
            ``calibration_name(cycle, member_id)``.
        cycle, member_id
            Who is calibrated, and when.
        performance, promotability
            As for ``save_rating``.
        reason
            Why; it may not be empty.
        calibrated_on
            Day of the session.
        on_top_of
            Version that was looked at; ``None`` where nobody has calibrated yet.
        by, at, token
            See ``Store``.
        """
        values: dict[str, object] = {
            "cycle": name_of(cycle, what="cycle"),
            "member_id": id_of(member_id, what="team member"),
            **_judged(performance, promotability),
            "reason": note_of(reason, what="reason"),
            "calibrated_on": calibrated_on,
        }
        who = said(by, at, token)
        change = Change("save", "calibration", name_of(name), on_top_of, **who, values=values)
        return self._save(SavedCalibration, change)


def _judged(performance: str, promotability: str) -> dict[str, object]:
    return {
        "performance": one_of(performance, PERFORMANCES, what="performance"),
        "promotability": one_of(promotability, PROMOTABILITIES, what="promotability"),
    }


def _drawn(*parts: str) -> str:
    """A name that the same parts give again; a separator that no id may hold keeps them apart."""
    return uuid.uuid5(uuid.NAMESPACE_OID, "\0".join(parts)).hex
