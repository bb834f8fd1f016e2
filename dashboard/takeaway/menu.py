"""The menu of every page: what is on it as a file, made when it is asked for."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from dashboard import noting, session, visitor
from dashboard.audit import filters_of
from dashboard.components.cards import AWAY, EXCEL
from dashboard.components.parts import fragment
from dashboard.components.staleness import stamped
from dashboard.navigation import Entry
from dashboard.takeaway.offscreen import Chosen, Opened

MENU: Final = "take_away"
"""Key of whether the menu is open."""
POWERPOINT: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@fragment
def menu(entry: Entry) -> None:
    """Files of the page and of the whole book; nothing is made before somebody asks.

    The page is run once more where nobody looks, with its filters and controls as they are and in
    light colours: a file looks the same from a dark screen.
    """
    opens = st.popover(
        "Take away",
        icon=":material/download:",
        width="stretch",
        key=MENU,
        on_change="rerun",
    )
    if not opens.open:
        return
    # Loaded here: libraries of 30 MB that only files need.
    from dashboard.takeaway import making  # noqa: PLC0415

    viewer, opened, chosen = session.viewer(), Opened.as_it_is(entry), chosen_now()
    with opens:
        _file(
            "This page as PowerPoint",
            lambda: making.page_as_slides(opened, viewer),
            entry.file,
            "pptx",
            POWERPOINT,
        )
        _file(
            "This page as PDF",
            lambda: making.page_on_paper(opened, viewer),
            entry.file,
            "pdf",
            "application/pdf",
        )
        if session.scope().sees_accounts:
            _file(
                "The board's story as PowerPoint",
                lambda: making.board_story(chosen, viewer),
                "board_story",
                "pptx",
                POWERPOINT,
            )
            _file(
                "Retention workbook for Excel",
                partial(
                    making.retention_workbook,
                    visitor.stand_in().or_kept(),
                    session.scope(),
                    session.filters(),
                    session.retention_policy(),
                    viewer,
                ),
                "retention_workbook",
                "xlsx",
                EXCEL,
            )
        st.caption(
            "Slides hold native charts that can be edited, with definitions and what was left "
            "out in their notes; the workbook computes by formulas over the account rows. All "
            "are made with your rights, filters and as-of date."
        )


def chosen_now() -> Chosen:
    """The global filters of the page that runs."""
    state = st.session_state
    return Chosen(
        as_of=session.as_of(),
        quarter=state.get("quarter"),
        policy=state.get("policy"),
        segment=tuple(state.get("segment") or ()),
        region=tuple(state.get("region") or ()),
        csm=tuple(state.get("csm") or ()),
    )


def _file(label: str, content: Callable[[], bytes], name: str, ending: str, kind: str) -> None:
    away = noting.recorder().is_away
    file = stamped(f"{name}_{session.as_of()}.{ending}")
    st.download_button(
        label,
        data=noting.taken_away(
            content,
            f"{name} as {ending}",
            filters=filters_of(
                session.filters(), {"policy": session.retention_policy()}, file=file
            ),
        ),
        file_name=file,
        mime=kind,
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        key=f"take_{name}_{ending}",
        help=AWAY if away else None,
        disabled=away,
    )
