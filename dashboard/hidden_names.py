"""Names hidden while a screen is shown to many: neutral labels in place of names and ids.

Frames are changed before anything draws them, so that no chart, table, choice or file has a name.
The numbers of the labels are drawn anew for each session: their order tells nothing.
"""

import hashlib
import secrets
from typing import Final

import polars as pl
import streamlit as st

from dashboard import session
from dashboard.store.base import EditedMeanwhileError, StoreError

KEY: Final = "names_hidden"
"""Key of the switch on the page."""
_SEED: Final = "names_seed"
_NAMES: Final = {
    "member_id": "name",
    "reviewer_id": "reviewer_name",
    "manager_id": "manager_name",
}
_TEXTS: Final = ("action_plan", "reason", "moved_by")
NOT_SHOWN: Final = "(not shown while names are hidden)"


def are_hidden() -> bool:
    """Whether the viewer hides names at the moment."""
    return bool(st.session_state.get(KEY))


def hidden(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with labels for names and ids and without free text; as it is where nothing is."""
    if not are_hidden():
        return frame
    labels = _labels()
    labels |= {label: label for label in labels.values()}  # What is hidden already stays so.
    for key, name in _NAMES.items():
        if key not in frame.columns:
            continue
        label = pl.col(key).replace_strict(
            labels, default=pl.lit("Somebody"), return_dtype=pl.String
        )
        shown = pl.when(pl.col(key).is_not_null()).then(label)
        frame = frame.with_columns(shown.alias(key)).with_columns(
            pl.col(key).alias(name) if name in frame.columns else pl.col(key)
        )
    texts = [name for name in _TEXTS if name in frame.columns]
    frame = frame.with_columns(
        pl.when(pl.col(name).is_not_null()).then(pl.lit(NOT_SHOWN)).alias(name) for name in texts
    )
    # In the order of real names the labels would tell who is who.
    return frame.sort("member_id", maintain_order=True) if "member_id" in frame.columns else frame


def label_of(member_id: str) -> str:
    """What stands for a person: the label while names are hidden, else the id."""
    return _labels().get(member_id, "Somebody") if are_hidden() else member_id


def member_of(shown: str) -> str:
    """The person that an id of a frame stands for, hidden or not."""
    return members_shown().get(shown, shown)


def members_shown() -> dict[str, str]:
    """The person behind each id that a frame may have, hidden or not."""
    labels = _labels()
    return {label: each for each, label in labels.items()} | {each: each for each in labels}


def said(error: StoreError) -> str:
    """What went wrong, without the address of whoever came between."""
    if are_hidden() and isinstance(error, EditedMeanwhileError):
        return (
            "Somebody else wrote meanwhile. Nothing was changed: look at it as it is now, then "
            "decide again."
        )
    return str(error)


def _labels() -> dict[str, str]:
    seed = st.session_state.setdefault(_SEED, secrets.token_hex())
    ids = session.team()["member_id"].to_list()
    drawn = sorted(ids, key=lambda each: hashlib.sha256(f"{seed} {each}".encode()).digest())
    width = len(str(len(drawn)))
    return {each: f"Person {number:0{width}d}" for number, each in enumerate(drawn, start=1)}
