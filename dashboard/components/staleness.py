"""What is older than it should be: how pages and files say it, and that a page catches up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import RerunException, StopException

from dashboard import behind, session, visitor
from dashboard.behind import Behind
from dashboard.formats import count_of, plain
from dashboard.shown import shown

LOOKS: Final = "5s"
"""How often a page that is behind asks whether the warehouse is back."""
STAMP: Final = "STALE"
FADED: Final = """
<style>
[class*="st-key-card_"], .kpi {
  filter: grayscale(1); border-style: dashed !important;
}
[class*="st-key-card_"] [data-testid="stVegaLiteChart"], .kpi img { opacity: .7; }
</style>
"""
"""No colour, pale charts, a broken frame; words keep their contrast."""


def old() -> str | None:
    """That the data were loaded too long ago."""
    if not session.is_stale():
        return None
    return f"The data are {_age(session.data_age())} old."


def stale(away: Behind | None = None) -> str | None:
    """What a file says of its age: old data, or a warehouse that cannot be reached.

    ``away`` is how far the file is behind where that is not what the run has shown.
    """
    away = away or behind.present()
    said = [away.sentence()] if away else []
    if age := old():
        said.append(age)
    return f"{STAMP}. {' '.join(said)}" if said else None


def stamped(file: str) -> str:
    """The name of a file, which says that it is stale where it is."""
    if stale() is None:
        return file
    name, dot, ending = file.rpartition(".")
    return f"{name}_{STAMP}{dot}{ending}"


@contextmanager
def told_on_top() -> Iterator[None]:
    """Whatever page runs in here says on top how far it is behind, and catches up by itself."""
    place = st.empty()
    try:
        yield
    except RerunException:
        raise
    except StopException:
        _banner(place)
        back_again()
        raise
    except Exception:
        if shown().figures or shown().exhibits:
            _banner(place)
        raise
    _banner(place)
    back_again()


def back_again() -> None:
    """Where the warehouse is away, see to it that the page runs again when it is back."""
    if behind.present() is None:
        return
    looked: list[bool] = []

    @st.fragment(run_every=LOOKS)
    def looking() -> None:
        # Not in the run that draws it: a page that fails again and again would never stand still.
        if looked and visitor.away_since() is None:
            st.rerun()
        looked.append(True)

    looking()


def _banner(place: DeltaGenerator) -> None:
    away = behind.present()
    if away is None:
        return
    if away.is_old:
        st.html(FADED)
    below = "Below are the last good answers. " if away.as_of else ""
    told = f"They are {_age(away.age)} old. " if away.is_old else ""
    place.warning(
        f"**{plain(away.sentence(on=datetime.now(UTC)))}**  \n"
        f"{below}{told}The page is brought up to date when the warehouse is back.",
        icon=":material/cloud_off:",
    )


def _age(age: timedelta) -> str:
    if age.days:
        return count_of(age.days, "day")
    return count_of(age.seconds // 3600, "hour")
