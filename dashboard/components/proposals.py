"""Proposals kept under a name: opened, saved, withdrawn and restored from the page."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from dashboard.components.writing import write_once
from dashboard.formats import count_of, plain, visible
from dashboard.proposals import Move, Proposal
from dashboard.saved_proposals import (
    proposals_on_offer,
    restore_proposal,
    save_proposal,
    withdraw_proposal,
    withdrawn_proposals,
)
from dashboard.session import StoreError, who


def planned_moves() -> list[Move]:
    """The moves of the form, in the order they were added; nothing of another viewer's."""
    state = st.session_state
    if state.setdefault("moves_of", who()) != who():
        state["moves_of"], state["moves_planned"] = who(), []
        state["proposal_seen"], state["proposal"], state["move_accounts"] = Proposal(), None, []
    planned: list[Move] = state.setdefault("moves_planned", [])
    return planned


def opened_proposal(account_ids: set[str]) -> Proposal:
    """The saved proposal of the link or the list; one that is newly chosen fills the plan."""
    state = st.session_state
    try:
        offered = proposals_on_offer(account_ids)
    except StoreError as error:
        st.warning(plain(f"Saved proposals cannot be shown. {error}"), icon=":material/cloud_off:")
        offered = {}
    for name in st.query_params.get_all("proposal"):
        if "proposal" not in state and name not in offered:
            st.warning(
                f"**This link asks for the proposal {plain(name)}, which is not saved, was "
                "withdrawn, or moves accounts you may not see.**  \nThe page begins anew.",
                icon=":material/link_off:",
            )
    picked = st.selectbox(
        "Saved proposal",
        sorted(offered),
        index=None,
        format_func=visible,
        placeholder="None: begin anew",
        key="proposal",
        bind="query-params",
    )
    if said := state.pop("proposal_said", None):
        st.info(plain(said), icon=":material/bookmark:")
    loaded = offered.get(picked or "", Proposal())
    seen: Proposal = state.get("proposal_seen", Proposal())
    if seen.name != loaded.name:
        if loaded.name or seen.name:
            state["moves_planned"] = list(loaded.moves)
        state["proposal_seen"] = seen = loaded
        state["proposal_name"] = loaded.name
    if seen.name:
        made = f", made from the data of {seen.as_of:%-d %b %Y}" if seen.as_of else ""
        changed = "" if tuple(planned_moves()) == seen.moves else " Changed since, and not saved."
        st.caption(plain(f"{seen.name}, version {seen.version}{made}.{changed}"))
    if loaded.version is not None and seen.version != loaded.version:
        st.warning(f"Version {loaded.version} was saved meanwhile.", icon=":material/history:")
        st.button("Show it", on_click=_show, args=(loaded,), key="show_proposal")
    return seen


def _show(proposal: Proposal) -> None:
    state = st.session_state
    state["moves_planned"] = list(proposal.moves)
    state["proposal_seen"] = proposal
    state["proposal_name"] = proposal.name


def keep_proposal(account_ids: set[str], as_of: date, seen: Proposal) -> None:
    """Save the moves under a name, withdraw what was opened, restore what was withdrawn."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Save as", key="proposal_name", max_chars=80)
        st.button(
            "Save the proposal",
            on_click=_save,
            args=(as_of, seen),
            disabled=not planned_moves(),
            key="save_proposal",
        )
        if seen.version is not None:
            st.button(
                "Withdraw it",
                on_click=_do,
                args=(
                    lambda token: withdraw_proposal(seen.name, seen.version or 0, token=token),
                    f"{seen.name} is withdrawn. It can be restored.",
                    None,
                ),
                key="withdraw_proposal",
            )
    try:
        withdrawn = withdrawn_proposals(account_ids)
    except StoreError:
        return  # Said above.
    if withdrawn:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.selectbox(
                "Withdrawn proposals", sorted(withdrawn), format_func=visible,
                key="withdrawn_proposal",
            )  # fmt: skip
            st.button(
                "Restore it",
                on_click=_do,
                args=(
                    lambda token: restore_proposal(name, withdrawn[name].version or 0, token=token),
                    f"{name} is restored.",
                    name,
                ),
                key="restore_proposal",
            )


def _save(as_of: date, seen: Proposal) -> None:
    """Save what is planned; on top of what was opened where the name is the same."""
    state = st.session_state
    name = " ".join(str(state["proposal_name"]).split())
    if not name:
        state["proposal_said"] = "The proposal was not saved. It needs a name."
        return
    proposal = Proposal(name=name, moves=tuple(planned_moves()))

    def save(token: str) -> None:
        on_top_of = seen.version if seen.name == name else None
        state["proposal_seen"] = save_proposal(proposal, as_of, on_top_of=on_top_of, token=token)

    number = count_of(len(proposal.moves), "move")
    _do(save, f"{name} is saved with {number}. Its name stands in the link.", name,
        proposal.model_dump_json())  # fmt: skip


def _do(write: Callable[[str], None], said: str, chosen: str | None, what: str = "") -> None:
    """Write once, say how it went, and choose what is to be shown then."""
    state = st.session_state
    try:
        write_once("proposal", f"{said} {what}", write)
    except StoreError as error:
        state["proposal_said"] = f"Nothing was written. {error}"
        return
    state["proposal"] = chosen
    state["proposal_said"] = said
