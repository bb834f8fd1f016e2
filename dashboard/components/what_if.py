"""Accounts moved on trial: what is moved, both loads, and proposals kept under a name."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import capacity as charts
from dashboard.components.capacity import Bands, ahead, band_inputs, bands
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.proposals import keep_proposal, opened_proposal, planned_moves
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import capacity as findings
from dashboard.formats import distinct_names, plain
from dashboard.metrics import capacity as metrics
from dashboard.proposals import Move, applied, books, judged, moves_table
from dashboard.queries import coverage as queries
from dashboard.session import policy, theme


@dataclass(frozen=True, slots=True)
class _Team:
    """Who holds what, before anything is moved."""

    among: Filters
    accounts: pl.DataFrame
    team: pl.DataFrame
    names: Mapping[str, str]
    """How CSMs are called, those who have left too; equal names carry the id."""
    people: Mapping[str, str]
    """Those of them an account can be given to."""

    def name(self, member_id: str | None) -> str:
        """A CSM as people call them."""
        return "Unassigned" if member_id is None else self.names.get(member_id, member_id)


def what_if_view(among: Filters) -> None:
    """Move accounts between CSMs and see both loads; nothing is written to the company's tables."""
    whole = among.unfiltered()
    until = ahead(whole)["due_until"]
    accounts, rows = together(
        asked(queries.accounts, whole, due_until=until),  # type: ignore[arg-type]
        asked(queries.by_csm, whole, due_until=until),  # type: ignore[arg-type]
    )
    team = _team(whole, accounts, rows)
    if not team.people or not accounts["is_customer"].sum():
        empty(
            "There is nobody you may see to move a customer to.",
            "Choose another as-of date. Moves need customers and CSMs you may see.",
        )
        return
    kpi_note(
        "Moves are a trial over whole books, whatever the filters: nothing is written to the "
        "company's tables. Loads before and after are measured by the same references."
    )
    with st.container(border=True, key="card_what_if_form"):
        heading = st.container()
        ids = set(accounts["account_id"])
        planned_moves()
        seen = opened_proposal(ids)
        planned = planned_moves()
        _form(team, applied(accounts, team.people, planned))
        heading.html(f'<h3 class="finding">{findings.planned(len(planned))}</h3>')
        keep_proposal(ids, whole.as_of, seen)
    _effect(team, planned)
    band_inputs()


def _team(among: Filters, accounts: pl.DataFrame, rows: pl.DataFrame) -> _Team:
    is_here = pl.col("left_on").is_null() | (pl.col("left_on") > among.as_of)
    members = (
        rows.drop_nulls("member_id")
        .unique("member_id", maintain_order=True)
        .with_columns(name=pl.coalesce("name", "member_id"))
        .with_columns(
            name=pl.when(is_here).then("name").otherwise(pl.col("name") + " (has left)"),
            is_here=is_here,
        )
        .sort("name", "member_id")
    )
    names = distinct_names(members.select("member_id", "name").iter_rows())
    here = members.filter("is_here")["member_id"]
    return _Team(among, accounts, rows, names, {each: names[each] for each in here})


def _form(team: _Team, now: pl.DataFrame) -> None:
    """From whom, what, to whom and why; as things stand after the moves planned so far."""
    state, customers = st.session_state, now.filter(pl.col("is_customer"))
    holders = customers["csm_id"].unique().to_list()
    givers = sorted(holders, key=lambda each: (each is not None, team.name(each)))
    left, middle, right = st.columns(3)
    giver = left.selectbox("From", givers, format_func=team.name, key="move_from")
    held = customers.filter(pl.col("csm_id").eq_missing(giver))
    names = _account_names(held)
    state["move_accounts"] = [each for each in state.get("move_accounts", []) if each in names]
    middle.multiselect(
        "Accounts", list(names), format_func=names.__getitem__, key="move_accounts",
        placeholder="Choose",
    )  # fmt: skip
    takers = [each for each in team.people if each != giver]
    taker = right.selectbox(
        "To", takers, index=None, format_func=team.people.__getitem__, key="move_to",
        placeholder="Choose",
    )  # fmt: skip
    st.text_input("Reason", key="move_reason", max_chars=500)
    with st.container(horizontal=True):
        st.button(
            "Add the move",
            on_click=_add,
            args=(giver,),
            disabled=not (state["move_accounts"] and taker),
            key="add_move",
        )
        st.button(
            "Take back the last", on_click=_take_back, disabled=not planned_moves(), key="undo_move"
        )
        st.button("Begin anew", on_click=_clear, disabled=not planned_moves(), key="clear_moves")


