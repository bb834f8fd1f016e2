"""Retention policies as the store keeps them."""

from datetime import datetime

from dashboard.store.base import SavedPolicy
from dashboard.store.changes import Change
from dashboard.store.shelf import Shelf, said
from dashboard.store.values import document, name_of


class Policies(Shelf):
    """Policies in the store."""

    def policies(self, *, withdrawn: bool = False) -> tuple[SavedPolicy, ...]:
        """Latest version of each policy by name; with ``withdrawn`` those that were withdrawn."""
        return self._list("policy", SavedPolicy, withdrawn)

    def policy(self, name: str, version: int | None = None) -> SavedPolicy:
        """A version of a policy, also one that was withdrawn; without a version the latest.

        Raises
        ------
        NotSavedError
            There is none, or no version is named and the policy was withdrawn.
        """
        return self._one("policy", SavedPolicy, name, version)

    def save_policy(
        self,
        name: str,
        definition: str,
        *,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedPolicy:
        """Save a policy as the next version of its name.

        Parameters
        ----------
        name
            What the policy is called.
        definition
            JSON of the policy.
        on_top_of
            Version that was looked at; ``None`` for a name that is not in use.
        by, at, token
            See ``Store``.
        """
        values: dict[str, object] = {"definition": document(definition, what="policy")}
        who = said(by, at, token)
        change = Change("save", "policy", name_of(name), on_top_of, **who, values=values)
        return self._save(SavedPolicy, change)
