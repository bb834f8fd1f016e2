"""Data: what was loaded, how old it is, what was refused and which rules are broken."""

import polars as pl
import streamlit as st

from dashboard.components.cards import exhibit_card
from dashboard.components.states import empty
from dashboard.exhibit import Exhibit, Source
from dashboard.formats import count_of
from dashboard.queries import accounts
from dashboard.queries import data as queries
from dashboard.session import filters, load

st.title("Data")

among = filters().unfiltered()
tables = load(queries.tables, among)
loaded = tables.filter(pl.col("is_loaded"))
absent = tables.filter(~pl.col("is_loaded"))["table_name"].to_list()
exhibit_card(
    Exhibit(
        key="tables",
        title=f"{len(loaded)} of {count_of(len(tables), 'table')} are loaded, "
        f"{count_of(int(loaded['loaded_rows'].sum()), 'row')}",
        definition=(
            "Tables of the contract: rows that count, rows refused on import, and the latest day "
            "any row speaks of."
        ),
        frame=tables,
        source=Source("data/tables"),
        notes=(f"Not loaded: {', '.join(absent)}.",) if absent else (),
    ),
    among,
)
refused = load(queries.quarantine, among)
if refused.is_empty():
    empty("No row was refused.", "Rows that break a rule on import would be listed here.")
else:
    exhibit_card(
        Exhibit(
            key="quarantine",
            title=f"{count_of(int(refused['refused_rows'].sum()), 'row')} were refused on import",
            definition="Rows that broke a rule and count in no number, by table, column and rule.",
            frame=refused,
            source=Source("data/quarantine"),
        ),
        among,
    )
broken = load(queries.broken_rules, among)
if not broken.is_empty():
    exhibit_card(
        Exhibit(
            key="broken_rules",
            title=f"{count_of(int(broken['broken_rows'].sum()), 'loaded row')} break a rule",
            definition="Rules over several rows that loaded data break; the rows still count.",
            frame=broken,
            source=Source("data/broken_rules"),
        ),
        among,
    )
without_rate = load(accounts.without_rate, among)
if not without_rate.is_empty():
    exhibit_card(
        Exhibit(
            key="without_rate",
            title=f"{count_of(int(without_rate['amounts'].sum()), 'amount')} have no exchange rate",
            definition="Amounts whose currency has no rate on the as-of date; no sum holds them.",
            frame=without_rate,
            source=Source("accounts/without_rate"),
        ),
        among,
    )
