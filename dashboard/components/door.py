"""The door: what is said to whoever is not let in, and who is in."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard import session, sign_in, visitor
from dashboard.components import states
from dashboard.formats import plain

Drawing = Callable[[], None]

_LIST: Final = "whoever keeps the list of team members"
_LINK: Final = "came_with"
_LOOKED: Final = "looked_for_a_link"


def closed() -> Drawing | None:
    """What is drawn instead of the dashboard; of the warehouse nothing is asked for it.

    ``None`` where somebody is let in, of whom it is not yet known who it is.
    """
    if visitor.with_sign_in():
        st.query_params.pop("viewer", None)
    sentence = visitor.fault()
    if sentence is not None:
        return lambda: states.misconfigured(sentence)
    try:
        visitor.let_in()
    except session.NotAdmittedError as error:
        return _turned_away(error)
    return None


def unknown() -> Drawing | None:
    """What is drawn instead for somebody who is in no list of the team."""
    try:
        session.viewer()
    except session.NotAdmittedError as error:
        return _turned_away(error)
    except session.UnknownViewerError as error:
        sentence = str(error)
        if visitor.with_sign_in():
            return _refusal(sentence)
        return lambda: states.no_access(sentence)
    if visitor.with_sign_in():
        sign_in.noted()
    return None


def who_is_in() -> None:
    """Who is signed in, in which role, and the way out."""
    who = session.viewer()
    if who is None:
        return
    st.markdown(f"**{plain(who.name)}**  \n{plain(who.role_in_words)}")
    if st.button("Sign out", key="sign_out", icon=":material/logout:", width="stretch"):
        sign_in.end()


def link_back() -> sign_in.Link | None:
    """The link that somebody came with before signing in, where the provider sent them back."""
    if st.session_state.get(_LOOKED) or sign_in.present_link() != ("", {}):
        return None
    st.session_state[_LOOKED] = True
    return sign_in.link_back()


def _turned_away(error: session.NotAdmittedError) -> Drawing:
    _keep_link()
    match error.why:
        case "nobody":
            return _sign_in_page
        case "ended":
            return lambda: _ended(str(error))
        case "away":
            return lambda: states.not_looked_up(str(error))
        case "refused":
            return _refusal(str(error))


def _refusal(sentence: str) -> Drawing:
    if not visitor.with_sign_in():
        return lambda: states.no_access(
            sentence,
            "Open it on the machine that serves it, on the demo company or with the setting "
            "operator, or set up sign-in: both are in docs/sign-in.md.",
        )
    sign_in.noted(sentence)
    contact = visitor.settings().sign_in.contact or _LIST
    return lambda: _refused(
        sentence, f"Ask {contact} for access, or sign out and sign in with another address."
    )


def _refused(sentence: str, next_step: str) -> None:
    states.no_access(sentence, next_step)
    if st.button("Sign out", key="sign_out"):
        sign_in.end()


def _sign_in_page() -> None:
    with (
        st.container(horizontal_alignment="center"),
        st.container(border=True, width=460, key="sign_in_page"),
    ):
        st.title("Customer success")
        st.markdown(
            "Renewals, retention, health and growth of your company's customers. "
            "What you see here follows from your role."
        )
        _sign_in_button()


def _ended(sentence: str) -> None:
    states.ended(sentence)
    _sign_in_button()


def _sign_in_button() -> None:
    if st.button("Sign in", key="sign_in", type="primary"):
        sign_in.begin(st.session_state.get(_LINK, ("", {})))


def _keep_link() -> None:
    """Keep the link of the address: its filters leave it when their widgets are not drawn."""
    address, query = sign_in.present_link()
    kept = st.session_state.get(_LINK)
    if kept is None or kept[0] != address or query:
        st.session_state[_LINK] = (address, query)
