"""Load data, its parts: the files, what each is, columns of those unknown, what was found."""

from collections.abc import Iterable, Sequence

import polars as pl
import streamlit as st

from dashboard import contract, loads
from dashboard.formats import count_of, money_exact, plain
from dashboard.ingest.report import ImportReport, verdict
from dashboard.loads import Try
from dashboard.mapping import suggestions
from dashboard.mapping import uploads as files
from dashboard.mapping.suggesting import PROPOSED_FROM
from dashboard.mapping.uploads import Arrived
from dashboard.spelled import spelled
from dashboard.vocabulary import NOTICES

NOT_LOADED = "Leave this file out"
NONE = "(none)"


def handed_over() -> list[Arrived]:
    """Where files are dropped; what those let in are, and why the others are not."""
    given = st.file_uploader(
        "CSV, Excel or Parquet files, one table each; a workbook may hold several sheets",
        type=list(files.KINDS),
        accept_multiple_files=True,
        key="files",
    )
    state = st.session_state
    said = tuple((each.name, each.file_id) for each in given)
    if state.get("_files_said") != said:
        # Read once: every click on the page runs it anew, and a file may be large.
        refused = files.keep(loads.folder(), ((each.name, each.getvalue()) for each in given))
        state.update(
            _files_said=said,
            _files_refused=refused,
            _files_arrived=files.arrived(loads.folder()),
            _files_suggested={},
        )
    for name, why in state["_files_refused"].items():
        st.error(f"**{plain(name)}** {plain(why)}", icon=":material/block:")
    arrived: list[Arrived] = state["_files_arrived"]
    return arrived


def what_they_are(arrived: Sequence[Arrived]) -> None:
    """One line for each file: which table it fills, and whether it must be mapped."""
    st.dataframe(
        pl.DataFrame(
            {
                "File": [each.file for each in arrived],
                "Table": [each.table or "unknown" for each in arrived],
                "What to do": [_to_do(each) for each in arrived],
            }
        ),
        hide_index=True,
        width="stretch",
    )


def _to_do(one: Arrived) -> str:
    if one.problem:
        return f"Cannot be read. {one.problem}"
    if one.is_known:
        return "Nothing: name and required columns are those of the contract"
    return "Say below which of its columns is which"


def mapped(one: Arrived) -> str | None:
    """The columns of a file, each with a suggestion that somebody must confirm.

    Returns
    -------
    str or None
        The mapping as YAML; empty where the file is to be left out, ``None`` while a required
        column is open or nobody has confirmed.
    """
    with st.expander(f"{plain(one.file)}: which column is which?", expanded=True):
        tables = list(contract.tables())
        table = st.selectbox(
            "Table that it fills",
            [NOT_LOADED, *tables],
            index=1 + tables.index(one.table),
            key=f"table_{one.file}",
            help=f"Its columns fit {one.table} best.",
        )
        if table == NOT_LOADED:
            st.caption("Nothing of this file is loaded.")
            return ""
        st.caption(plain(contract.tables()[table].comment))
        chosen = _chosen_columns(one, table)
        if missing := files.lacking(table, chosen):
            st.warning(
                f"{plain(table)} needs {', '.join(missing)}: choose a column for each, "
                "or leave the file out.",
                icon=":material/rule:",
            )
            return None
        unused = [each for each in one.headers if each not in chosen.values()]
        if unused:
            st.caption(plain(f"Not loaded, no column stands for it: {', '.join(unused)}."))
        text = files.mapping_text(table, one.file, chosen)
        confirmed = st.checkbox("I have read every line above", key=f"read_{one.file}_{table}")
        st.download_button(
            "Keep this mapping as a file",
            text,
            f"{table}.yaml",
            "text/yaml",
            key=f"yaml_{one.file}",
            help="With it, `python -m dashboard map load` loads the same file again.",
            on_click="ignore",
        )
        return text if confirmed else None


def _chosen_columns(one: Arrived, table: str) -> dict[str, str]:
    known_so_far: dict[tuple[str, str], pl.DataFrame] = st.session_state["_files_suggested"]
    if (one.file, table) not in known_so_far:
        sample = files.sample_of(loads.folder(), one.file)
        known_so_far[one.file, table] = suggestions(sample, table)
    suggested = known_so_far[one.file, table]
    known = contract.tables()[table]
    meant = {column.name: column.comment for column in known.columns}
    sure = [
        row["header"] if row["header"] and row["confidence"] >= PROPOSED_FROM else NONE
        for row in suggested.iter_rows(named=True)
    ]
    asked = pl.DataFrame(
        {
            "Column": suggested["column_name"],
            "Needed": suggested["required"],
            "Your column": sure,
            "Sure": suggested["confidence"],
            "Why": suggested["why"].fill_null("nothing is like it"),
            "What it means": [meant[name] for name in suggested["column_name"]],
        }
    )
    edited = st.data_editor(
        asked,
        key=f"columns_{one.file}_{table}",
        hide_index=True,
        width="stretch",
        disabled=["Column", "Needed", "Sure", "Why", "What it means"],
        column_config={
            "Your column": st.column_config.SelectboxColumn(
                options=[NONE, *one.headers], required=True, pinned=True
            ),
            "Column": st.column_config.TextColumn(pinned=True),
            "Sure": st.column_config.NumberColumn(
                format="%d of 100", help="How sure the suggestion is, by its name and its values."
            ),
        },
    )
    return {
        name: header
        for name, header in edited.select("Column", "Your column").iter_rows()
        if header and header != NONE
    }


