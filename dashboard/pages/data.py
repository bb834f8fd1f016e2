"""Definitions and data: what each number means, what was loaded, and what breaks a rule."""

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.components.cards import exhibit_card
from dashboard.components.definitions import (
    in_words,
    metric_list,
    needed_by,
    search_box,
    table_columns,
)
from dashboard.components.states import empty, left_out
from dashboard.components.views import chosen_view
from dashboard.exhibit import Exhibit, Source
from dashboard.findings import data as findings
from dashboard.navigation import ENTRIES
from dashboard.queries import accounts
from dashboard.queries import data as queries
from dashboard.session import filters, freshness, load, scope
from dashboard.vocabulary import NOTICES

MOST = 500

st.title("Definitions and data")

among = filters().unfiltered()
view = chosen_view(["Metrics", "Tables", "Broken rules", "Worth knowing", "Unmapped values"])

if view == "Metrics":
    metric_list(
        search_box("Search metrics by any word, such as churn or HB"),
        {entry.file: entry.title for entry in ENTRIES},
    )

elif view == "Tables":
    looked_for = search_box("Search tables and columns by any word, such as renewal or currency")
    tables = load(queries.tables, among)
    absent = tables.filter(~pl.col("is_loaded"))["table_name"].to_list()
    exhibit_card(
        Exhibit(
            key="tables",
            title=findings.tables(tables),
            definition=(
                "Tables of the contract: rows that count, rows refused on import, and the latest "
                "day any row speaks of."
            ),
            frame=needed_by(tables),
            source=Source("data/tables"),
            notes=(
                *((f"Not loaded: {', '.join(absent)}.",) if absent else ()),
                *((freshness().derived_note,) if freshness().derived else ()),
            ),
        ),
        among,
    )
    table_columns(looked_for)

elif view == "Broken rules":
    broken, broken_rows, refused, refused_rows, without_rate = together(
        asked(queries.broken_rules, among),
        asked(queries.broken_rows, among, most=MOST),
        asked(queries.quarantine, among),
        asked(queries.refused_rows, among, most=MOST),
        asked(accounts.without_rate, among),
    )
    if not scope().all_accounts:
        empty(
            "Rows that break a rule are shown to those who see every account.",
            "They may name customers that are not yours.",
        )
    elif broken.is_empty() and refused.is_empty() and without_rate.is_empty():
        empty(
            "0 rows break a rule, 0 were refused, and 0 amounts lack an exchange rate.",
            "The rules are in the contract; they are checked at every import.",
        )
    if not broken.is_empty():
        exhibit_card(
            Exhibit(
                key="broken_rules",
                title=findings.broken_rules(broken),
                definition=(
                    "Rules over several rows that loaded data break; the rows still count. ARR "
                    "in the currency of each row."
                ),
                frame=in_words(broken),
                source=Source("data/broken_rules"),
            ),
            among,
        )
        exhibit_card(
            Exhibit(
                key="broken_rows",
                title=findings.rows_shown(broken_rows, "broken_rows", "break a rule"),
                definition="Each row with the rule it breaks, the largest ARR first.",
                frame=in_words(broken_rows.drop("broken_rows")),
                source=Source("data/broken_rows", {"most": MOST}),
            ),
            among,
        )
    if not refused.is_empty():
        exhibit_card(
            Exhibit(
                key="quarantine",
                title=findings.refused(refused),
                definition="Rows that broke a rule and count in no number, by table and rule.",
                frame=in_words(refused),
                source=Source("data/quarantine"),
            ),
            among,
        )
        exhibit_card(
            Exhibit(
                key="refused_rows",
                title=findings.rows_shown(refused_rows, "refused_rows", "were refused"),
                definition="Each refused row with its file, line and the value, the largest first.",
                frame=in_words(refused_rows.drop("refused_rows")),
                source=Source("data/refused_rows", {"most": MOST}),
            ),
            among,
        )
    left_out(
        (findings.beyond(broken_rows, "broken_rows"), "broken row", "beyond those listed"),
        (findings.beyond(refused_rows, "refused_rows"), "refused row", "beyond those listed"),
    )
    if not without_rate.is_empty():
        exhibit_card(
            Exhibit(
                key="without_rate",
                title=findings.without_rate(without_rate),
                definition="Amounts whose currency has no rate on the as-of date; in no sum.",
                frame=without_rate,
                source=Source("accounts/without_rate"),
            ),
            among,
        )

elif view == "Worth knowing":
    noticed = load(queries.notices, among)
    if not scope().all_accounts:
        empty(
            "What is noticed in the data is shown to those who see every account.",
            "It counts customers that are not yours.",
        )
    elif noticed.is_empty():
        empty(
            "0 rows are worth a notice: no trial, overlap, late booking or twin was found.",
            "Each load counts them anew.",
        )
    else:
        exhibit_card(
            Exhibit(
                key="notices",
                title=findings.notices(noticed),
                definition=(
                    "What breaks no rule of the contract but a reader should know. Every row "
                    "counts as its notice says. ARR in the currency of each row."
                ),
                frame=noticed.with_columns(pl.col("notice").replace_strict(NOTICES)),
                source=Source("data/notices"),
            ),
            among,
        )

else:
    unmapped = load(queries.unmapped_values, among)
    if unmapped.is_empty():
        empty(
            "Every stage, segment and category is known: 0 values are unmapped.",
            "A new word in your data would be listed here with its amount; the rows count anyway.",
        )
    else:
        exhibit_card(
            Exhibit(
                key="unmapped_values",
                title=findings.unmapped(unmapped),
                definition=(
                    "Stages, segments and categories that no setting and no page knows by name. "
                    "Their rows count in every number; a limit, weight or band that rests on the "
                    "word does not apply to them. Customers count with their ARR, open "
                    "opportunities with their amount, open renewals with the ARR due, open risks "
                    "with the customer's ARR."
                ),
                frame=unmapped,
                source=Source("data/unmapped_values"),
            ),
            among,
        )
