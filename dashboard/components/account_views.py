"""The views of one account: each loads what it draws, with a card for each kind of record."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.annotations import notes_on
from dashboard.answers import asked_if_loaded, together
from dashboard.charts import account as charts
from dashboard.charts import health as health_charts
from dashboard.components.account import facts_list, facts_of, record_card
from dashboard.components.annotations import notes_panel
from dashboard.components.cards import exhibit_card, heading
from dashboard.components.forecast import FITTING
from dashboard.exhibit import Exhibit, Source, Timed
from dashboard.filters import Filters
from dashboard.findings import account as findings
from dashboard.findings import health as health_findings
from dashboard.forecasts.questions import ahead
from dashboard.formats import plain
from dashboard.queries import account as queries
from dashboard.queries import account_records as records
from dashboard.queries import health
from dashboard.reasons import why_account
from dashboard.session import policy, theme

ARR_STEPS: Final = "at the rates of the as-of date, so that no step is one of a rate"


@dataclass(frozen=True, slots=True)
class Opened:
    """The account that is shown: one row of its facts, and the filters it is shown with."""

    row: dict[str, Any]
    facts: pl.DataFrame
    weeks: pl.DataFrame
    among: Filters
    recent: Filters

    @property
    def account_id(self) -> str:
        """The company's id."""
        return str(self.row["account_id"])

    def source(self, question: str) -> Source:
        """The question about this account."""
        return Source(question, {"account_id": self.account_id})


def summary(opened: Opened) -> None:
    """Facts, ARR and health over time, and what is thought of the next renewal."""
    currency = policy().reporting_currency
    read = facts_of(opened.row, currency, why=why_account(opened.account_id))
    exhibit_card(
        Exhibit(
            key="account_facts",
            title=findings.facts(opened.row, opened.among.as_of),
            definition=(
                "What the company's systems say of this account on the as-of date. Industry, "
                "maturity and currency have no history: they are those of the last load."
            ),
            frame=read,
            source=opened.source("account/facts"),
            lead=lambda: facts_list(read),
        ),
        opened.among,
    )
    left, right = st.columns(2)
    with left:
        health_card(opened)
    with right:
        arr_card(opened)
    with st.container(border=True, key="card_account_notes"):
        notes = notes_on(opened.account_id, opened.among.as_of)
        heading(findings.notes(None if notes is None else len(notes)))
        notes_panel("account_notes", opened.account_id, opened.among)
    likelihood_card(opened)


def health_card(opened: Opened) -> None:
    """The weekly score."""
    bands = policy().health.overall
    weeks = charts.scored(opened.weeks)
    record_card(
        Exhibit(
            key="account_health",
            title=findings.health(opened.weeks, opened.among.as_of),
            definition=(
                "Overall score at each week's last measurement, 0 to 100, by the weights and "
                f"bands of the policy: red below {bands.red_below:g}, amber below "
                f"{bands.amber_below:g}. A week with too little measured has no point."
            ),
            frame=weeks.select(queries.WEEKS.names()),
            source=opened.source("account/weeks"),
            chart=charts.health_by_week(bands.red_below, bands.amber_below, theme()),
            drawn=weeks,
            timed=Timed("week_on"),
        ),
        opened.recent,
        needs="health_scores",
    )


def arr_card(opened: Opened) -> None:
    """ARR of each week."""
    currency = policy().reporting_currency
    weeks = opened.weeks.filter(pl.col("arr").is_not_null())
    record_card(
        Exhibit(
            key="account_arr",
            title=findings.arr_over_time(weeks, currency=currency),
            definition=f"ARR at the end of each week, in {currency} {ARR_STEPS}.",
            frame=weeks,
            source=opened.source("account/weeks"),
            chart=charts.arr_over_time("week_on", currency, theme()),
            drawn=weeks,
            timed=Timed("week_on"),
        ),
        opened.recent,
    )


