"""Parts of a page that run by themselves."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from dashboard import session

P = ParamSpec("P")


def fragment(draw: Callable[P, None]) -> Callable[P, None]:
    """A fragment; whoever is not let in any more is sent to the door, which it does not pass.

    What a fragment draws it may have kept from before: it need not ask anything to show it.
    """

    @st.fragment
    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        if not session.is_admitted():
            st.rerun()
        draw(*args, **kwargs)

    return drawn
