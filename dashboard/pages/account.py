"""Account: everything known of one customer, on one page."""

import html
from datetime import timedelta

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts.palette import WORDS
from dashboard.components import account_views as views
from dashboard.components.account import OFFERED, wanted_account
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.components.views import chosen_view
from dashboard.formats import visible
from dashboard.metrics import account as metrics
from dashboard.queries import account as queries
from dashboard.session import filters, load, policy, years_before

VIEWS = {
    "Summary": views.summary,
    "Health and usage": views.health_and_use,
    "Money": views.money,
    "Voice and support": views.voice_and_support,
    "Plan and risks": views.plan_and_risks,
    "Timeline": views.timeline,
}
YEARS = 3

st.title("Account")

among, currency = filters().unfiltered(), policy().reporting_currency
choices = load(queries.choices, among, most=OFFERED)
if choices.is_empty():
    empty(
        f"There is no account that you may see as of {among.as_of:%-d %b %Y}.",
        "Choose another as-of date, or ask whoever keeps the list of accounts.",
    )
    st.stop()

account_id = wanted_account(choices)
recent = among.window(years_before(among.as_of, YEARS), None)
view = chosen_view(list(VIEWS))
facts, weeks = together(
    asked(queries.facts, among, account_id=account_id),
    asked(queries.weeks, recent, account_id=account_id),
)
if facts.is_empty():
    empty(
        "There is no account with this id that you may see.",
        "Choose one from the list, or ask whoever sent you the link.",
    )
    st.stop()

row = facts.row(0, named=True)
name = html.escape(visible(row["account_name"]))


def weeks_before(count: int) -> pl.DataFrame:
    """The account as it stood so many weeks before, as far as weeks tell."""
    return weeks.filter(pl.col("week_on") <= among.as_of - timedelta(weeks=count)).tail(1)


# No Markdown: it would make a link of whatever looks like an address.
st.html(f'<h2 class="account">{name}</h2>')
with kpi_row():
    kpi(
        metrics.arr,
        facts,
        before=weeks_before(52),
        versus="a year before",
        series=weeks["arr"].reverse().gather_every(4).to_list()[12::-1],
    )
    band = WORDS[row["health_band"] or "not scored"]
    kpi(
        metrics.score,
        facts,
        before=weeks_before(4),
        versus="4 weeks before",
        series=weeks["overall_score"].to_list()[-13:],
        suffix=f" {band}",
    )
    kpi(metrics.arr_due, facts)
    kpi(metrics.seats_used, facts, before=weeks_before(13), versus="13 weeks before")
    kpi(metrics.last_answer, facts)
    kpi(metrics.open_risks, facts)
kpi_note(
    f"As of {among.as_of:%-d %b %Y}; amounts in {currency}"
    + ("." if row["account_currency"] == currency else f", billed in {row['account_currency']}.")
)

VIEWS[view](views.Opened(row, facts, weeks, among, recent))

left_out(
    (
        int(choices["accounts"][0]) - OFFERED,
        "account",
        f"beyond the {OFFERED:,} largest, not offered in the list but opened by their link",
    ),
)