def _account_names(held: pl.DataFrame) -> dict[str, str]:
    rows = held.select("account_id", "account_name").iter_rows()
    return distinct_names(sorted(rows, key=lambda row: (row[1], row[0])))


def _add(giver: str | None) -> None:
    state = st.session_state
    reason = " ".join(str(state.get("move_reason", "")).split())
    planned_moves().extend(
        Move(account_id=account, from_csm=giver, to_csm=state["move_to"], reason=reason)
        for account in state["move_accounts"]
    )
    state["move_accounts"], state["move_reason"] = [], ""


def _take_back() -> None:
    if planned := planned_moves():
        planned.pop()


def _clear() -> None:
    st.session_state["moves_planned"] = []


def _effect(team: _Team, planned: list[Move]) -> None:
    rules, among = policy().capacity, team.among
    limits, source = bands()
    after_rows = applied(team.accounts, team.people, planned)
    before, after = _loads(team, team.accounts, limits), _loads(team, after_rows, limits)
    reasons = judged(team.accounts, team.people, planned)
    with kpi_row():
        for metric in (metrics.heaviest, metrics.spread, metrics.heavy, metrics.median_index):
            kpi(metric, after, before=before, versus="before the moves")
    if planned:
        _moves_card(team, planned, reasons)
    drawn = charts.both(before, after)
    shown = drawn.filter(pl.col("place") < charts.SHOWN)

    def behind(mark: Mark) -> pl.DataFrame:
        """Customers of one CSM before or after."""
        member = drawn.filter(csm=mark["csm"])["member_id"][0]
        rows = team.accounts if mark["state"] == charts.BEFORE else after_rows
        return rows.filter(pl.col("csm_id") == member, pl.col("is_customer"))

    exhibit_card(
        Exhibit(
            key="moved",
            title=findings.moved(before, after, sum(not why for why in reasons)),
            definition=(
                "The load index of each CSM before and after the moves, who changes most first; "
                "100 is the middle of the reference band. References are those before the moves. "
                f"{rules.sentence()} Reference bands: {source}."
            ),
            frame=_table(before, after),
            source=Source("coverage/accounts", ahead(among)),
            chart=charts.moved_chart(theme()),
            drawn=shown,
            drill=Drill(
                keys=("csm", "state"),
                rows=behind,
                source=Source("coverage/accounts", ahead(among)),
                noun="customer",
            ),
        ),
        among,
    )
    left_out((before.height - charts.SHOWN, "CSM", "in the table and not drawn"))


def _loads(team: _Team, accounts: pl.DataFrame, limits: Bands) -> pl.DataFrame:
    as_of = team.among.as_of
    references = metrics.references(books(team.accounts, team.team), limits, as_of)
    return metrics.loads(books(accounts, team.team), references, policy().capacity, as_of)


def _table(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Books before and after, side by side."""
    then = before.select(
        "member_id", "csm", customers_before="customers", arr_before="arr", load_before="index"
    )
    now = after.select(
        "member_id", customers_after="customers", arr_after="arr", load_after="index"
    )
    return then.join(now, on="member_id", how="inner", maintain_order="left").select(
        "csm", "customers_before", "customers_after", "arr_before", "arr_after", "load_before",
        "load_after", "member_id",
    )  # fmt: skip


def _moves_card(team: _Team, planned: list[Move], reasons: tuple[str, ...]) -> None:
    rows = moves_table(team.accounts, planned, reasons, team.name)
    exhibit_card(
        Exhibit(
            key="moves",
            title=findings.moves(rows, currency=policy().reporting_currency),
            definition=(
                "The moves in the order they are made. One no longer applies where the account "
                "has changed hands or is no customer since, or where who was to have it is no CSM "
                "any more; it changes nothing in the loads."
            ),
            frame=rows,
            source=Source("coverage/accounts", ahead(team.among)),
        ),
        team.among,
    )
    for move, why in zip(planned, reasons, strict=True):
        if why:
            account = rows.filter(account_id=move.account_id)["account_name"]
            st.warning(
                plain(f"{account[0] if len(account) else move.account_id} does not move: {why}."),
                icon=":material/sync_problem:",
            )
