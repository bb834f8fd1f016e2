"""What numbers and columns mean, searchable."""

from collections.abc import Mapping
from itertools import groupby

import polars as pl
import streamlit as st

from dashboard import contract, session
from dashboard.components.cards import heading
from dashboard.components.states import empty
from dashboard.components.tables import rows_table
from dashboard.definitions import Definition, definitions, in_force
from dashboard.explanations import resting_on
from dashboard.formats import count_of, plain
from dashboard.ingest.report import MEANINGS


def search_box(label: str) -> str:
    """Words to look for; in the link, so that a definition can be sent to somebody."""
    return st.text_input(label, key="search", bind="query-params", max_chars=100).strip()


def metric_list(words: str, pages: Mapping[str, str]) -> None:
    """Every metric whose text holds the words, by page: opened where something was looked for.

    ``pages`` has the title of each page by its file.
    """
    everything = definitions()
    found = [each for each in everything if each.matches(words)]
    if not found:
        empty(f"0 metrics hold {words}.", "Look for fewer or other words.")
        return
    heading(
        f"{count_of(len(found), 'metric')} hold {words}"
        if words
        else f"{count_of(len(everything), 'metric')}, each with its formula, edge cases and source"
    )
    for subject, of_subject in groupby(found, key=lambda each: each.subject):
        listed = list(of_subject)
        about = listed[0].about
        name = subject.replace("_", " ").capitalize()
        with st.expander(f"{name}: {count_of(len(listed), 'metric')}", expanded=bool(words)):
            chosen = in_force(about.rule, session.policy(), session.retention_policy())
            st.caption(
                plain(
                    f"Page {pages[about.page]}. Source: {about.source}. Computed over "
                    f"{', '.join(about.questions)}. In force: {chosen}"
                )
            )
            for each in listed:
                st.markdown(_entry(each))


def _entry(each: Definition) -> str:
    edge_cases = f"  \n{plain(each.edge_cases)}" if each.edge_cases else ""
    return (
        f"**{plain(each.label)}** ({plain(each.unit)}; {plain(each.direction)})  \n"
        f"{plain(each.formula)}{edge_cases}"
    )


def table_columns(words: str) -> None:
    """Every column of the contract whose name or meaning holds the words."""
    rows = [
        {
            "table_name": table.name,
            "column_name": column.name,
            "type": column.sql_type,
            "required": column.required,
            "allowed": ", ".join(column.vocabulary) or None,
            "meaning": column.comment,
        }
        for table in contract.tables().values()
        for column in table.columns
        if all(
            word in f"{table.name} {table.comment} {column.name} {column.comment}".lower()
            for word in words.lower().split()
        )
    ]
    heading(f"{count_of(len(rows), 'column')} of the contract{' hold ' + words if words else ''}")
    if rows:
        rows_table(pl.DataFrame(rows), key="contract_columns", label="Columns of the contract")


def needed_by(tables: pl.DataFrame) -> pl.DataFrame:
    """Tables with the number of questions that have no answer without each."""
    resting = [len(resting_on(table)) for table in tables["table_name"]]
    return tables.with_columns(pl.Series("questions_resting_on_it", resting, dtype=pl.Int64))


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Rules as sentences, the code beside them."""
    return rows.with_columns(
        pl.col("rule").replace(MEANINGS).alias("what_is_wrong"),
    ).select("table_name", "what_is_wrong", pl.exclude("table_name", "what_is_wrong"))
