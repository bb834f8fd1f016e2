"""Scenarios kept under a name: saved, withdrawn and restored from the page."""

from collections.abc import Callable

import streamlit as st

from dashboard.components.forecast import Book
from dashboard.components.named import restore_row, typed_name, withdraw_button, write_named
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
        withdraw_button("scenario", seen.name, seen.version, withdraw_scenario)
    try:
        withdrawn = withdrawn_scenarios()
    except StoreError:
        return  # Said above.
    restore_row("scenario", withdrawn, restore_scenario, key="withdrawn")


def _save(book: Book, seen: Scenario, stated: Callable[[], Scenario]) -> None:
    """Save what the form says; on top of what was seen where the name is the same."""
    state = st.session_state
    name = typed_name("scenario")
    if not name:
        return
    scenario = stated().model_copy(update={"name": name})

    def save(token: str) -> None:
        on_top_of = seen.version if seen.name == name else None
        state["scenario_seen"] = save_scenario(
            scenario, book.among, on_top_of=on_top_of, token=token
        )

    said = f"{name} is saved. Its name stands in the link."
    write_named("scenario", save, said, name, scenario.model_dump_json())
