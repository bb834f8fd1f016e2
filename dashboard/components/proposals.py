"""Proposals kept under a name: opened, saved, withdrawn and restored from the page."""

from datetime import date

import streamlit as st

from dashboard.components.named import restore_row, typed_name, withdraw_button, write_named
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
        withdraw_button("proposal", seen.name, seen.version, withdraw_proposal)
    try:
        withdrawn = withdrawn_proposals(account_ids)
    except StoreError:
        return  # Said above.
    versions = {name: each.version or 0 for name, each in withdrawn.items()}
    restore_row("proposal", versions, restore_proposal, key="withdrawn_proposal")


def _save(as_of: date, seen: Proposal) -> None:
    """Save what is planned; on top of what was opened where the name is the same."""
    state = st.session_state
    name = typed_name("proposal")
    if not name:
        return
    proposal = Proposal(name=name, moves=tuple(planned_moves()))

    def save(token: str) -> None:
        on_top_of = seen.version if seen.name == name else None
        state["proposal_seen"] = save_proposal(proposal, as_of, on_top_of=on_top_of, token=token)

    number = count_of(len(proposal.moves), "move")
    said = f"{name} is saved with {number}. Its name stands in the link."
    write_named("proposal", save, said, name, proposal.model_dump_json())
