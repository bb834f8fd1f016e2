"""Entry point: ``streamlit run app.py``."""

import streamlit as st

from dashboard import session
from dashboard.components import filters, shell, states
from dashboard.demo import build_demo
from dashboard.navigation import sections

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
        if session.is_demo():
            filters.viewer_switch()
        shown = st.navigation(sections(session.viewer()))
        if session.scope().sees_accounts:
            filters.global_filters()
        shell.freshness_stamp()
    shown.run()


shell.guarded(page)
