"""Parts of a page that run by themselves."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from dashboard import session, visitor
from dashboard.components import states
from dashboard.once import in_one_run

P = ParamSpec("P")


def fragment(draw: Callable[P, None]) -> Callable[P, None]:
    """A fragment for whoever looked when its page was drawn, with the rights of then.

    What a fragment draws it may have kept from before: it need not ask anything to show it. Where
    the rights are others now, or nobody is let in any more, the whole page runs anew instead; also
    where the warehouse went away or came back, which is said on top of the page.
    """

    def placed(*args: P.args, **kwargs: P.kwargs) -> None:
        rights, away = session.scope(), visitor.away_since()

        @st.fragment
        @wraps(draw)
        def drawn() -> None:
            with in_one_run():
                if not visitor.still_has(rights) or visitor.away_since() != away:
                    st.rerun()
                try:
                    draw(*args, **kwargs)
                except session.UnreachableError as error:
                    states.unreachable_part(str(error))
                if visitor.away_since() != away:
                    st.rerun()

        drawn()

    return placed
