"""The frame around every page: first start, style, freshness, and what goes wrong."""

import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from dashboard import noting, run_log, session
from dashboard.components import staleness, states
from dashboard.components.states import left_out
from dashboard.formats import count_of, plain

A_DAY: Final = timedelta(days=1)
_log: Final = logging.getLogger("dashboard")
_building: Final = threading.Lock()

STYLE: Final = """
<style>
h1 { font-size: 1.9rem !important; padding: 0 0 .25rem 0 !important; }
h3.finding { font-size: 1.12rem; font-weight: 600; line-height: 1.35; margin: 0; padding: 0; }
p.behind { margin: .25rem 0 0 0; }
/* Streamlit's faded text has a contrast of 4.0 on white; small print must be read, too. */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {
  color: light-dark(#565d68, #a9aeb8); opacity: 1;
}
[data-testid="stMainBlockContainer"] { padding-top: 4.2rem; padding-bottom: 3rem; }
*:focus-visible, a:focus-visible, button:focus-visible {
  outline: 2px solid currentColor !important; outline-offset: 2px;
}
.kpis { display: flex; flex-wrap: wrap; gap: 1rem; }
.kpi {
  flex: 1 1 7.4rem; min-width: 0; position: relative; display: flex; flex-direction: column;
  gap: .3rem; align-items: flex-start; padding: 1rem; border-radius: .5rem;
  border: 1px solid light-dark(#d5d9df, #3a424e); overflow-wrap: anywhere;
}
.kpi .label { display: flex; gap: .4rem; align-items: center; font-size: .875rem; }
.kpi .value { font-size: 1.7rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.kpi .change {
  font-size: .875rem; padding: 0 .45rem; border-radius: 1rem;
  color: light-dark(#565d68, #a9aeb8); background: light-dark(#f0f2f5, #262c36);
}
.kpi .change.good { color: light-dark(#17655b, #8fd6d0); background: light-dark(#e3f2f0, #1b3534); }
.kpi .change.bad { color: light-dark(#9D0208, #f5b0b3); background: light-dark(#fae7e8, #43212a); }
.kpi .said { font-size: .8rem; line-height: 1.45; color: light-dark(#565d68, #a9aeb8); }
.kpi img { width: calc(100% + 2rem); height: 3rem; margin: auto -1rem 0 -1rem; max-width: none; }
.kpi summary {
  list-style: none; cursor: pointer; font-size: .7rem; line-height: 1rem; width: 1rem;
  height: 1rem; text-align: center; border: 1px solid currentColor; border-radius: 50%;
  box-sizing: content-box; color: light-dark(#565d68, #a9aeb8);
}
.kpi summary::-webkit-details-marker { display: none; }
.kpi details p {
  position: absolute; z-index: 9; left: -1px; right: -1px; top: 2.6rem; min-width: 9rem; margin: 0;
  padding: .6rem .7rem; font-size: .8rem; line-height: 1.4; border-radius: .5rem;
  color: light-dark(#1F2937, #E5E7EB); background: light-dark(#ffffff, #1a2029);
  border: 1px solid light-dark(#aab1bc, #59636f); box-shadow: 0 4px 14px #00000030;
}
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
[class*="st-key-told_"] { row-gap: 0 !important; }
[class*="st-key-told_"] > :last-child { flex: 1 0 100% !important; }
[class*="st-key-told_"] [data-testid="stPageLink-NavLink"] { padding-left: 0; }
[class*="st-key-told_"] [data-testid="stPageLink-NavLink"] strong { text-decoration: underline; }
dl.facts {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
  gap: .75rem 1.5rem; margin: 0; padding: .25rem 0; font-variant-numeric: tabular-nums;
}
h2.account { font-size: 1.5rem !important; margin: 0; padding: .25rem 0; overflow-wrap: anywhere; }
table.agenda {
  width: 100%; border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums;
}
table.agenda th, table.agenda td {
  text-align: left; vertical-align: top; padding: .2rem .75rem .2rem 0; overflow-wrap: anywhere;
  border-bottom: 1px solid light-dark(#d5d9df, #3a424e);
}
table.agenda th { font-weight: 600; }
table.agenda a { color: inherit; }
table.agenda td:first-child { width: 24%; }
table.nine { width: 100%; table-layout: fixed; border-collapse: separate; border-spacing: 4px; }
table.nine col.side { width: 1.6rem; }
table.nine thead td, table.nine tbody th { padding: 0; border: 0; }
table.nine th { font-size: .8rem; font-weight: 600; text-align: center; border: 0; }
table.nine tbody th { vertical-align: middle; }
table.nine tbody th span { writing-mode: vertical-rl; transform: rotate(180deg); }
table.nine td { border: 0; vertical-align: top; }
table.nine tbody td { border-radius: 8px; padding: .5rem .6rem .6rem .6rem; height: 7.5rem; }
table.nine p {
  display: flex; flex-wrap: wrap; gap: 0 .5rem; align-items: baseline; margin: 0 0 .3rem 0;
  font-size: .8rem;
}
table.nine p em { font-size: .72rem; flex: 1; }
table.nine p b { margin-left: auto; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
table.nine ul { list-style: none; margin: 0; padding: 0; }
table.nine li {
  margin: 0 0 2px 0; padding: 1px 6px; border-radius: 5px; font-size: .8rem; line-height: 1.35;
  background: light-dark(#ffffffb8, #0e1117a8); overflow-wrap: anywhere;
}
table.nine li small { white-space: nowrap; margin-left: .4rem; font-size: .7rem; }
table.nine li.moved { outline: 2px solid light-dark(#2F5D9B, #8AB4F8); outline-offset: -2px; }
table.nine li.coming { outline: 2px dashed light-dark(#8a4a10, #F2A65A); outline-offset: -2px; }
small.lacks {
  border: 1px solid currentColor; border-radius: 4px; padding: 0 3px;
  color: light-dark(#8a4a10, #F2A65A);
}
table.nine details summary { font-size: .75rem; cursor: pointer; padding: 2px 0; }
table.nine .b0 { background: light-dark(#F3F5F9, #1D232C); }
table.nine .b1 { background: light-dark(#E4ECF7, #212C3B); }
table.nine .b2 { background: light-dark(#D0E0F3, #263750); }
table.nine .b3 { background: light-dark(#B5CDEC, #2C4468); }
table.nine .b4 { background: light-dark(#93B8E4, #2F5D9B); }
p.nine-legend { font-size: .78rem; margin: .25rem 0 0 0; color: light-dark(#565d68, #a9aeb8); }
p.note { margin: 0; overflow-wrap: anywhere; }
ol.notes { font-size: .85rem; opacity: .8; margin: 0; padding: 0 0 0 1.4rem; }
ol.notes li { overflow-wrap: anywhere; }
dl.facts dt { font-size: .8rem; font-weight: 400; opacity: .75; margin: 0; padding: 0; }
dl.facts dd { margin: 0; padding: 0; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  table.nine { border-spacing: 2px; }
  table.nine col.side { width: 1.1rem; }
  table.nine tbody td { padding: .3rem; height: 5rem; }
  table.nine li { padding: 1px 3px; font-size: .72rem; }
  table.nine li small { margin-left: 0; display: block; width: fit-content; }
  table.agenda thead { display: none; }
  table.agenda tr { display: block; padding: .35rem 0; }
  table.agenda td, table.agenda td:first-child {
    display: inline-block; width: auto; border: 0; padding: 0 .9rem .1rem 0;
  }
  table.agenda td:first-child { display: block; font-weight: 600; }
  table.agenda td[data-heading]::before { content: attr(data-heading) ": "; opacity: .8; }
  dl.facts { grid-template-columns: 1fr 1fr; gap: .6rem 1rem; }
  .kpi { flex: 1 1 40%; }
  [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 3rem 1rem; }
  .kpi .value { font-size: 1.35rem; }
}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"] { display: none; }
  [class*="st-key-card_"], .kpi { break-inside: avoid; }
  /* Of a choice only what was chosen; nothing that only a click can use. */
  [class*="st-key-card_"] [data-testid="stButtonGroup"],
  [data-testid="stButtonGroup"] [aria-checked="false"],
  [data-testid="stButtonGroup"] [aria-pressed="false"],
  [data-testid="stDownloadButton"], [data-testid="stButton"], [data-testid="stPopover"],
  [data-testid="stTooltipIcon"], .kpi details { display: none !important; }
  [data-testid="stButtonGroup"] :is([role="radiogroup"], [role="toolbar"]),
  [data-testid="stButtonGroup"] [aria-checked="true"],
  [data-testid="stButtonGroup"] [aria-checked="true"] * {
    min-width: max-content !important; overflow: visible !important;
  }
  [data-testid="stMainBlockContainer"] { padding: 0; }
  @page { margin: 12mm; }
  /* A table is drawn for the screen: what is scrolled away is not on the paper. */
  [data-testid="stElementContainer"]:has([data-testid="stDataFrame"])::after {
    content: "Rows and columns as seen on the screen; the PDF of the page has all of them.";
    font-size: 7.5pt; color: #4B5563;
  }
  table.agenda { font-size: 8.5pt; }
  /* Where a view has a page of paper, that page alone is printed, black on white. */
  .st-key-paper { display: block !important; }
  body:has(.st-key-paper) [data-testid="stVerticalBlock"]:has(.st-key-paper)
    > *:not(:has(.st-key-paper)):not(.st-key-paper) { display: none !important; }
  body:has(.st-key-paper) [data-testid="stMainBlockContainer"] {
    padding: 0 !important; max-width: none !important;
  }
  html:has(.st-key-paper), body:has(.st-key-paper),
  body:has(.st-key-paper) [data-testid="stApp"] {
    background: #fff !important; color-scheme: light !important;
  }
}
.st-key-paper { display: none; }
</style>
"""


