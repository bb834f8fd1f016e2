"""What most people would write first: whole tables through the cache, pandas, charts at each run.

The content of the dashboard's Overview, Renewals and Retention, nine charts on one page, over the
same file. Where it is simpler than the dashboard it is to its own advantage: no scope, no late
bookings, no definitions, no drilling.
"""

import os

import altair as alt
import duckdb
import pandas as pd  # noqa: TID251 -- the point of it
import streamlit as st

AS_OF = pd.Timestamp("2026-10-31")
MEASURES = {
    "outcomes": ["deployment", "engagement", "adoption", "roi"],
    "experience": ["nps", "support", "sentiment"],
}

st.set_page_config(page_title="Naive", layout="wide")
alt.data_transformers.disable_max_rows()


@st.cache_data(show_spinner=False)
def table(name: str) -> pd.DataFrame:
    """A whole table."""
    with duckdb.connect(os.environ["NAIVE_WAREHOUSE"], read_only=True) as connection:
        return connection.execute(f"select * from {name}").df()


def usd(frame: pd.DataFrame, column: str) -> pd.Series:
    """An amount in dollars at the rates of today."""
    rates = table("fx_rates").sort_values("valid_on").query("valid_on <= @AS_OF")
    rate = rates.groupby("currency")["rate_to_reporting"].last()
    of_each = frame["currency"].map(rate).astype(float).where(frame["currency"] != "USD", 1.0)
    return frame[column].astype(float) * of_each


def arr_on(lines: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """ARR by account on a day."""
    live = lines[(lines["starts_on"] <= day) & (lines["ends_on"].isna() | (lines["ends_on"] > day))]
    return live.groupby("account_id")["usd"].sum().round(2)


accounts = table("accounts").fillna({"currency": "USD"})
chosen = st.sidebar.multiselect("Segment", sorted(accounts["segment"].unique()))
if chosen:
    accounts = accounts[accounts["segment"].isin(chosen)]
of_account = accounts.set_index("account_id")

lines = table("subscriptions")
lines = lines[lines["account_id"].isin(of_account.index)].copy()
lines["currency"] = lines["currency"].fillna(lines["account_id"].map(of_account["currency"]))
lines["usd"] = usd(lines, "arr")
months = [*pd.date_range(end=AS_OF, periods=24, freq="MS"), AS_OF]
arr = {month: arr_on(lines, month) for month in months}
st.markdown(f"### ARR {arr[AS_OF].sum():,.2f}")

scores = table("health_scores")
scores = scores[scores["account_id"].isin(of_account.index)]
recent = scores[scores["measured_on"] > AS_OF - pd.Timedelta(days=60)].sort_values("measured_on")
wide = recent.groupby(["account_id", "measure"])["score"].last().unstack()
overall = pd.concat([wide[each].mean(axis=1) for each in MEASURES.values()], axis=1).mean(axis=1)
band = pd.cut(overall, [-1, 40, 70, 101], right=False, labels=["red", "amber", "green"]).astype(str)

by_month = pd.DataFrame(
    [
        {"month": month, "arr": book.sum(), "customers": int((book > 0).sum())}
        for month, book in arr.items()
    ]
)
retained = []
for month in months[12:]:
    was, now = arr_on(lines, month - pd.DateOffset(years=1)), arr[month]
    now = now.reindex(was.index).fillna(0)
    retained.append({"month": month, "nrr": now.sum() / was.sum(),
                     "grr": now.clip(upper=was).sum() / was.sum(),
                     "logos": (now > 0).sum() / (was > 0).sum()})  # fmt: skip
kept = pd.DataFrame(retained)

due = table("renewals")
due = due[due["account_id"].isin(of_account.index)].copy()
due["currency"] = due["currency"].fillna(due["account_id"].map(of_account["currency"]))
due["usd"] = usd(due, "arr_due")
due["quarter"] = due["due_on"].dt.to_period("Q").astype(str)
due["band"] = due["account_id"].map(band).fillna("not scored")
due["segment"] = due["account_id"].map(of_account["segment"])
answers = table("survey_responses").query("survey == 'nps' and score.notna()")
answers = answers[answers["account_id"].isin(of_account.index)].copy()
answers["month"] = answers["responded_on"].dt.to_period("M").dt.to_timestamp()
answers["nps"] = 100 * ((answers["score"] >= 9).astype(int) - (answers["score"] < 7).astype(int))

for title, rows, mark, x, y, colour in [
    ("ARR", by_month, "line", "month:T", "arr:Q", None),
    ("Customers", by_month, "line", "month:T", "customers:Q", None),
    ("NRR", kept, "line", "month:T", "nrr:Q", None),
    ("GRR", kept, "line", "month:T", "grr:Q", None),
    ("Logo retention", kept, "line", "month:T", "logos:Q", None),
    ("Renewals due", due[["quarter", "usd", "band"]], "bar", "quarter:N", "sum(usd):Q", "band:N"),
    ("Renewals", due[["quarter", "segment"]], "bar", "quarter:N", "count():Q", "segment:N"),
    ("NPS", answers[["month", "nps"]], "line", "month:T", "mean(nps):Q", None),
    ("Bands", band.rename("band").reset_index(), "bar", "band:N", "count():Q", None),
]:
    encoded = {"x": x, "y": y} | ({"color": colour} if colour else {})
    st.altair_chart(getattr(alt.Chart(rows, title=title), f"mark_{mark}")().encode(**encoded))
at_risk = due[(due["status"] == "open") & (due["band"] == "red")]
st.dataframe(at_risk.sort_values("usd", ascending=False))
