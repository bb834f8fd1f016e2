"""The triggers of risk on a page: on whom they fire, whom they cannot judge, and the register."""

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import triggers as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.states import empty, left_out, missing_part
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import triggers as findings
from dashboard.formats import plain
from dashboard.queries import triggers as queries
from dashboard.session import MissingTableError, load, policy, theme


def draw(among: Filters) -> None:
    """What the triggers find today, and where the register says otherwise."""
    currency = policy().reporting_currency
    fired, judged = together(asked(queries.fired, among), asked(queries.judged, among))
    if judged.is_empty():
        empty(
            f"No customer as of {among.as_of}: the triggers have nobody to judge.",
            "Choose another as-of date, or take away a filter.",
        )
        return
    health = policy().health
    rules = policy().risks.rules(
        stale_after_days=health.stale_after_days,
        sentiment_red_below=health.band("sentiment").red_below,
    )
    with st.expander("When a trigger fires: the rules in force"):
        st.markdown(
            "\n\n".join(f"**{category}**: {plain(rule)}." for category, rule in rules.items())
        )
        st.caption(
            "External is entered by hand. The rules are settings; a median is that of the whole "
            "company's customers of the segment."
        )
    measure = st.segmented_control(
        "Show", ["customers", "ARR"], default="customers", required=True,
        key="triggers_measure", bind="query-params",
    )  # fmt: skip
    drawn = charts.findings(judged, fired)

    def behind_finding(mark: Mark) -> pl.DataFrame:
        """Customers of one category and finding."""
        return load(queries.customers, among).filter(
            pl.col("category") == mark["category"], pl.col("finding") == mark["finding"]
        )

    exhibit_card(
        Exhibit(
            key="triggers",
            title=findings.fired(fired, drawn, currency=currency),
            definition=(
                "Each trigger over every customer of the as-of date. Who cannot be judged, for "
                "want of data, of fresh data or of time as a customer, is neither at risk nor "
                f"well. {' '.join(f'{name}: {rule}.' for name, rule in rules.items())}"
            ),
            frame=judged,
            source=Source("triggers/judged"),
            chart=charts.findings_chart(measure, currency, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("category", "finding"),
                rows=behind_finding,
                source=Source("triggers/customers"),
                amount="arr" if measure == "ARR" else None,
                noun="customer",
            ),
        ),
        among,
    )
    if not fired.is_empty():
        exhibit_card(
            Exhibit(
                key="fired",
                title=findings.found(fired),
                definition=(
                    "What every trigger fires on, the largest customer first: what was found, the "
                    "value beside its threshold, the day it was seen, and since when where that "
                    "can be told."
                ),
                frame=fired,
                source=Source("triggers/fired"),
            ),
            among,
        )
    _against_the_register(among, currency)
    apart = judged.drop_nulls("not_judged")
    left_out(
        (
            int(apart["customers"].sum()),
            "finding",
            "that a trigger could not make: the table of the first card has the reasons",
        )
    )


def _against_the_register(among: Filters, currency: str) -> None:
    try:
        lacking, over = together(
            asked(queries.not_registered, among), asked(queries.no_longer, among)
        )
    except MissingTableError as error:
        missing_part("Triggers against the register", error.tables)
        return
    exhibit_card(
        Exhibit(
            key="not_registered",
            title=findings.not_registered(lacking, currency=currency),
            definition=(
                "Customers on whom a trigger fires while no risk of its category, of whatever "
                "source, is open for them. A customer stands here once per category; the title "
                "counts it once."
            ),
            frame=lacking,
            source=Source("triggers/not_registered"),
        ),
        among,
    )
    exhibit_card(
        Exhibit(
            key="no_longer",
            title=findings.no_longer(over, currency=currency),
            definition=(
                "Risks that a rule opened, that are still open, and whose trigger does not fire: "
                "it finds the customer well, it cannot judge it, or there is no trigger, because "
                "the account is no customer or the category has none. ARR counted once is the "
                "account's on the first of its risks here."
            ),
            frame=over,
            source=Source("triggers/no_longer"),
        ),
        among,
    )
