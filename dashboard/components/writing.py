"""Writes from a page: each is made once, however often its button is pressed."""

import uuid
from collections.abc import Callable
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def write_once(form: str, what: str, write: Callable[[str], T]) -> T:
    """Make a write with a token that stays the same while ``what`` is to be written does.

    A click may so be repeated after any error: what had arrived is not written again.

    Parameters
    ----------
    form
        The form whose write it is.
    what
        What is to be written; something else gets a token of its own.
    write
        Makes the write with the token it is given.
    """
    key = f"{form}_token"
    kept, token = st.session_state.get(key, (None, ""))
    if kept != what:
        token = uuid.uuid4().hex
        st.session_state[key] = what, token
    done = write(token)
    del st.session_state[key]
    return done