def found(made: Try) -> None:
    """What a try found: verdict, tables, broken rules, what was left out, and what is notable."""
    report, done = made.done.report, made.done
    if report.loaded:
        rows = dict(report.rows_loaded or {})
        aside = sum((report.rows_quarantined or {}).values())
        kept = f", {count_of(aside, 'row')} kept aside" if aside else ""
        of = f"{count_of(sum(rows.values()), 'row')} of {count_of(len(rows), 'table')}"
        st.success(f"{of} would be loaded{kept}.")
    else:
        st.error(plain(verdict(report)))
    for reason in report.refused:
        st.error(plain(reason), icon=":material/block:")
    _shown("Rows by table", _tables(report))
    _shown("Rows that break a rule", _broken(report))
    _shown("Left out by the mapping", done.left_out)
    _shown("Words without a meaning of their own, passed on as they are", done.unmapped)
    _shown("Worth knowing, no rule is broken", _notices(report))
    if not made.completeness.is_empty():
        _shown("Pages, and how many of their questions would be answered", _complete(made))
    for table, derived in (report.rows_derived or {}).items():
        st.info(
            f"{count_of(derived, 'row')} of `{table}` were derived: the files had none. "
            "Every page says so."
        )


def _complete(made: Try) -> pl.DataFrame:
    return spelled(made.completeness, complete=("complete", "{:.0%}".format)).select(
        pl.col("page").alias("Page"),
        pl.col("complete").alias("Complete"),
        pl.col("whole").alias("Answered"),
        pl.col("in_part").alias("In part"),
        pl.col("none").alias("Not answered"),
        pl.col("missing_tables").alias("Tables to add"),
    )


def _tables(report: ImportReport) -> pl.DataFrame:
    loaded = report.rows_loaded or {}
    return pl.DataFrame(
        {
            "File": [each.file for each in report.files],
            "Table": [each.table for each in report.files],
            "Rows": [each.rows for each in report.files],
            "Would be loaded": [loaded.get(each.table, 0) for each in report.files],
            "Columns not used": [", ".join(each.ignored_columns) for each in report.files],
        }
    )


def _broken(report: ImportReport) -> pl.DataFrame:
    rows = report.violations
    return pl.DataFrame(
        {
            "File": [each.file for each in rows],
            "Row": [each.row for each in rows],
            "Column": [each.column for each in rows],
            "Value": [each.value for each in rows],
            "Rule": [each.rule.replace("_", " ") for each in rows],
            "ARR": [None if each.arr is None else f"{each.arr:,.2f}" for each in rows],
        },
        schema_overrides={"Row": pl.Int64, "Value": pl.String, "ARR": pl.String},
    )


def _notices(report: ImportReport) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "What": [NOTICES[each.notice] for each in report.notices],
            "Rows": [each.rows for each in report.notices],
            "Accounts": [each.accounts for each in report.notices],
            "ARR": [None if each.arr is None else f"{each.arr:,.2f}" for each in report.notices],
        },
        schema_overrides={"ARR": pl.String},
    )


def _shown(title: str, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    st.markdown(f"**{title}: {len(rows):,}**")
    blank = rows.with_columns(pl.col(pl.String).fill_null(""))
    st.dataframe(blank, hide_index=True, width="stretch")


def changed(made: Try) -> bool:
    """What would differ from what is loaded; whether a large change still has to be confirmed."""
    if made.changes.is_empty():
        st.caption("Nothing of yours is loaded yet: there is nothing to compare with.")
        return False
    large = loads.large_changes(made)
    _shown("Against what is loaded now", _differences(made.changes))
    if large.is_empty():
        return False
    named = ", ".join(_names(large["table_name"]))
    return not st.checkbox(
        f"The large changes of {named} are meant to be", key=f"meant_{hash(made.asked)}"
    )


def _names(tables: Iterable[str]) -> list[str]:
    return [plain(each) for each in tables]


def _differences(changes: pl.DataFrame) -> pl.DataFrame:
    return spelled(
        changes,
        amount_before=("amount_before", money_exact),
        amount_after=("amount_after", money_exact),
        largest_change=("largest_change", "{:.0%}".format),
    ).select(
        pl.col("table_name").alias("Table"),
        pl.col("rows_before").alias("Rows now"),
        pl.col("rows_after").alias("Rows then"),
        pl.col("amount_is").alias("Amount is"),
        pl.col("amount_before").alias("Amount now"),
        pl.col("amount_after").alias("Amount then"),
        pl.col("largest_change").alias("Largest change"),
    )
