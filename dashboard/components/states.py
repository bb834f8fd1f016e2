"""States of a page other than having something to show: a sentence, a cause, a next step."""

import streamlit as st

from dashboard.formats import count_of, plain
from dashboard.shown import shown


def empty(sentence: str, next_step: str) -> None:
    """Nothing matches."""
    shown().remarks.append(sentence)
    st.info(f"**{plain(sentence)}**  \n{plain(next_step)}", icon=":material/inbox:")


def missing_tables(tables: tuple[str, ...]) -> None:
    """The page rests on tables that were not loaded."""
    shown().remarks.append(f"Not shown: it needs {', '.join(tables)}, not loaded.")
    names = ", ".join(f"`{table}`" for table in tables)
    st.warning(
        f"**This page needs {names}, which your company has not loaded.**  \n"
        "The other pages work. Add a file of that name to the folder you import, "
        "with the columns that the contract lists, and import it again.",
        icon=":material/table_view:",
    )


def missing_part(what: str, tables: tuple[str, ...]) -> None:
    """A part of the page rests on tables that were not loaded."""
    shown().remarks.append(f"{what} needs {', '.join(tables)}, not loaded.")
    names = ", ".join(f"`{table}`" for table in tables)
    st.info(
        f"{plain(what)} needs {names}, which your company has not loaded.",
        icon=":material/table_view:",
    )


def no_access(sentence: str, next_step: str | None = None) -> None:
    """The viewer may not see this."""
    step = next_step or (
        "Ask whoever keeps the list of team members to add or correct your entry; rights follow "
        "it at your next click."
    )
    st.error(f"**{plain(sentence)}**  \n{plain(step)}", icon=":material/lock:")


def ended(sentence: str) -> None:
    """The sign-in is over."""
    st.info(
        f"**{plain(sentence)}**  \nA sign-in ends after some hours, and with a sign-out in any "
        "tab. Sign in again: you come back to this page with its filters.",
        icon=":material/logout:",
    )


def not_looked_up(message: str) -> None:
    """Whether the sign-in still holds could not be found out."""
    st.error(
        f"**{plain(message)}**  \nUntil it does nothing is shown, for you may have signed out "
        "elsewhere. Try again in a moment; if it stays, tell whoever runs the dashboard.",
        icon=":material/cloud_off:",
    )
    if st.button("Try again", key="try_again"):
        st.rerun()


def unreachable(message: str) -> None:
    """The warehouse gave no answer."""
    st.error(
        f"**The warehouse does not answer.**  \n{plain(message)}  \n"
        "Nothing is lost. Try again in a moment; the page keeps its filters.",
        icon=":material/cloud_off:",
    )
    if st.button("Try again", key="try_again"):
        st.rerun()


def unreachable_part(message: str) -> None:
    """The warehouse gave no answer to a part of the page."""
    st.error(
        f"**The warehouse does not answer.**  \n{plain(message)}  \nThe rest of the page works.",
        icon=":material/cloud_off:",
    )


def not_given(message: str) -> None:
    """The page shows only what is written down, and it cannot be."""
    st.error(
        f"**This is not shown now.**  \n{plain(message)}  \n"
        "The other pages work. Try again in a moment; the page keeps its filters.",
        icon=":material/edit_off:",
    )
    if st.button("Try again", key="try_again"):
        st.rerun()


def not_built(reason: str) -> None:
    """The demo company could not be written."""
    st.error(
        f"**The demo company could not be built: {plain(reason.lower())}.**  \n"
        "Nothing was left half done. Make room where it is kept, or name a file of your own as "
        "`warehouse` in `settings.toml`, and open this page again.",
        icon=":material/hard_drive:",
    )


def misconfigured(message: str) -> None:
    """A setting cannot be used."""
    st.error(
        f"**The dashboard cannot start with these settings.**  \n{plain(message)}  \n"
        "Correct `settings.toml` or the environment and start it again.",
        icon=":material/settings:",
    )


def failed(incident: str) -> None:
    """The page itself failed."""
    st.error(
        "**This page could not be drawn.**  \n"
        "The other pages work, and nothing is lost. Try again; if it stays, tell whoever runs "
        f"the dashboard: the log has it under `{incident}`.",
        icon=":material/error:",
    )


def left_out(*parts: tuple[int, str, str]) -> None:
    """What the page's numbers leave out, and why; nothing where nothing is.

    Each part is a number, its noun and the reason: ``(3, "customer", "not scored")``.
    """
    said = [f"{count_of(number, noun)} {why}" for number, noun, why in parts if number > 0]
    if said:
        text = "Beside these numbers: " + "; ".join(said) + "."
        shown().remarks.append(text)
        st.caption(plain(text))