def likelihood_card(opened: Opened) -> None:
    """The customer's answer, the CSM's call and the model's probability, side by side."""
    if opened.row["renewal_id"] is None:
        return
    with st.spinner(FITTING):
        (renewals,) = together(asked_if_loaded(ahead.open_renewals, opened.among))
    renewals = renewals.filter(account_id=opened.account_id)
    answer = opened.row["renewal_likelihood"]
    frame = renewals.select(
        "renewal_id",
        "due_on",
        "arr_due",
        pl.when(pl.col("renewal_id") == opened.row["renewal_id"])
        .then(pl.lit(answer, dtype=pl.String))
        .alias("renewal_likelihood"),
        "csm_category",
        "csm_likelihood",
        "probability",
        "base_rate",
        "pushed_down",
        "pushed_up",
    )
    record_card(
        Exhibit(
            key="account_likelihood",
            title=findings.likelihood(frame),
            definition=(
                "Three voices on each open renewal: what the customer answered in the renewal "
                "survey, what the CSM called, and the probability of the model of the forecast, "
                "with the base rate of the segment and what moves the model away from it."
            ),
            frame=frame,
            source=Source("forecast/open_renewals"),
        ),
        opened.among,
        needs="renewals",
    )


def health_and_use(opened: Opened) -> None:
    """What the score is made of, and how much the product is used."""
    (parts,) = together(
        asked_if_loaded(health.contributions, opened.among, account_id=opened.account_id)
    )
    record_card(
        Exhibit(
            key="account_contributions",
            title=health_findings.contributions(parts, opened.row["account_name"]),
            definition=(
                "What each measure adds to the overall score: its score times its weight. The "
                "pale bar is the most it could add. The weight of a missing or stale measure "
                "goes to the others of its half; contributions sum to the score."
            ),
            frame=parts,
            source=opened.source("health/contributions"),
            chart=health_charts.contributions(theme()),
            drawn=health_charts.made_of(parts),
        ),
        opened.among,
        needs="health_scores",
    )
    health_card(opened)
    left, right = st.columns(2)
    for place, key, noun, part, most, title, said in (
        (left, "account_use", "People", "active_users", "licensed_seats", findings.use,
         "People who used the product in each week that was over, and the seats licensed in it."),
        (right, "account_features", "Features", "features_used", "features_entitled",
         findings.features,
         "Features used in each week that was over, and those the account may use."),
    ):  # fmt: skip
        drawn = charts.used(opened.weeks, most, part)
        with place:
            record_card(
                Exhibit(
                    key=key,
                    title=title(opened.weeks, opened.among.as_of),
                    definition=said,
                    frame=drawn.select("week_on", part, most),
                    source=opened.source("account/weeks"),
                    chart=charts.use_by_week(noun, theme()),
                    drawn=drawn,
                    timed=Timed("week_on"),
                ),
                opened.recent,
                needs="usage_weekly",
            )


def money(opened: Opened) -> None:
    """ARR and its history, contract lines, renewals and sales."""
    currency, among, account_id = policy().reporting_currency, opened.among, opened.account_id
    history, lines, renewals, sales = together(
        asked_if_loaded(records.arr_history, among, account_id=account_id),
        asked_if_loaded(records.lines, among, account_id=account_id),
        asked_if_loaded(records.renewals, among, account_id=account_id),
        asked_if_loaded(records.opportunities, among, account_id=account_id),
    )
    if opened.row["account_currency"] != currency:
        st.caption(
            plain(
                f"The account pays in {opened.row['account_currency']}. Amounts are in {currency} "
                f"at the rate of {among.as_of:%-d %b %Y}; contract lines also show what is billed."
            )
        )
    record_card(
        Exhibit(
            key="account_arr_history",
            title=findings.arr_over_time(history, currency=currency),
            definition=(
                f"ARR from each day on which it changed, in {currency} {ARR_STEPS}. Lines that "
                "end and begin on one day for the same amount are no change."
            ),
            frame=history,
            source=opened.source("account_records/arr_history"),
            chart=charts.arr_over_time("changed_on", currency, theme()),
            drawn=charts.until(history, among.as_of),
        ),
        among,
    )
    for key, frame, title, said, question, table in (
        ("account_renewals", renewals, findings.renewals(renewals, currency=currency),
         "Renewals past and to come, as they stood on the as-of date, with the CSM's latest call "
         "by then and the customer's own answer.", "renewals", "renewals"),
        ("account_opportunities", sales, findings.opportunities(sales, currency=currency),
         "Expansion sales: open ones as they were on the as-of date with their own probability, "
         "else that of their stage; closed ones as they closed.", "opportunities",
         "opportunities"),
        ("account_lines", lines, findings.lines(lines, currency=currency),
         "What the account pays for, line by line; those that are live on the as-of date first. "
         "Billed ARR is in the currency of the line.", "lines", "subscriptions"),
    ):  # fmt: skip
        record_card(
            Exhibit(
                key=key,
                title=title,
                definition=said,
                frame=frame,
                source=opened.source(f"account_records/{question}"),
            ),
            among,
            needs=table,
        )