@st.fragment(run_every=A_DAY)
def up_again() -> None:
    """Nothing, but a page that has it runs again when its server is back, or another one is.

    A browser that found its socket again asks for no run by itself, and a server that never ran
    the page knows none of its cards and files: a click on them would do nothing, and say nothing.
    Streamlit 1.67 asks for a run where a part of the page runs by itself, however seldom.
    """


def first_start(build: Callable[[Callable[[str], None]], None]) -> None:
    """Build the demo company where there is none yet, and say how it goes."""
    if not session.demo_is_missing():
        return
    with st.status("Building the demo company, a few seconds ...", expanded=True) as status:
        # One session builds; the others that arrive meanwhile wait for the same company.
        with _building:
            try:
                if session.demo_is_missing():
                    build(_say)
            except OSError as error:
                status.update(label="There is no demo company.", state="error", expanded=False)
                states.not_built(error.strerror or "its file cannot be written")
                st.stop()
        status.update(label="The demo company is ready.", state="complete", expanded=False)
    st.rerun()


def _say(step: str) -> None:
    st.text(f"{step} ...")


def freshness_stamp() -> None:
    """What is loaded, for which day, and how long ago."""
    freshness = session.freshness()
    name = "Demo company" if session.is_demo() else "Your data"
    st.caption(
        plain(
            f"{name}. Data as of {freshness.as_of:%-d %b %Y}, "
            f"loaded {freshness.loaded_at:%-d %b %Y %H:%M} UTC."
        )
    )
    if freshness.derived_note:
        st.caption(plain(freshness.derived_note))
    if session.scored_otherwise():
        st.warning(
            "The weekly health history was scored with other weights or bands than the settings "
            "name now. Import again to score it anew.",
            icon=":material/rule:",
        )
    if age := staleness.old():
        st.warning(age, icon=":material/history:")


