"""Proposals as the store keeps them."""

from datetime import date, datetime

from dashboard.store.base import SavedProposal
from dashboard.store.changes import Change
from dashboard.store.shelf import Shelf, said
from dashboard.store.values import document, name_of


class Proposals(Shelf):
    """Proposals in the store."""

    def proposals(self, *, withdrawn: bool = False) -> tuple[SavedProposal, ...]:
        """Latest version of each proposal by name; with ``withdrawn`` those withdrawn."""
        return self._list("proposal", SavedProposal, withdrawn)

    def proposal(self, name: str, version: int | None = None) -> SavedProposal:
        """A version of a proposal, also one that was withdrawn; without a version the latest.

        Raises
        ------
        NotSavedError
            There is none, or no version is named and the proposal was withdrawn.
        """
        return self._one("proposal", SavedProposal, name, version)

    def save_proposal(
        self,
        name: str,
        definition: str,
        as_of: date,
        *,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedProposal:
        """Save a proposal as the next version of its name.

        Parameters
        ----------
        name
            What the proposal is called.
        definition
            JSON of the proposal.
        as_of
            Day of the data that it was made from.
        on_top_of
            Version that was looked at; ``None`` for a name that is not in use.
        by, at, token
            See ``Store``.
        """
        values: dict[str, object] = {
            "definition": document(definition, what="proposal"),
            "as_of": as_of,
        }
        who = said(by, at, token)
        change = Change("save", "proposal", name_of(name), on_top_of, **who, values=values)
        return self._save(SavedProposal, change)
