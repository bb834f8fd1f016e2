"""The form in which a manager rates somebody below: nothing is chosen beforehand.

Neither this module nor what it writes with reads a customer: a rating is a judgement against the
skills that the level expects.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard import hidden_names, reviews
from dashboard.charts.talent import PERFORMANCE, PROMOTABILITY
from dashboard.components.cards import heading
from dashboard.components.states import empty
from dashboard.components.writing import how_it_went, write_and_say
from dashboard.filters import Filters
from dashboard.findings.talent import level_name
from dashboard.formats import distinct_names, plain, visible
from dashboard.ratings.tables import skills_of
from dashboard.reviewing import LONGEST_NOTE, RatingDraft, keep_rating, ratable
from dashboard.reviews import Reviewed, is_open, own_rating, state_of
from dashboard.session import today, viewer

FORM: Final = "rating"
HIGHEST: Final = 5
"""Levels of a skill go from 0 to this one, or higher where a job expects more."""


def view(reviewed: Reviewed, among: Filters) -> str | None:
    """The form for one person; whose it is, ``None`` where there is none."""
    how_it_went(FORM)
    if hidden_names.are_hidden():
        empty("Names are hidden.", "Show them to rate somebody.")
        return None
    opened = [cycle for cycle in reviews.cycles().values() if is_open(cycle)]
    team = reviews.team(among)
    below = team.filter(pl.col("member_id").is_in(ratable(team["member_id"])))
    if below.is_empty():
        empty("There is nobody whom you rate.", _why_nobody())
        return None
    if not opened:
        empty(
            "No review cycle is open today.",
            "Executives and people partners open one under Cycles.",
        )
        return None
    if among.as_of != today():
        empty("You look at an earlier day.", "Choose today as the as-of date to rate somebody.")
        return None
    names = distinct_names(below.select("member_id", "name").iter_rows())
    left, right = st.columns(2)
    cycle = left.selectbox("Cycle", [each.name for each in opened], key="rate_cycle")
    done = {each for each in names if own_rating(reviewed.stored, cycle, each)}
    person = right.selectbox(
        "Person",
        list(names),
        format_func=lambda each: f"{names[each]}{', rated by you' if each in done else ''}",
        index=None,
        placeholder="Choose whom to rate",
        key="rate_person",
    )
    chosen = reviews.cycles()[cycle]
    late = ", which is past: a rating still counts" if state_of(chosen, today()) == "late" else ""
    st.caption(
        f"{len(done)} of {len(names)} below you are rated by you. Ratings are due by "
        f"{chosen.rate_by_on:%-d %b %Y}{late}; the cycle closes on {chosen.closes_on:%-d %b %Y}."
    )
    if person is not None:
        row = below.row(by_predicate=pl.col("member_id") == person, named=True)
        _form(reviewed, row, cycle, among)
    return person


def _why_nobody() -> str:
    who = viewer()
    if who is None:
        return "The operator rates nobody: a rating is given by whoever stands above the person."
    if who.role == "people":
        return "People partners see ratings and calibrate; they do not rate."
    return "Whoever stands above somebody in the reporting line rates them."


def _form(reviewed: Reviewed, row: Mapping[str, Any], cycle: str, among: Filters) -> None:
    person = str(row["member_id"])
    before = own_rating(reviewed.stored, cycle, person)
    version = before.version if before else None
    expected = reviews.expected_levels(among, reviewed.stored).filter(pl.col("member_id") == person)
    key = f"{FORM}_{cycle}_{person}_{version}"
    level = level_name(row["job_track"], row["job_level"])
    with st.form(key, border=True):
        heading(f"{row['name']}, {level}: rating for {cycle}")
        performance = st.radio(
            "Performance against the skills that the level expects",
            list(PERFORMANCE),
            index=list(PERFORMANCE).index(before.performance) if before else None,
            format_func=PERFORMANCE.__getitem__,
            horizontal=True,
            key=f"{key}_performance",
        )
        promotability = st.radio(
            "Promotability: readiness for the next level",
            list(PROMOTABILITY),
            index=list(PROMOTABILITY).index(before.promotability) if before else None,
            format_func=PROMOTABILITY.__getitem__,
            horizontal=True,
            key=f"{key}_promotability",
        )
        skills = _skills(expected, skills_of(before) if before else {}, key)
        plan = st.text_area(
            "Action plan",
            value=(before.action_plan or "") if before else "",
            max_chars=LONGEST_NOTE,
            key=f"{key}_plan",
            help="What follows from the rating, for the person and for you.",
        )
        pressed = st.form_submit_button(
            "Save the change" if before else "Save the rating", type="primary"
        )
    if not pressed:
        return
    if performance is None or promotability is None:
        st.session_state[f"{FORM}_said"] = (
            False,
            "Choose performance and promotability: nothing was saved.",
        )
    else:
        draft = RatingDraft(
            cycle, person, performance, promotability, plan.strip() or None, skills, version
        )
        write_and_say(
            FORM, f"{draft}", partial(_keep, draft), f"{row['name']} is rated for {cycle}."
        )
    st.rerun()


def _skills(expected: pl.DataFrame, before: Mapping[str, int], key: str) -> dict[str, int]:
    """Levels chosen, skill by skill; those that were not assessed are left out."""
    if expected.is_empty():
        st.caption("No skills are known of this level: the company loaded no skill_assessments.")
        return {}
    st.markdown("**Skills, level seen**")
    found: dict[str, int] = {}
    columns = st.columns(3)
    for place, (skill, level) in enumerate(expected.select("skill", "expected_level").iter_rows()):
        levels = list(range(max(HIGHEST, level or 0, before.get(skill, 0)) + 1))
        said = "not known" if level is None else str(level)
        chosen = columns[place % 3].selectbox(
            plain(f"{visible(skill)} (expected: {said})"),
            levels,
            index=levels.index(before[skill]) if skill in before else None,
            placeholder="Not assessed",
            key=f"{key}_skill_{place}",
        )
        if chosen is not None:
            found[skill] = chosen
    return found


def _keep(draft: RatingDraft, token: str) -> None:
    keep_rating(draft, token=token)
