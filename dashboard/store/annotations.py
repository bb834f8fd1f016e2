"""Annotations as the store keeps them."""

from datetime import date, datetime

from dashboard.store.base import SavedAnnotation
from dashboard.store.changes import Change
from dashboard.store.shelf import Shelf, said
from dashboard.store.values import id_of, name_of, note_of


class Annotations(Shelf):
    """Annotations in the store."""

    def annotations(self, *, withdrawn: bool = False) -> tuple[SavedAnnotation, ...]:
        """Latest version of each annotation; with ``withdrawn`` those that were withdrawn."""
        return self._list("annotation", SavedAnnotation, withdrawn)

    def annotation(self, name: str, version: int | None = None) -> SavedAnnotation:
        """A version of an annotation, also one that was withdrawn; without a version the latest.

        Raises
        ------
        NotSavedError
            There is none, or no version is named and the annotation was withdrawn.
        """
        return self._one("annotation", SavedAnnotation, name, version)

    def save_annotation(
        self,
        name: str,
        note: str,
        pinned_on: date,
        account_id: str | None,
        *,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedAnnotation:
        """Save an annotation as its next version.

        Parameters
        ----------
        name
            Id of the annotation, drawn by whoever saves it first.
        note
            What it says, at most ``LONGEST_NOTE`` characters.
        pinned_on
            Day it is pinned to.
        account_id
            Account it is pinned to; ``None`` where it is for the whole company.
        on_top_of
            Version that was looked at; ``None`` for a name that is not in use.
        by, at, token
            See ``Store``.
        """
        values: dict[str, object] = {
            "note": note_of(note),
            "pinned_on": pinned_on,
            "account_id": None if account_id is None else id_of(account_id, what="account"),
        }
        who = said(by, at, token)
        change = Change("save", "annotation", name_of(name), on_top_of, **who, values=values)
        return self._save(SavedAnnotation, change)