def log_is_behind() -> None:
    """Say on every page where what is seen cannot be written down."""
    log = noting.recorder()
    if log.is_away:
        st.warning(
            "**What is seen and done here cannot be written down at the moment.**  \n"
            "It waits and is written as soon as that works again. Until then nothing can be "
            "downloaded or saved, and no ratings are shown.",
            icon=":material/edit_off:",
        )
    if log.lost:
        st.warning(
            f"**{count_of(log.lost, 'view')} could not be written down.**  \n"
            "Too many wait already. How many is written down as soon as that works again; "
            "tell whoever runs the dashboard.",
            icon=":material/report:",
        )


def reading(*, book: bool, policy: bool, refused: Sequence[str]) -> str:
    """What the page below is of, said where a telephone and paper show no filters."""
    if refused:
        st.warning(
            f"**This link asks for a {' and a '.join(refused)} that is not on offer to you.**  \n"
            "The page below is shown without it.",
            icon=":material/link_off:",
        )
    among = session.filters() if book else session.filters().unfiltered()
    parts = [f"As{session.sentence(among).removeprefix('as')}"]
    if book and not (among.segments or among.regions or among.csm_ids):
        parts.append("all segments, regions and CSMs")
    if policy:
        parts.append(f"policy {session.retention_policy().title}")
    if who := session.viewer():
        parts.append(f"seen as {who.name}")
    text = "; ".join(parts) + "."
    st.caption(plain(text))
    if book:
        left_out((session.amounts_without_rate(), "amount", "without an exchange rate, in no sum"))
    return text


def guarded(page: Callable[[], None]) -> None:
    """Run a page; what goes wrong becomes a sentence, and the other pages keep working."""
    try:
        page()
    except session.MissingTableError as error:
        states.missing_tables(error.tables)
    except (session.NotAdmittedError, session.UnknownViewerError):
        st.rerun()  # It ended while the page was drawn: the door says so at the next run.
    except (session.SettingsError, session.StoreSettingsError) as error:
        states.misconfigured(str(error))
    except session.UnreachableError as error:
        states.unreachable(str(error))
        staleness.back_again()
    except session.StoreError as error:
        states.not_given(str(error))
    except Exception:  # noqa: BLE001 -- a traceback names paths and SQL; the log has it, the page not
        incident = uuid.uuid4().hex[:8]
        run = run_log.present()
        told = {"incident": incident, "run": run.id if run else ""}
        _log.exception("page failed", extra=told)
        states.failed(incident)
