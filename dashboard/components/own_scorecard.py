"""A scorecard of one's own: weights, scales and thresholds tried out, and kept under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from pydantic import ValidationError

from dashboard.components.named import typed_name
from dashboard.components.writing import write_once
from dashboard.formats import plain, visible
from dashboard.policy import Definition
from dashboard.saved_scorecards import save_scorecard, scorecard_version, scorecards_on_offer
from dashboard.scorecards import (
    LABELS,
    NamedScorecard,
    complaints,
    differences,
    settings_text,
)
from dashboard.session import StoreError, policy

OWN: Final = "Your own"
_SCALES: Final = {
    "weights": (0.0, 100.0, 0.5),
    "outcomes_weight": (0.0, 100.0, 0.5),
    "experience_weight": (0.0, 100.0, 0.5),
    "levels": (0.0, 100.0, 5.0),
    "minimum_coverage": (0.0, 1.0, 0.05),
    "expansion_full_share": (0.01, 10.0, 0.05),
}
"""Least, most and step of the choices that are no whole numbers."""
_MOST: Final = 3660


@dataclass(frozen=True, slots=True)
class Other:
    """A definition to compare the company's with."""

    title: str
    definition: Definition
    proposal: str | None = None
    saved: NamedScorecard | None = None
    notes: tuple[str, ...] = ()


def another(card: str, present: Definition, proposals: Mapping[str, Definition]) -> Other | None:
    """What is compared with the definition in use: a proposal, a saved one, or one's own."""
    try:
        saved = {name: each for name, each in scorecards_on_offer().items() if each.card == card}
    except StoreError as error:
        st.info(plain(f"Saved scorecards are away. {error}"), icon=":material/cloud_off:")
        saved = {}
    options = [*proposals, OWN, *saved]
    if wanted := st.session_state.pop("choose_compared", None):
        st.session_state[f"compared_{card}"] = wanted
    chosen = st.selectbox(
        "What if the definition were",
        options,
        format_func=lambda name: saved[name].title if name in saved else visible(name),
        key=f"compared_{card}",
    )
    if chosen in proposals:
        return Other(chosen, proposals[chosen], proposal=chosen.lower())
    if chosen in saved:
        return _version(saved[chosen], present)
    st.caption(
        "Every change shows its effect below before anything is saved. It begins from the "
        "definition in use."
    )
    definition = _form(card, present)
    if definition is None:
        return None
    return Other(OWN, definition, notes=(_otherwise(present, definition),))


def _version(latest: NamedScorecard, present: Definition) -> Other | None:
    """The saved scorecard in the version that was chosen."""
    version = latest.version
    if latest.version > 1:
        version = st.selectbox(
            "Version",
            range(latest.version, 0, -1),
            key=f"version_{latest.name}",
            format_func=lambda each: f"version {each}",
        )
    try:
        seen = latest if version == latest.version else scorecard_version(latest.name, version)
    except StoreError as error:
        st.warning(plain(str(error)), icon=":material/cloud_off:")
        return None
    note = f"{seen.title}, saved by {seen.saved_by} on {seen.saved_at:%-d %b %Y at %H:%M} UTC."
    notes = (note, _otherwise(present, seen.definition))
    return Other(seen.title, seen.definition, saved=seen, notes=notes)


def _otherwise(present: Definition, other: Definition) -> str:
    """In what a definition differs from the one in use."""
    found = differences(present, other)
    return f"{'; '.join(found)}." if found else "It is the definition in use."


def _form(card: str, present: Definition) -> Definition | None:
    """Widgets for every choice of a definition; what they say, where it can be used."""
    given: dict[str, Any] = {}
    columns = st.columns(3)
    place = 0
    for field, value in present.model_dump().items():
        if field == "measures":
            given[field] = value
            continue
        if isinstance(value, dict):
            given[field] = {}
            for name, inner in value.items():
                label = LABELS.get(name) or f"{LABELS[field]}: {visible(str(name))}"
                with columns[place % 3]:
                    given[field][name] = _number(f"own_{card}_{field}_{name}", label, field, inner)
                place += 1
            continue
        with columns[place % 3]:
            given[field] = _number(f"own_{card}_{field}", LABELS[field], field, value)
        place += 1
    try:
        return type(present).model_validate(given)
    except ValidationError as error:
        for complaint in complaints(error):
            st.error(plain(complaint), icon=":material/rule:")
        return None


def _number(key: str, label: str, field: str, value: float) -> float:
    if field == "overall":
        return st.slider(label, 0.0, 100.0, float(value), 0.5, key=key)
    if isinstance(value, int):
        return st.number_input(label, min_value=0, max_value=_MOST, value=value, key=key)
    least, most, step = _SCALES[field]
    return st.number_input(
        label, min_value=least, max_value=most, value=float(value), step=step, key=key
    )


def keep_scorecard(card: str, other: Other) -> None:
    """Save the definition that is compared under a name, and say how it becomes the company's."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Save as", key="scorecard_name", max_chars=80)
        st.button("Save the scorecard", on_click=_save, args=(card, other), key="save_scorecard")
    with st.expander("How a definition becomes the company's"):
        st.markdown(
            "A saved scorecard is kept with its version, who saved it and when, and can be looked "
            "at by everybody; no number of another page changes. It becomes the company's by the "
            "settings: put this into `settings.toml` and start the app again."
            + (
                " The weekly snapshots are scored when data are loaded: import again, too."
                if card == "health"
                else ""
            )
        )
        st.code(settings_text(card, other.definition), language="toml")
        if other.definition == policy().definition(card):
            st.caption("This is the definition in use.")


def _save(card: str, other: Other) -> None:
    """Save what is compared; on top of what was seen where the name is the same."""
    state = st.session_state
    name = typed_name("scorecard")
    if not name:
        return
    try:
        existing = scorecards_on_offer().get(name)
        if existing and existing.card != card:
            state["scorecard_said"] = (
                f"The scorecard was not saved. {name} is the name of another kind of scorecard."
            )
            return
        seen = other.saved.version if other.saved and other.saved.name == name else None
        on_top_of = seen or (existing.version if existing else None)
        saved = write_once(
            "scorecard",
            f"{card} {name} {other.definition.model_dump_json()}",
            lambda token: save_scorecard(
                name, card, other.definition, on_top_of=on_top_of, token=token
            ),
        )
    except StoreError as error:
        state["scorecard_said"] = f"The scorecard was not saved. {error}"
        return
    state["choose_compared"] = saved.name
    state["scorecard_said"] = (
        f"{saved.title} is saved. It can be looked at here; the numbers of the pages stay those "
        "of the settings."
    )
