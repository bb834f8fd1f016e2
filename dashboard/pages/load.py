"""Load data: drop files, see what they are, map the rest, see what is broken, load."""

import streamlit as st

from dashboard import loads
from dashboard.components.loading import changed, found, handed_over, mapped, what_they_are
from dashboard.components.states import empty, no_access
from dashboard.formats import plain
from dashboard.ingest.sources import UnreadableFileError
from dashboard.mapping import MappingError
from dashboard.session import StoreError, build_day

ZONES = ["UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles"]

st.title("Load data")


def said(step: str) -> None:
    """What is being done."""
    st.text(f"{step} ...")


place = loads.target()
if not loads.may_load():
    no_access(
        "Loading files is not yours to do: what is loaded is what everybody sees.",
        "Ask whoever runs the dashboard to load them, or to name you in the setting "
        "mapping.loaders.",
    )
    st.stop()
if place is None:
    empty(
        "This warehouse is filled by its own tools, not from this page.",
        "docs/mapping.md says how a company's own tables become those of the contract.",
    )
    st.stop()

st.subheader("1. The files")
arrived = handed_over()
if not arrived:
    empty(
        "No file has been handed over yet.",
        "Start with accounts and subscriptions: with these two most pages about retention answer. "
        "Every other one is under Definitions and data, Tables.",
    )
    st.stop()

st.subheader("2. What they are")
what_they_are(arrived)
unknown = [each for each in arrived if not each.is_known and not each.problem]
texts = {each.file: mapped(each) for each in unknown}
open_files = [file for file, text in texts.items() if text is None]
left_aside = tuple(each.file for each in arrived if each.problem) + tuple(
    file for file, text in texts.items() if text == ""
)
mappings = {file: text for file, text in texts.items() if text}

st.subheader("3. Check")
day_column, zone_column = st.columns(2)
as_of = day_column.date_input("The data speak for", build_day(), key="load_as_of")
zone = zone_column.selectbox("Days begin in", ZONES, key="load_zone", accept_new_options=True)
keep_sound = st.toggle(
    "Load what is sound, and keep broken rows aside",
    key="keep_sound",
    help="They count in no number, and *Definitions and data*, *Broken rules*, lists them.",
)
asked = (tuple(sorted(mappings.items())), left_aside, tuple(arrived), as_of, zone, keep_sound)
if open_files:
    st.caption(plain(f"Waits for you above: {', '.join(open_files)}."))
if st.button("Check the files", type="primary", disabled=bool(open_files), key="check_files"):
    with st.status("Checking", expanded=True) as status:
        try:
            loads.try_out(
                mappings,
                left_aside,
                as_of=as_of,
                time_zone=zone,
                quarantine=keep_sound,
                asked=asked,
                progress=said,
            )
            status.update(label="Checked", state="complete", expanded=False)
        except (MappingError, UnreadableFileError) as error:
            status.update(label="Not checked", state="error")
            st.error(plain(str(error)), icon=":material/block:")
made = loads.tried()
if made is None or made.asked != asked:
    st.caption("Nothing is loaded by a check: what everybody sees stays as it is.")
    st.stop()
found(made)
if not made.done.report.loaded:
    st.stop()

st.subheader("4. Load")
waits = changed(made)
if st.button(f"Load into {place.name}", type="primary", disabled=waits, key="load_files"):
    try:
        loaded = loads.swap_in(made)
    except (StoreError, OSError) as error:
        why = getattr(error, "strerror", None) or str(error)  # An OSError's text names the file.
        st.error(f"Nothing was loaded: {plain(why)}", icon=":material/block:")
        st.stop()
    st.success(f"Loaded. It is in {plain(loaded.name)}.", icon=":material/check:")
    st.markdown(loads.next_step(loaded))
