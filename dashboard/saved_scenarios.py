"""Scenarios that people saved: listed, kept, withdrawn and restored for whoever looks."""

import json
from dataclasses import asdict

import streamlit as st

from dashboard import session, writes
from dashboard.filters import Filters
from dashboard.scenarios import Scenario, read, saved_scenarios


def scenarios_on_offer() -> dict[str, Scenario]:
    """Saved scenarios by name.

    Raises
    ------
    StoreError
        The store does not answer.
    """
    return _saved()


def withdrawn_scenarios() -> dict[str, int]:
    """Names of scenarios that were withdrawn, with the version they were withdrawn at.

    Raises
    ------
    StoreError
        The store does not answer.
    """
    return {each.name: each.version for each in session.store().scenarios(withdrawn=True)}


def save_scenario(
    scenario: Scenario, among: Filters, *, on_top_of: int | None, token: str
) -> Scenario:
    """Save a scenario for everybody, as the next version of its name.

    Raises
    ------
    StoreError
        Somebody saved it meanwhile, the name cannot be kept, or the store is away.
    """
    with writes.listed_anew(_saved):
        saved = session.store().save_scenario(
            scenario.name,
            scenario.model_dump_json(exclude={"name", "version", "as_of"}),
            json.dumps(asdict(among), default=str),
            among.as_of,
            on_top_of=on_top_of,
            **writes.signed(token),
        )
    return read(saved)


def withdraw_scenario(name: str, version: int, *, token: str) -> None:
    """Take a scenario off the list; it can be restored.

    Raises
    ------
    StoreError
        Somebody changed it meanwhile, or the store is away.
    """
    writes.withdraw("scenario", name, version, token=token, listed=_saved)


def restore_scenario(name: str, version: int, *, token: str) -> None:
    """Put a withdrawn scenario back on the list.

    Raises
    ------
    StoreError
        Somebody changed it meanwhile, or the store is away.
    """
    writes.restore("scenario", name, version, token=token, listed=_saved)


@st.cache_data(ttl="10s", max_entries=1, show_spinner=False)
def _saved() -> dict[str, Scenario]:
    return saved_scenarios(session.store())
