"""Writes from a page: each is made once, however often its button is pressed."""

import uuid
from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard import hidden_names
from dashboard.formats import plain
from dashboard.session import StoreError

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


def write_and_say(form: str, what: str, write: Callable[[str], None], done: str) -> bool:
    """Write once, and keep how it went for ``how_it_went`` on the next run; whether it went well.

    Parameters
    ----------
    form, what, write
        As for ``write_once``.
    done
        What is said where it went well.
    """
    try:
        write_once(form, what, write)
    except StoreError as error:
        st.session_state[f"{form}_said"] = (False, plain(hidden_names.said(error)))
        return False
    st.session_state[f"{form}_said"] = (True, plain(done))
    return True


def how_it_went(form: str) -> None:
    """Say, once, how the last write of a form went."""
    if heard := st.session_state.pop(f"{form}_said", None):
        st.success(heard[1]) if heard[0] else st.error(heard[1])
