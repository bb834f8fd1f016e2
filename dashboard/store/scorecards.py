"""Scorecards as the store keeps them."""

from datetime import datetime

from dashboard.store.base import SavedScorecard
from dashboard.store.changes import Change
from dashboard.store.shelf import Shelf, said
from dashboard.store.values import document, name_of


class Scorecards(Shelf):
    """Scorecards in the store."""

    def scorecards(self, *, withdrawn: bool = False) -> tuple[SavedScorecard, ...]:
        """Latest version of each scorecard by name; with ``withdrawn`` those withdrawn."""
        return self._list("scorecard", SavedScorecard, withdrawn)

    def scorecard(self, name: str, version: int | None = None) -> SavedScorecard:
        """A version of a scorecard, also one that was withdrawn; without a version the latest.

        Raises
        ------
        NotSavedError
            There is none, or no version is named and the scorecard was withdrawn.
        """
        return self._one("scorecard", SavedScorecard, name, version)

    def save_scorecard(
        self,
        name: str,
        definition: str,
        *,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedScorecard:
        """Save a scorecard as the next version of its name.

        Parameters
        ----------
        name
            What the scorecard is called.
        definition
            JSON of the scorecard.
        on_top_of
            Version that was looked at; ``None`` for a name that is not in use.
        by, at, token
            See ``Store``.
        """
        values: dict[str, object] = {"definition": document(definition, what="scorecard")}
        who = said(by, at, token)
        change = Change("save", "scorecard", name_of(name), on_top_of, **who, values=values)
        return self._save(SavedScorecard, change)
