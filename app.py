"""Entry point: ``streamlit run app.py``."""

import streamlit as st

from dashboard import session
from dashboard.components import filters, shell, states
from dashboard.demo import build_demo
from dashboard.navigation import entry_of, sections

st.set_page_config(page_title="Customer success", page_icon=session.FAVICON, layout="wide")
st.html(shell.STYLE)


def page() -> None:
    """Sidebar, menu and the page itself, for whoever looks."""
    if not session.served_on_loopback():
        states.no_access("Without sign-in the dashboard is served on this machine only.")
        st.stop()
    shell.first_start(
        lambda progress: build_demo(
            session.demo_file(),
            policy=session.policy(),
            as_of=session.build_day(),
            progress=progress,
        )
    )
    with st.sidebar:
        known = filters.viewer_switch() if session.is_demo() else True
        # On top: under some twenty pages the filters would lie below the fold.
        shown = st.navigation(sections(session.viewer() if known else None), position="top")
        entry, refused = entry_of(shown.title), []
        if known:
            session.open_page(entry.file)
            book = entry.by_book and session.scope().sees_accounts
            refused = filters.global_filters(
                quarter=entry.by_quarter, book=book, policy=entry.by_policy
            )
            shell.freshness_stamp()
    if not known:
        session.turned_away(entry.file)
        states.no_access("This link names a viewer who is not a current team member.")
        st.stop()
    shell.log_is_behind()
    shell.reading(book=entry.by_book, policy=entry.by_policy, refused=refused)
    shown.run()


shell.guarded(page)
