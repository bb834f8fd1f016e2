"""Personal data: who sees it, why and how long; what is held on a person, and erasing it."""

from functools import partial
from typing import Final

import polars as pl
import streamlit as st

from dashboard import hidden_names, noting, personal_data
from dashboard.components.cards import heading
from dashboard.components.states import empty
from dashboard.components.tables import rows_table
from dashboard.components.writing import how_it_went, write_and_say
from dashboard.formats import count_of, distinct_names, plain
from dashboard.ratings.held import Held, as_frame, as_json
from dashboard.reviews import Reviewed
from dashboard.session import StoreError, policy, scope, team, today

FORM: Final = "held"
_WHOSE: Final = "held_person"


def notice(reviewed: Reviewed | None) -> None:
    """Who sees this, why, how long it is kept, and how to ask; what is left out for its age."""
    rules = policy().talent
    left = (
        f" {count_of(reviewed.expired, 'older rating')} of the company's tables "
        f"{'is' if reviewed.expired == 1 else 'are'} not shown."
        if reviewed is not None and reviewed.expired
        else ""
    )
    st.info(
        plain(
            f"Personal data. {scope().reason} Nobody sees the own rating in the making. Ratings "
            "are judgements of managers; no number of a book enters them. They are shown for "
            f"{rules.keep_days:,} days, since {rules.kept_since(today()):%-d %b %Y}.{left} "
            "Everybody may ask the people partners what is held on them."
        ),
        icon=":material/visibility:",
    )


def view() -> None:
    """The notice in full, and for people partners what is held on a person and erasing it."""
    rules = policy().talent
    how_it_went(FORM)
    with st.container(border=True, key="card_notice"):
        heading(f"Ratings are kept for {rules.keep_days:,} days: who sees them, and why")
        st.markdown(
            "- **Who.** Whoever stands above a person in the reporting line, and people partners. "
            "Nobody sees the own rating in the making, and no CSM or finance colleague sees any.\n"
            "- **Why.** To agree on a fair judgement, a plan and the next level. No rating is "
            "computed, proposed or sorted from customers, ARR, health or renewals.\n"
            f"- **How long.** {rules.keep_days:,} days. What is older is taken out of the app's "
            "own database once a day; older rows of the company's tables are not shown.\n"
            "- **Asking.** Everybody may ask a people partner what is held on them, and to have "
            "it erased.\n"
            "- **What stays.** The company's own tables are the company's: whoever keeps them "
            "erases there. Last answers, kept for when the warehouse cannot be reached, hold no "
            "ratings; all of them go with every erasing. The log of who saw and did what holds "
            "ids and no ratings."
        )
    if not personal_data.may_tell():
        st.caption("People partners tell what is held on a person, and erase it.")
        return
    if hidden_names.are_hidden():
        empty("Names are hidden.", "Show them to tell what is held on somebody.")
        return
    people = team().sort("name")
    names = distinct_names(people.select("member_id", "name").iter_rows())
    gone = set(people.filter(pl.col("left_on") <= today())["member_id"])
    person = st.selectbox(
        "Person, leavers too",
        list(names),
        index=None,
        format_func=lambda each: f"{names[each]}{', has left' if each in gone else ''}",
        placeholder="Choose a person",
        key=_WHOSE,
    )
    if person is None:
        return
    try:
        held = personal_data.held_on(person)
    except StoreError as error:
        st.error(plain(str(error)))
        return
    _held(held, person, names[person])
    _erase(person, str(people.filter(pl.col("member_id") == person)["name"][0]))


def _held(held: Held, person: str, name: str) -> None:
    with st.container(border=True, key="card_held"):
        heading(f"{count_of(len(held.stored), 'row')} held on {name} in the app's own database")
        if held.stored:
            rows_table(as_frame(held), key="held_rows", label=f"Held on {name}")
        loaded = "; ".join(f"{table}: {rows:,}" for table, rows in held.loaded.items())
        st.caption(plain(f"Rows of the company's tables that name the person: {loaded}."))
        st.download_button(
            "JSON",
            data=noting.taken_away(
                lambda: as_json(held, person).encode(),
                f"held on {person}",
                filters='{"file": "held_on_person.json"}',
                rows=len(held.stored),
            ),
            file_name="held_on_person.json",
            mime="application/json",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key="held_json",
        )


def _erase(person: str, name: str) -> None:
    with st.form("erase", border=True):
        st.markdown(f"**{plain(f'Erase what the app holds on {name}')}**")
        st.caption(
            "One-on-ones, ratings and calibrations of the person go for good, in every version. "
            "The company's own tables stay, and so does what the person wrote about others."
        )
        typed = st.text_input("Type the person's name", key=f"erase_{person}_name")
        pressed = st.form_submit_button("Erase")
    if pressed:
        erased = f"What the app held on {name} is erased."
        write_and_say(FORM, f"erase {person} {typed}", partial(_write, person, typed), erased)
        st.rerun()


def _write(person: str, typed: str, _token: str) -> None:
    personal_data.erase(person, typed)
