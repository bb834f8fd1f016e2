"""Entry point: ``streamlit run app.py``."""

import streamlit as st

from dashboard import behind, noting, run_log, session, visitor
from dashboard.components import door, filters, shell, staleness, states
from dashboard.components.made_files import kept_until_fetched
from dashboard.demo import build_demo
from dashboard.navigation import entry_of, everywhere, page_at, sections
from dashboard.once import in_one_run
from dashboard.shown import Shown, begin
from dashboard.takeaway.menu import menu

st.set_page_config(page_title="Customer success", page_icon=session.FAVICON, layout="wide")
st.html(shell.STYLE)
kept_until_fetched()
shell.up_again()


def page() -> None:
    """The door first; then sidebar, menu and the page itself, for whoever looks."""
    behind.begin()
    closed = door.closed()
    if closed is None:
        shell.first_start(
            lambda progress: build_demo(
                session.demo_file(),
                policy=session.policy(),
                as_of=session.build_day(),
                progress=progress,
            )
        )
        closed = door.unknown()
    if closed is not None:
        everywhere(closed).run()
        return
    with st.sidebar:
        known = True
        if visitor.with_sign_in():
            door.who_is_in()
        elif session.is_demo():
            known = filters.viewer_switch()
        # On top: under some twenty pages the filters would lie below the fold.
        pages = sections(session.viewer() if known else None)
        opened = st.navigation(pages, position="top")
        if link := door.link_back():
            everything = [each for section in pages.values() for each in section]
            st.switch_page(page_at(link[0], everything), query_params=link[1])
        entry, refused = entry_of(opened.title), []
        if known and entry is not None:
            visitor.open_page(entry.file)
            book = entry.by_book and session.scope().sees_accounts
            refused = filters.global_filters(
                quarter=entry.by_quarter, book=book, policy=entry.by_policy
            )
            shell.freshness_stamp()
            if not entry.loads_data:
                menu(entry)
    if not known:
        noting.turned_away(entry.file if entry else "")
        states.no_access("This link names a viewer who is not a current team member.")
        st.stop()
    if entry is None:
        states.no_access(
            "There is no such page for your role.", "Choose another one from the menu above."
        )
        return
    shell.log_is_behind()
    with staleness.told_on_top():
        showing = begin(Shown(entry.title))
        showing.reading = shell.reading(book=entry.by_book, policy=entry.by_policy, refused=refused)
        opened.run()


with in_one_run(), run_log.written_down():
    shell.guarded(page)
