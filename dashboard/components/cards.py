"""Cards: an exhibit with everything behind it."""

import html
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import polars as pl
import streamlit as st

from dashboard import noting, session
from dashboard.audit import filters_of
from dashboard.charts import FINDING, ROWS, small_print, spoken_title, to_write_into
from dashboard.components.annotations import account_of, listed, notes_panel, pinned_to
from dashboard.components.parts import fragment
from dashboard.components.reasons import reason_of
from dashboard.components.staleness import stale, stamped
from dashboard.components.tables import drawn, rows_table
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.explanations import explanation
from dashboard.exports import files, images
from dashboard.filters import Filters
from dashboard.formats import count_of, money_exact, plain, visible
from dashboard.retention_policy import RetentionPolicy
from dashboard.shown import on_screen, shown

MARK = "mark"
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET: Final = "application/vnd.apache.parquet"
AWAY: Final = "Nothing can be downloaded while it cannot be written down who downloads it."


def heading(finding: str) -> None:
    """What stands over an exhibit: a sentence with a number."""
    st.html(f'<h3 class="finding">{html.escape(visible(finding))}</h3>')


def exhibit_card(exhibit: Exhibit, among: Filters) -> None:
    """A chart or table with its explanation, the rows behind its marks, and its downloads."""
    shown().exhibits.append((exhibit, among))
    if on_screen():
        _card(exhibit, among)


def no_exhibit() -> None:
    """The place of a card that the filters leave without rows.

    What stands below it keeps its own: a chart that moves up is built anew by the browser.
    """
    if on_screen():
        st.empty()


@fragment
def _card(exhibit: Exhibit, among: Filters) -> None:
    with st.container(border=True, key=f"card_{exhibit.key}"):
        heading(exhibit.title)
        for note in exhibit.notes:
            st.caption(plain(note))
        shown = pinned_to(exhibit, among)
        picked = _chart(shown)
        listed(shown.pinned)
        if exhibit.lead is not None:
            exhibit.lead()
        elif exhibit.chart is None:
            rows_table(exhibit.frame, key=f"{exhibit.key}_rows", label=exhibit.title)
        if picked and exhibit.drill:
            _rows_behind(exhibit, exhibit.drill, picked, among)
        panel = st.segmented_control(
            f"Behind: {plain(exhibit.title)}",
            _panels(exhibit),
            key=f"{exhibit.key}_panel",
            label_visibility="collapsed",
        )
        if panel == "Explain":
            _explain(exhibit, among)
        elif panel == "Table":
            rows_table(shown.frame, key=f"{exhibit.key}_table", label=exhibit.title)
        elif panel == "Notes":
            notes_panel(exhibit.key, account_of(exhibit), among)
        elif panel == "Download":
            _downloads(shown.frame, exhibit.key, shown, among, source=exhibit.source)
        elif panel and exhibit.drill and not picked:
            _choose_mark(exhibit, exhibit.drill, among)


def _panels(exhibit: Exhibit) -> list[str]:
    """What a card opens below its chart, of what it has."""
    panels = ["Explain"]
    if exhibit.drill:
        panels.append("Accounts" if exhibit.drill.noun != "person" else "People")
    if exhibit.chart is not None or exhibit.lead is not None:
        panels.append("Table")
    if exhibit.timed is not None:
        panels.append("Notes")
    return [*panels, "Download"]


def _chart(exhibit: Exhibit) -> Mark | None:
    if exhibit.chart is None or exhibit.drawn is None:
        return None
    selectable = exhibit.drill is not None
    rows = drawn(exhibit.drawn).with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(visible(exhibit.title))).alias(FINDING)
    )
    event = st.vega_lite_chart(
        to_write_into(exhibit.chart)
        | spoken_title()
        | {
            "config": small_print(session.theme()),
            "data": {"name": ROWS},
            "datasets": {ROWS: rows},
        },
        key=f"{exhibit.key}_chart",
        on_select="rerun" if selectable else "ignore",
        selection_mode=MARK if selectable else None,
        # What changes with the filters would have the browser build the chart anew.
        alt=exhibit.definition,
    )
    if not selectable or exhibit.drill is None:
        return None
    marks = event["selection"].get(MARK) or []  # type: ignore[index]
    return {key: marks[0].get(key) for key in exhibit.drill.keys} if marks else None


def _choose_mark(exhibit: Exhibit, drill: Drill, among: Filters) -> None:
    assert exhibit.drawn is not None  # noqa: S101 -- a drill comes with a chart
    marks = exhibit.drawn.select(drill.keys).unique(maintain_order=True).rows(named=True)
    index = st.selectbox(
        "Choose a mark of the chart, or click it",
        range(len(marks)),
        index=None,
        format_func=lambda each: visible(drill.label(marks[each])),
        key=f"{exhibit.key}_mark",
    )
    if index is not None:
        _rows_behind(exhibit, drill, marks[index], among)


