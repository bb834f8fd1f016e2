"""Scenarios kept under a name: saved, withdrawn and restored from the page."""

from collections.abc import Callable

import streamlit as st

from dashboard.components.forecast import Book
from dashboard.components.writing import write_once
from dashboard.formats import visible
from dashboard.saved_scenarios import (
    restore_scenario,
    save_scenario,
    withdraw_scenario,
    withdrawn_scenarios,
)
from dashboard.scenarios import Scenario
from dashboard.session import StoreError


def keep_scenario(
    book: Book, seen: Scenario, assumed: Scenario, *, stated: Callable[[], Scenario]
) -> None:
    """Save the form under a name, withdraw what was seen, restore what was withdrawn.

    ``stated`` answers what the form says when a button is pressed, which may be more than
    ``assumed``, what it said when it was drawn.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Save as", key="scenario_name", max_chars=80)
        st.button(
            "Save the scenario",
            on_click=_save,
            args=(book, seen, stated),
            disabled=assumed.is_base,
            key="save_scenario",
        )
        if seen.version is not None:
            st.button(
                "Withdraw it",
                on_click=_do,
                args=(
                    lambda token: withdraw_scenario(seen.name, seen.version or 0, token=token),
                    f"{seen.name} is withdrawn. It can be restored.",
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


def _save(book: Book, seen: Scenario, stated: Callable[[], Scenario]) -> None:
    """Save what the form says; on top of what was seen where the name is the same."""
    state = st.session_state
    name = " ".join(str(state["scenario_name"]).split())
    if not name:
        state["scenario_said"] = "The scenario was not saved. It needs a name."
        return
    scenario = stated().model_copy(update={"name": name})

    def save(token: str) -> None:
        on_top_of = seen.version if seen.name == name else None
        state["scenario_seen"] = save_scenario(
            scenario, book.among, on_top_of=on_top_of, token=token
        )

    _do(save, f"{name} is saved. Its name stands in the link.", name, scenario.model_dump_json())


def _do(write: Callable[[str], None], said: str, chosen: str | None, what: str = "") -> None:
    """Write once, say how it went, and choose what is to be shown then."""
    state = st.session_state
    try:
        write_once("scenario", f"{said} {what}", write)
    except StoreError as error:
        state["scenario_said"] = f"Nothing was written. {error}"
        return
    state["scenario"] = chosen
    state["scenario_said"] = said
