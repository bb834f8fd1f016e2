"""Proposals that people saved: listed, kept, withdrawn and restored for whoever may see them."""

from collections.abc import Collection
from datetime import date

import streamlit as st

from dashboard import session, writes
from dashboard.proposals import Proposal, read, seen_by
from dashboard.store.base import SavedProposal


def proposals_on_offer(account_ids: Collection[str]) -> dict[str, Proposal]:
    """Saved proposals by name that move only accounts among these, the viewer's own.

    Raises
    ------
    StoreError
        The store does not answer.
    """
    return seen_by(_saved(withdrawn=False), account_ids)


def withdrawn_proposals(account_ids: Collection[str]) -> dict[str, Proposal]:
    """The same of those that were withdrawn.

    Raises
    ------
    StoreError
        The store does not answer.
    """
    return seen_by(_saved(withdrawn=True), account_ids)


def save_proposal(
    proposal: Proposal, as_of: date, *, on_top_of: int | None, token: str
) -> Proposal:
    """Save a proposal as the next version of its name.

    Raises
    ------
    StoreError
        Somebody saved it meanwhile, the name cannot be kept, or the store is away.
    """
    with writes.listed_anew(_saved):
        saved = session.store().save_proposal(
            proposal.name,
            proposal.model_dump_json(exclude={"name", "version", "as_of"}),
            as_of,
            on_top_of=on_top_of,
            **writes.signed(token),
        )
    return read(saved)


def withdraw_proposal(name: str, version: int, *, token: str) -> None:
    """Take a proposal off the list; it can be restored.

    Raises
    ------
    StoreError
        Somebody changed it meanwhile, or the store is away.
    """
    writes.withdraw("proposal", name, version, token=token, listed=_saved)


def restore_proposal(name: str, version: int, *, token: str) -> None:
    """Put a withdrawn proposal back on the list.

    Raises
    ------
    StoreError
        Somebody changed it meanwhile, or the store is away.
    """
    writes.restore("proposal", name, version, token=token, listed=_saved)


@st.cache_data(ttl="10s", max_entries=2, show_spinner=False)
def _saved(*, withdrawn: bool) -> tuple[SavedProposal, ...]:
    # Of everybody: who may see which is decided by each caller, for the viewer of the moment.
    return session.store().proposals(withdrawn=withdrawn)