def _rows_behind(exhibit: Exhibit, drill: Drill, mark: Mark, among: Filters) -> None:
    rows = drill.rows(mark)
    what = html.escape(visible(drill.label(mark)))
    number = count_of(len(rows), drill.noun)
    total = ""
    if drill.amount:
        amount = Decimal(rows[drill.amount].sum() or 0)
        total = f", {money_exact(amount, currency=session.policy().reporting_currency)} together"
    st.html(f'<p class="behind"><strong>{what}</strong>: {number}{html.escape(total)}</p>')
    st.caption(f"Rows of `{drill.source.question}`")
    if drill.amount:
        # The column that sums to the mark stands where it is seen without scrolling.
        names = [name for name in rows.columns if name != drill.amount]
        rows = rows.select(*names[:3], drill.amount, *names[3:])
    rows_table(rows, key=f"{exhibit.key}_behind", label=f"Rows behind {drill.label(mark)}")
    name = f"{exhibit.key}_rows"
    _downloads(rows, name, exhibit, among, source=drill.source, of="Rows as ")


def _explain(exhibit: Exhibit, among: Filters) -> None:
    explained = explanation(exhibit.source, among)
    st.markdown(f"**What it says.** {plain(exhibit.definition)}")
    st.markdown(f"**Filters.** {plain(session.sentence(among))}.")
    st.markdown(f"**Policy.** {plain(policy_sentence(exhibit))}")
    st.markdown(f"**Why can I see this?** {plain(reason_of(exhibit))}")
    st.markdown(f"**SQL** of `{exhibit.source.question}`, as it ran:")
    st.code(explained.sql, language="sql", height=320)
    if exhibit.added:
        st.markdown(f"**Beside the warehouse.** {plain(exhibit.added)}")
    values = [
        "(not shown)" if name in exhibit.unsaid else value
        for name, value in explained.params.items()
    ]
    st.dataframe(
        pl.DataFrame({"parameter": list(explained.params), "value": values}),
        hide_index=True,
        key=f"{exhibit.key}_params",
    )
    st.markdown("**The same answer on the command line:**")
    st.code(explained.command, language="bash", wrap_lines=True)


def policy_sentence(exhibit: Exhibit) -> str:
    """The choices behind an exhibit's numbers, in words."""
    policy = session.policy()
    retention = exhibit.source.params.get("policy")
    if isinstance(retention, RetentionPolicy):
        return f"{retention.sentence()} Amounts in {policy.reporting_currency}."
    bands = policy.health.overall
    return (
        f"Amounts in {policy.reporting_currency} at the rates of the as-of date. "
        f"Health is red below {bands.red_below:g} and amber below {bands.amber_below:g}; "
        f"measurements older than {policy.health.stale_after_days} days do not count, and with "
        f"less than {policy.health.minimum_coverage:.0%} of the weight covered a customer is not "
        "scored."
    )


def about(exhibit: Exhibit, among: Filters) -> dict[str, str]:
    """What an exhibit's numbers mean, line by line."""
    age = stale()
    said = {
        **({"Age": age} if age else {}),
        "Finding": exhibit.title,
        "Definition": exhibit.definition,
        "Filters": session.sentence(among),
        "Policy": policy_sentence(exhibit),
        "Question": exhibit.source.question,
    }
    return said | {f"Note {number}": text for number, text in enumerate(exhibit.pinned, start=1)}


def _downloads(
    frame: pl.DataFrame,
    name: str,
    exhibit: Exhibit,
    among: Filters,
    *,
    source: Source,
    of: str = "",
) -> None:
    # Said now: a file is made at the click, where nobody's session is known.
    notes, age = about(exhibit, among), stale()
    away = noting.recorder().is_away

    def button(label: str, ending: str, kind: str, content: Callable[[], bytes]) -> None:
        file = stamped(f"{name}_{among.as_of}.{ending}")
        st.download_button(
            f"{of}{label}",
            data=noting.taken_away(
                content,
                source.question,
                filters=filters_of(among, source.params, file=file),
                rows=len(frame),
            ),
            file_name=file,
            mime=kind,
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key=f"{name}_{ending}",
            help=AWAY if away else f"All {len(frame):,} rows",
            disabled=away,
        )

    with st.container(horizontal=True, horizontal_alignment="right" if of else "left"):
        button("CSV", "csv", "text/csv", lambda: files.csv(frame))
        button("Excel", "xlsx", EXCEL, lambda: files.excel(frame, sheet=exhibit.key, notes=notes))
        if of:
            return
        button("Parquet", "parquet", PARQUET, lambda: files.parquet(frame, age=age))
        if exhibit.chart is not None:
            lines = [*([age] if age else []), f"{session.sentence(among)}."]
            theme = session.theme()
            button("PNG", "png", "image/png", lambda: images.png(exhibit, lines, theme=theme))
            button("SVG", "svg", "image/svg+xml", lambda: images.svg(exhibit, lines, theme=theme))