def voice_and_support(opened: Opened) -> None:
    """What its people say, what they wait for, and who they are."""
    currency, among, account_id = policy().reporting_currency, opened.among, opened.account_id
    answers, cases, people, family = together(
        asked_if_loaded(records.surveys, among, account_id=account_id),
        asked_if_loaded(records.support_cases, among, account_id=account_id),
        asked_if_loaded(queries.people, among, account_id=account_id),
        asked_if_loaded(queries.family, among, account_id=account_id),
    )
    for key, frame, title, said, question, table in (
        ("account_surveys", answers, findings.surveys(answers),
         "Invitations to the NPS question (0 to 10) and to rate satisfaction (1 to 5), with the "
         "answers given by the as-of date.", "account_records/surveys", "survey_responses"),
        ("account_cases", cases, findings.cases(cases),
         "Support cases opened by the as-of date; days open count to the closing, else to the "
         "as-of date.", "account_records/support_cases", "support_cases"),
        ("account_people", people, findings.people(people),
         "Colleagues who own or touched the account, with their last touch, and people of the "
         "customer who were asked in surveys, with their last answer.", "account/people", None),
        ("account_family", family, findings.family(family, currency=currency),
         "The account it belongs to and those that belong to it, as far as you may see them.",
         "account/family", None),
    ):  # fmt: skip
        record_card(
            Exhibit(
                key=key, title=title, definition=said, frame=frame, source=opened.source(question)
            ),
            among,
            needs=table,
        )


def plan_and_risks(opened: Opened) -> None:
    """What the customer wants, what stands against it, and what it did for us."""
    currency, among, account_id = policy().reporting_currency, opened.among, opened.account_id
    aims, dangers, events = together(
        asked_if_loaded(records.objectives, among, account_id=account_id),
        asked_if_loaded(records.risks, among, account_id=account_id),
        asked_if_loaded(queries.timeline, among, account_id=account_id),
    )
    favours = events.filter(kind="advocacy")
    for key, frame, title, said, question, table in (
        ("account_objectives", aims, findings.objectives(aims),
         "What the customer wants to achieve; progress is the way from the start to the goal. "
         "Values and status have no history: they are those of the last load.",
         "account_records/objectives", "objectives"),
        ("account_risks", dangers, findings.risks(dangers),
         "Risks opened by the as-of date, those not resolved on it first.",
         "account_records/risks", "risks"),
        ("account_advocacy", favours, findings.advocacy(favours, currency=currency),
         "What the customer did for the company, with the ARR of the sales it helped.",
         "account/timeline", "advocacy_events"),
    ):  # fmt: skip
        record_card(
            Exhibit(
                key=key, title=title, definition=said, frame=frame, source=opened.source(question)
            ),
            among,
            needs=table,
        )


def timeline(opened: Opened) -> None:
    """Everything that happened, by kind, under ARR and health."""
    (events,) = together(
        asked_if_loaded(queries.timeline, opened.among, account_id=opened.account_id)
    )
    left, right = st.columns(2)
    with left:
        health_card(opened)
    with right:
        arr_card(opened)
    drawn = charts.named(events)
    kinds = st.pills(
        "Kinds of events", charts.lanes(drawn), selection_mode="multi", key="event_kinds"
    ) if len(drawn) else []  # fmt: skip
    if kinds:
        drawn = drawn.filter(pl.col("lane").is_in(kinds))
    said = (
        "Touches, support, surveys, renewals, changes of ARR, sales, risks, objectives, advocacy, "
        "first uses, messages, changes of the account and of its health, the latest first. What "
        "has no day is not here."
    )
    frame = drawn.select(queries.TIMELINE.names())
    if len(drawn):
        exhibit_card(
            Exhibit(
                key="account_lanes",
                title=findings.lanes(drawn["lane"]),
                definition=said,
                frame=frame,
                source=opened.source("account/timeline"),
                chart=charts.events(charts.lanes(drawn), theme()),
                drawn=drawn,
            ),
            opened.among,
        )
    record_card(
        Exhibit(
            key="account_timeline",
            title=findings.timeline(drawn, drawn["kind"].n_unique()),
            definition=said,
            frame=frame,
            source=opened.source("account/timeline"),
        ),
        opened.among,
    )
