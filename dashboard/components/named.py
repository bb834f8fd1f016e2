"""What is kept under a name: the parts of its form that are the same whatever is kept.

A kind, such as ``scenario``, names the keys of its widgets and of what the page remembers:
``scenario`` the one chosen, ``scenario_name`` the name typed, ``scenario_said`` what was said last.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

import streamlit as st

from dashboard.components.writing import write_once
from dashboard.formats import visible
from dashboard.session import StoreError


class Change(Protocol):
    """Withdraws or restores a version."""

    def __call__(self, name: str, version: int, *, token: str) -> None:
        """Make the write once for a token."""


def withdraw_button(kind: str, name: str, version: int | None, withdraw: Change) -> None:
    """Offer to withdraw what is shown; nothing where it was never saved."""
    if version is not None:
        st.button(
            "Withdraw it",
            on_click=write_named,
            args=(
                kind,
                lambda token: withdraw(name, version, token=token),
                f"{name} is withdrawn. It can be restored.",
                None,
            ),
            key=f"withdraw_{kind}",
        )


def restore_row(kind: str, withdrawn: Mapping[str, int], restore: Change, *, key: str) -> None:
    """Offer what was withdrawn, with its version, to be restored; nothing where nothing was."""
    if not withdrawn:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(f"Withdrawn {kind}s", sorted(withdrawn), format_func=visible, key=key)
        st.button(
            "Restore it",
            on_click=write_named,
            args=(
                kind,
                lambda token: restore(name, withdrawn[name], token=token),
                f"{name} is restored.",
                name,
            ),
            key=f"restore_{kind}",
        )


def typed_name(kind: str) -> str:
    """The name of the form without needless spaces; where there is none the page says so."""
    name = " ".join(str(st.session_state[f"{kind}_name"]).split())
    if not name:
        st.session_state[f"{kind}_said"] = f"The {kind} was not saved. It needs a name."
    return name


def write_named(
    kind: str, write: Callable[[str], None], said: str, chosen: str | None, what: str = ""
) -> None:
    """Write once, say how it went, and choose what is to be shown then."""
    state = st.session_state
    try:
        write_once(kind, f"{said} {what}", write)
    except StoreError as error:
        state[f"{kind}_said"] = f"Nothing was written. {error}"
        return
    state[kind] = chosen
    state[f"{kind}_said"] = said
