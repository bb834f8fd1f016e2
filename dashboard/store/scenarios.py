"""Forecast scenarios as the store keeps them."""

from datetime import date, datetime

from dashboard.store.base import SavedScenario
from dashboard.store.changes import Change
from dashboard.store.shelf import Shelf, said
from dashboard.store.values import document, name_of


class Scenarios(Shelf):
    """Scenarios in the store."""

    def scenarios(self, *, withdrawn: bool = False) -> tuple[SavedScenario, ...]:
        """Latest version of each scenario by name; with ``withdrawn`` those withdrawn."""
        return self._list("scenario", SavedScenario, withdrawn)

    def scenario(self, name: str, version: int | None = None) -> SavedScenario:
        """A version of a scenario, also one that was withdrawn; without a version the latest.

        Raises
        ------
        NotSavedError
            There is none, or no version is named and the scenario was withdrawn.
        """
        return self._one("scenario", SavedScenario, name, version)

    def save_scenario(
        self,
        name: str,
        definition: str,
        parameters: str,
        as_of: date,
        *,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedScenario:
        """Save a scenario as the next version of its name.

        Parameters
        ----------
        name
            What the scenario is called.
        definition
            JSON of the scenario.
        parameters
            JSON of what its question was asked with.
        as_of
            Day it was made for.
        on_top_of
            Version that was looked at; ``None`` for a name that is not in use.
        by, at, token
            See ``Store``.
        """
        values: dict[str, object] = {
            "definition": document(definition, what="scenario"),
            "parameters": document(parameters, what="question of the scenario"),
            "as_of": as_of,
        }
        who = said(by, at, token)
        change = Change("save", "scenario", name_of(name), on_top_of, **who, values=values)
        return self._save(SavedScenario, change)
