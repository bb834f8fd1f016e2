"""Parts of a page that run by themselves."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from dashboard import session, visitor
from dashboard.once import in_one_run

P = ParamSpec("P")


def fragment(draw: Callable[P, None]) -> Callable[P, None]:
    """A fragment for whoever looked when its page was drawn, with the rights of then.

    What a fragment draws it may have kept from before: it need not ask anything to show it. Where
    the rights are others now, or nobody is let in any more, the whole page runs anew instead.
    """

    def placed(*args: P.args, **kwargs: P.kwargs) -> None:
        rights = session.scope()

        @st.fragment
        @wraps(draw)
        def drawn() -> None:
            with in_one_run():
                if not visitor.still_has(rights):
                    st.rerun()
                draw(*args, **kwargs)

        drawn()

    return placed
