"""Scenarios of the forecast on a page: what is assumed otherwise, and what it does."""

from collections.abc import Mapping
from typing import Final, Literal

import polars as pl
import streamlit as st

from dashboard.answers import asked_if_loaded, together
from dashboard.charts import scenarios as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.forecast import Book, sums
from dashboard.components.keeping import keep_scenario
from dashboard.components.kpis import kpi, kpi_row
from dashboard.components.parts import fragment
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import forecast as findings
from dashboard.forecasts.questions import sales
from dashboard.formats import distinct_names, plain, visible
from dashboard.metrics import forecast as metrics
from dashboard.queries import forecast as forecast_queries
from dashboard.saved_scenarios import scenarios_on_offer
from dashboard.scenarios import NOT_SCORED, Move, Part, Scenario, applied, year_end
from dashboard.session import StoreError, load, policy, quarter_label, theme
from dashboard.spelled import spelled

BY: Final = "by points"
TO: Final = "to a value"
_Moved = tuple[Part, str]


@fragment
def scenario_card(book: Book, year: pl.DataFrame) -> None:
    """What the forecast would be if a part of the book, or named accounts, came otherwise."""
    with st.container(border=True, key="card_scenario_form"):
        heading = st.container()
        offered, away = _offered()
        picked = _picked(offered)
        if away:
            st.warning(
                plain(f"Saved scenarios cannot be shown. {away}"), icon=":material/cloud_off:"
            )
        if said := st.session_state.pop("scenario_said", None):
            st.info(plain(said), icon=":material/bookmark:")
        loaded = offered.get(picked or "", Scenario())
        seen: Scenario = st.session_state.get("scenario_seen", Scenario())
        if seen.name != loaded.name or "moves" not in st.session_state:
            seen = _fill(book, loaded)
        assumed = _assumed(book, seen)
        if seen.name:
            st.caption(plain(_about(seen, assumed)))
        if seen.version != loaded.version:
            st.warning(f"Version {loaded.version} was saved meanwhile.", icon=":material/history:")
            st.button("Show it", on_click=_show, args=(book, loaded), key="show_scenario")
        named = len({*assumed.saved, *assumed.lost})
        heading.html(f'<h3 class="finding">{findings.assumed(len(assumed.moves), named)}</h3>')
        keep_scenario(book, seen, assumed, stated=lambda: _stated(book, seen))
    if not assumed.is_base:
        _effect(book, year, assumed)


def _offered() -> tuple[Mapping[str, Scenario], str]:
    """Saved scenarios, and why there are none where the store does not answer."""
    try:
        return scenarios_on_offer(), ""
    except StoreError as error:
        return {}, str(error)


def _picked(offered: Mapping[str, Scenario]) -> str | None:
    """Name of the saved scenario of the link or the list."""
    for name in st.query_params.get_all("scenario"):
        if "scenario" not in st.session_state and name not in offered:
            st.warning(
                f"**This link asks for the scenario {plain(name)}, which is not saved or was "
                "withdrawn.**  \nThe page shows the forecast as it is.",
                icon=":material/link_off:",
            )
    return st.selectbox(
        "Saved scenario",
        sorted(offered),
        index=None,
        format_func=visible,
        placeholder="None: the forecast as it is",
        key="scenario",
        bind="query-params",
    )


def _parts(book: Book) -> list[_Moved]:
    """Segments and health bands that can be moved."""
    bands = book.renewals["health_band"].fill_null(NOT_SCORED).unique().sort()
    return [
        *(("segment", each) for each in book.renewals["segment"].unique().drop_nulls().sort()),
        *(("health_band", each) for each in bands),
    ]


def _name(part: _Moved) -> str:
    return visible(part[1] if part[0] == "segment" else f"health {part[1]}")


def _key(what: str, part: _Moved) -> str:
    return f"scenario_{what}_{part[0]}_{part[1]}"


def _accounts(book: Book) -> dict[str, str]:
    """Names of accounts with an open renewal by id; equal names carry the id."""
    rows = book.renewals.select("account_id", "account_name").unique("account_id")
    return distinct_names(sorted(rows.iter_rows(), key=lambda row: (row[1] or "", row[0])))


def _fill(book: Book, scenario: Scenario) -> Scenario:
    """Put a scenario into the form, where only what the viewer has can be changed."""
    state, parts, accounts = st.session_state, _parts(book), _accounts(book)
    moves = [move for move in scenario.moves if (move.of, move.part) in parts]
    state["moves"] = list(dict.fromkeys((move.of, move.part) for move in moves))
    for move in moves:
        state[_key("how", (move.of, move.part))] = BY if move.how == "by" else TO
        state[_key(move.how, (move.of, move.part))] = round(100 * move.amount)
    state["saved_accounts"] = [each for each in scenario.saved if each in accounts]
    state["lost_accounts"] = [each for each in scenario.lost if each in accounts]
    state["scenario_name"] = scenario.name
    state["scenario_seen"] = scenario
    return scenario


def _show(book: Book, scenario: Scenario) -> None:
    _fill(book, scenario)


