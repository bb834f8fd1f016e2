"""One account: which one is meant, its facts, and cards of its records."""

import html
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard import session
from dashboard.charts.palette import WORDS as BANDS
from dashboard.components.cards import exhibit_card, heading
from dashboard.components.states import missing_part
from dashboard.components.tables import WORDS
from dashboard.exhibit import Exhibit
from dashboard.filters import Filters
from dashboard.formats import NOT_AVAILABLE, Unit, distinct_names, plain, visible

OFFERED: Final = 5_000
"""Accounts in the list; the others open by link."""
_CHOICE, _SEEN = "account_choice", "account_seen"


def wanted_account(choices: pl.DataFrame) -> str:
    """Id of the account that the link names, else of the one seen last, else of the largest.

    The list is a way to change the link: what is shown depends on the link alone.
    """
    if "name" in st.query_params:
        del st.query_params["name"]  # It was there for the table that the link stood in.
    names = _labels(choices)
    wanted = st.query_params.get("account") or st.session_state.get(_SEEN)
    if not wanted:
        wanted = next(iter(names))
    if st.query_params.get("account") != wanted:
        st.query_params["account"] = wanted
    st.session_state[_SEEN] = wanted
    st.session_state[_CHOICE] = wanted if wanted in names else None
    st.selectbox(
        "Account",
        list(names),
        format_func=lambda account_id: names.get(account_id, account_id),
        key=_CHOICE,
        on_change=_follow,
        placeholder="Type a part of a name",
    )
    return str(wanted)


def _follow() -> None:
    chosen = st.session_state[_CHOICE]
    if chosen:
        st.query_params["account"] = chosen


def _labels(choices: pl.DataFrame) -> dict[str, str]:
    """Names by id; those cut to the same carry their id, those without a letter are their id."""
    return distinct_names(
        (account_id, visible(name).strip()[:100])
        for account_id, name in choices.select("account_id", "account_name").iter_rows()
    )


def record_card(exhibit: Exhibit, among: Filters, *, needs: str | None = None) -> None:
    """A card of records; without any it is a sentence, without their table it says which."""
    if needs and needs in session.freshness().absent:
        missing_part(exhibit.title, (needs,))
    elif exhibit.frame.is_empty():
        with st.container(border=True, key=f"card_{exhibit.key}"):
            heading(exhibit.title)
            st.caption(plain(exhibit.definition))
    else:
        exhibit_card(exhibit, among)


def facts_of(row: dict[str, Any], currency: str, *, why: str | None = None) -> pl.DataFrame:
    """Facts as they read, one row per fact; over one row of ``queries.account.FACTS``."""
    seats = None
    if row["licensed_seats"] is not None:
        seats = f"{row['active_users'] or 0:,} of {row['licensed_seats']:,}"
    features = None
    if row["features_used"] is not None:
        features = f"{row['features_used']} of {row['features_entitled'] or NOT_AVAILABLE}"
    call = _words(row["csm_category"])
    if call and row["csm_likelihood"] is not None:
        call = f"{call}, {row['csm_likelihood']:.0%}"
    said = {
        "Segment": row["segment"],
        "Region": row["region"],
        "Industry": row["industry"],
        "CSM": row["csm_name"] or row["csm_id"] or "Unassigned",
        "CSM's manager": row["manager_name"],
        "Served": _words(row["touch_model"]),
        "Stage": _since(row["lifecycle_stage"], row["stage_since_on"]),
        "Maturity": row["maturity"],
        "Customer since": _day(row["customer_since"]),
        "Left on": _day(row["churned_on"]),
        "Billed in": row["account_currency"]
        if row["account_currency"] == currency
        else f"{row['account_currency']}, shown in {currency}",
        "Health": _health(row),
        "Next renewal": _day(row["due_on"]),
        "Due then": None
        if row["due_on"] is None
        else Unit.MONEY.text(row["arr_due"], currency=currency),
        "CSM's call": call,
        "Customer's own answer": _words(row["renewal_likelihood"]),
        "Seats in use": seats,
        "Features used": features,
        "Support cases open": f"{row['open_cases']:,}",
        "Last answer in a survey": _day(row["answered_on"]),
        "Last touch": _day(row["last_touch_on"]),
        "Account id": row["account_id"],
        "Why you see it": why,
    }
    rows = [(name, NOT_AVAILABLE if value is None else value) for name, value in said.items()]
    unsaid = {name for name in ("Left on", "Why you see it") if said[name] is None}
    return pl.DataFrame(
        [each for each in rows if each[0] not in unsaid],
        schema={"fact": pl.String, "value": pl.String},
        orient="row",
    )


def facts_list(facts: pl.DataFrame) -> None:
    """Facts side by side, as many as fit."""
    said = "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(visible(value))}</dd></div>"
        for name, value in facts.iter_rows()
    )
    st.html(f'<dl class="facts">{said}</dl>')


def _words(code: str | None) -> str | None:
    if code is None:
        return None
    read = WORDS.get(code, code).replace("_", " ")
    return read[:1].upper() + read[1:]


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day:%-d %b %Y}"


def _since(stage: str, since: date | None) -> str:
    return stage if since is None else f"{stage}, since {since:%-d %b %Y}"


def _health(row: dict[str, Any]) -> str:
    if row["overall_score"] is None:
        return BANDS["not scored"]
    return f"{BANDS[row['health_band']]}, {row['overall_score']:.0f} of 100"
