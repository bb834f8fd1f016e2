"""The menu of every page: what is on it as a file, made when it is asked for."""

from collections.abc import Callable

import streamlit as st

from dashboard import session
from dashboard.exports.deck import Slide, deck
from dashboard.navigation import Entry
from dashboard.shown import shown
from dashboard.takeaway.offscreen import Chosen, choose, in_a_run
from dashboard.takeaway.slides import slides_of
from dashboard.takeaway.story import story

POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def menu(entry: Entry) -> None:
    """Files of the page and of the whole book; nothing is made before somebody asks."""
    kept, viewer, chosen = shown(), session.viewer(), Chosen.now()
    book = entry.by_book and session.scope().sees_accounts

    def of_page() -> list[Slide]:
        choose(chosen, book=book)
        return slides_of(kept)

    with st.popover("Take away", icon=":material/download:", width="stretch"):
        if kept.exhibits or kept.figures:
            _file(
                "This page as PowerPoint",
                lambda: _deck(in_a_run(of_page, viewer=viewer)),
                f"{entry.file}_{session.as_of()}.pptx",
            )
        if session.scope().sees_accounts:
            _file(
                "The board's story as PowerPoint",
                lambda: _deck(story(chosen, viewer=viewer)),
                f"board_{session.as_of()}.pptx",
            )


def _file(label: str, made: Callable[[], bytes], name: str) -> None:
    st.download_button(
        label,
        data=made,
        file_name=name,
        mime=POWERPOINT,
        on_click="ignore",
        type="tertiary",
        icon=":material/slideshow:",
        key=f"take_{name.partition('_')[0]}",
    )


def _deck(slides: list[Slide]) -> bytes:
    return deck(slides, title="Customer success", subtitle=slides[0].subtitle if slides else "")