def _assumed(book: Book, seen: Scenario) -> Scenario:
    """What the form says, once its widgets are drawn."""
    accounts = _accounts(book)
    columns = st.columns(3)
    moved: list[_Moved] = columns[0].multiselect(
        "Move the probability of",
        _parts(book),
        format_func=_name,
        key="moves",
        placeholder="Choose",
    )
    for column, label, key in (
        (columns[1], "Accounts that renew", "saved_accounts"),
        (columns[2], "Accounts that leave", "lost_accounts"),
    ):
        column.multiselect(
            label, list(accounts), format_func=accounts.__getitem__, key=key, placeholder="Choose"
        )
    for part in moved:
        left, right = st.columns(2)
        how = left.segmented_control(
            f"Move {_name(part)}", [BY, TO], default=BY, required=True, key=_key("how", part)
        )
        right.number_input(
            f"{_name(part)}: points" if how == BY else f"{_name(part)}: per cent",
            min_value=-100 if how == BY else 0,
            max_value=100,
            value=-5 if how == BY else 90,
            step=1,
            key=_key("by" if how == BY else "to", part),
        )
    return _stated(book, seen)


def _stated(book: Book, seen: Scenario) -> Scenario:
    """What the form says, and what the scenario assumes of customers that are not in it."""
    state, parts, accounts = st.session_state, _parts(book), _accounts(book)
    return Scenario(
        moves=(
            *(_move(part) for part in state["moves"]),
            *(move for move in seen.moves if (move.of, move.part) not in parts),
        ),
        saved=(
            *state["saved_accounts"],
            *(each for each in seen.saved if each not in accounts),
        ),
        lost=(*state["lost_accounts"], *(each for each in seen.lost if each not in accounts)),
    )


def _move(part: _Moved) -> Move:
    how: Literal["by", "to"] = "by" if st.session_state[_key("how", part)] == BY else "to"
    amount = st.session_state[_key(how, part)]
    return Move(of=part[0], part=part[1], how=how, amount=amount / 100)


def _about(seen: Scenario, assumed: Scenario) -> str:
    same = all(
        set(getattr(seen, name)) == set(getattr(assumed, name))
        for name in ("moves", "saved", "lost")
    )
    made = f", made for {seen.as_of:%-d %b %Y}" if seen.as_of else ""
    changed = "" if same else " Changed since, and not saved."
    return f"{seen.name}, version {seen.version}{made}.{changed}"


def _effect(book: Book, year: pl.DataFrame, assumed: Scenario) -> None:
    base, moved = sums(book, "due_quarter"), sums(book, "due_quarter", assumed)
    rows, currency = applied(book.renewals, assumed), policy().reporting_currency
    with kpi_row():
        kpi(metrics.expected, rows, before=book.renewals, versus="the forecast")
        kpi(metrics.expected_loss, rows, before=book.renewals, versus="the forecast")
        kpi(metrics.year_end_nrr, _year(book, year, rows), before=year, versus="the forecast")

    def behind_bar(mark: Mark) -> pl.DataFrame:
        amount = "expected" if mark["forecast"] == charts.SCENARIO else "base_expected"
        return (
            spelled(rows, quarter=("due_quarter", quarter_label))
            .filter(quarter=mark["quarter"])
            .select(
                "account_name",
                "segment",
                "health_band",
                "arr_due",
                "base_probability",
                "probability",
                "base_expected",
                "expected",
                "change",
                "due_on",
                "renewal_id",
                "account_id",
                arr_in_bar=amount,
            )
            .sort(pl.col("change").abs(), "renewal_id", descending=[True, False])
        )

    exhibit_card(
        Exhibit(
            key="scenario_effect",
            title=findings.scenario(
                base.row(-1, named=True), moved.row(-1, named=True), currency=currency
            ),
            definition=(
                "The forecast with other probabilities: first those set to a value, then those "
                "moved by points, a segment's and a band's together, within 0 to 100%; accounts "
                "that renew or leave come last, and leaving counts where both are named. Both "
                "are simulated with the same luck, so that only what was moved differs. Of the "
                "fiscal year's NRR only renewals are moved."
            ),
            frame=charts.scenario(base, moved, label_of=quarter_label).drop("quarter"),
            source=Source("forecast/open_renewals"),
            chart=charts.scenario_chart(currency, theme()),
            drawn=charts.scenario(base, moved, label_of=quarter_label),
            drill=Drill(
                keys=("quarter", "forecast"),
                rows=behind_bar,
                source=Source("forecast/open_renewals"),
                amount="arr_in_bar",
                noun="renewal",
            ),
        ),
        book.among,
    )


def _year(book: Book, year: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The fiscal year's end under the scenario; empty where it cannot be told."""
    (expansion,) = together(asked_if_loaded(sales.expansion_by_quarter, book.among))
    if year.is_empty() or expansion.is_empty():
        return year.clear()
    since = pl.col("snapshot_on") - pl.duration(days="tenure_days")
    customers = load(forecast_queries.renewals_seen, book.among, quarters=0).filter(
        since < year["period_start_on"][0]
    )
    own = rows.filter(pl.col("renewal_id").is_in(customers["renewal_id"].implode()))
    day = book.among.as_of
    return year_end(year, own, book.shares, book.dispersion, expansion, day=day)
