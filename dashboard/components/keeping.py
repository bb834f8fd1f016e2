"""Scenarios kept under a name: saved, withdrawn and restored from the page."""

import uuid
from collections.abc import Callable

import streamlit as st

from dashboard.components.forecast import Book
from dashboard.formats import visible
from dashboard.saved_scenarios import (
    restore_scenario,
    save_scenario,
    withdraw_scenario,
    withdrawn_scenarios,
)
from dashboard.scenarios import Scenario
from dashboard.session import StoreError


def keep_scenario(book: Book, loaded: Scenario, assumed: Scenario) -> None:
    """Save the form under a name, withdraw what was loaded, restore what was withdrawn."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Save as", key="scenario_name", max_chars=80)
        st.button(
            "Save the scenario",
            on_click=_save,
            args=(book, loaded, assumed),
            disabled=assumed.is_base,
            key="save_scenario",
        )
        if loaded.version is not None:
            st.button(
                "Withdraw it",
                on_click=_do,
                args=(
                    lambda token: withdraw_scenario(loaded.name, loaded.version or 0, token=token),
                    f"{loaded.name} is withdrawn. It can be restored.",
                    None,
                ),
                key="withdraw_scenario",
            )
    try:
        withdrawn = withdrawn_scenarios()
    except StoreError:
        return  # Said above.
    if withdrawn:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.selectbox(
                "Withdrawn scenarios", sorted(withdrawn), format_func=visible, key="withdrawn"
            )
            st.button(
                "Restore it",
                on_click=_do,
                args=(
                    lambda token: restore_scenario(name, withdrawn[name], token=token),
                    f"{name} is restored.",
                    name,
                ),
                key="restore_scenario",
            )


def _save(book: Book, loaded: Scenario, assumed: Scenario) -> None:
    """Save what the form says; on top of what was loaded where the name is the same."""
    state = st.session_state
    name = " ".join(str(state["scenario_name"]).split())
    if not name:
        state["scenario_said"] = "The scenario was not saved. It needs a name."
        return

    def save(token: str) -> None:
        saved = save_scenario(
            assumed.model_copy(update={"name": name}),
            book.among,
            on_top_of=loaded.version if loaded.name == name else None,
            token=token,
        )
        state["scenario_shown"] = (saved.name, saved.version)

    _do(save, f"{name} is saved. Its name stands in the link.", name)


def _do(write: Callable[[str], None], said: str, chosen: str | None) -> None:
    """Write once, say how it went, and choose what is to be shown then."""
    state = st.session_state
    token = state.setdefault("scenario_token", uuid.uuid4().hex)
    try:
        write(token)
    except StoreError as error:
        state["scenario_said"] = f"Nothing was written. {error}"
        return
    del state["scenario_token"]
    state["scenario"] = chosen
    state["scenario_said"] = said
