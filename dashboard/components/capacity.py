"""Capacity on a page: the reference bands, the load of each CSM, and who has nobody."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import capacity as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import capacity as findings
from dashboard.formats import plain, visible
from dashboard.metrics import capacity as metrics
from dashboard.policy import COVERAGE_BANDS, CoverageBand
from dashboard.queries import coverage as queries
from dashboard.session import load, policy, theme

BOOK: Final = "HB fig. 13.2 to 13.4"
_FIELDS: Final = {
    "accounts_low": "Customers from",
    "accounts_high": "Customers to",
    "arr_low": "ARR from",
    "arr_high": "ARR to",
}
Bands = Mapping[str, CoverageBand]


def bands() -> tuple[Bands, str]:
    """Reference bands in force on the page, and where they come from."""
    own = policy().coverage_bands
    source = BOOK if own == COVERAGE_BANDS else "the settings"
    chosen = {segment: _chosen(segment, band) for segment, band in own.items()}
    if any(band.accounts_low > band.accounts_high or band.arr_low > band.arr_high
           for band in chosen.values()):  # fmt: skip
        return own, f"{source}: a band changed here begins above its end and is not used"
    return (own, source) if chosen == own else (chosen, "changed here")


def band_inputs() -> None:
    """The reference bands as inputs; what is changed holds for this session."""
    _, source = bands()
    with st.expander(f"Reference bands: {source}", icon=":material/straighten:"):
        st.caption(
            f"What one CSM usually holds. {BOOK} give the medians; what you change here holds for "
            "you until you leave, and changes nobody else's numbers."
        )
        for segment, band in policy().coverage_bands.items():
            columns = st.columns(4)
            for column, (field, label) in zip(columns, _FIELDS.items(), strict=True):
                st.session_state.setdefault(_key(segment, field), getattr(band, field))
                column.number_input(
                    visible(f"{segment}: {label}") if field == "accounts_low" else label,
                    min_value=0,
                    step=100_000 if field.startswith("arr") else 5,
                    key=_key(segment, field),
                    persist_state="session",
                )
        st.button("Back to the defaults", on_click=_reset, key="bands_reset")


def _key(segment: str, field: str) -> str:
    return f"band_{segment}_{field}"


def _chosen(segment: str, band: CoverageBand) -> CoverageBand:
    state = st.session_state
    return CoverageBand(
        **{field: int(state.get(_key(segment, field), getattr(band, field))) for field in _FIELDS}
    )


def _reset() -> None:
    for segment, band in policy().coverage_bands.items():
        for field in _FIELDS:
            st.session_state[_key(segment, field)] = getattr(band, field)


def ahead(among: Filters) -> dict[str, object]:
    """Until when renewals count in a load."""
    days = policy().capacity.renewals_within_days
    return {"due_until": among.as_of + timedelta(days=days + 1)}


def load_view(among: Filters) -> None:
    """The load index of each CSM by its parts."""
    rules, chosen = policy().capacity, ahead(among)
    before = Filters(among.as_of - timedelta(weeks=13), None, None, among.segments, among.regions,
                     among.csm_ids)  # fmt: skip
    books, earlier = together(
        asked(queries.by_csm, among, due_until=chosen["due_until"]),  # type: ignore[arg-type]
        asked(queries.by_csm, before, due_until=ahead(before)["due_until"]),  # type: ignore[arg-type]
    )
    limits, source = bands()
    references = metrics.references(books, limits, among.as_of)
    loads = metrics.loads(books, references, rules, among.as_of)
    if not loads["customers"].sum():
        empty(
            f"Nobody you may see holds a customer on {among.as_of:%-d %b %Y}.",
            "Take away a filter, or choose another as-of date.",
        )
        return
    then = metrics.loads(earlier, references, rules, before.as_of)
    with kpi_row():
        for metric in (
            metrics.median_index,
            metrics.heaviest,
            metrics.spread,
            metrics.heavy,
            metrics.ramping,
        ):
            kpi(metric, loads, before=then, versus="13 weeks before, by the same references")
    kpi_note(f"{rules.sentence()} Reference bands: {source}.")
    band_inputs()
    drawn = charts.parts(loads)

    def behind(mark: Mark) -> pl.DataFrame:
        """Customers of one CSM that weigh in one part."""
        member = drawn.filter(csm=mark["csm"])["member_id"][0]
        rows = load(queries.accounts, among, due_until=chosen["due_until"])  # type: ignore[arg-type]
        rows = rows.filter(pl.col("csm_id") == member, pl.col("is_customer"))
        narrower = {
            charts.WORDS["arr_red"]: pl.col("health_band") == "red",
            charts.WORDS["renewals"]: pl.col("renewals_due") > 0,
            charts.WORDS["onboarding"]: pl.col("lifecycle_stage") == "Onboarding",
        }
        return rows.filter(narrower.get(str(mark["part"]), pl.lit(value=True)))

    exhibit_card(
        Exhibit(
            key="load_index",
            title=findings.loads(loads),
            definition=(
                "The load of a CSM against a book in the middle of the reference band, which is "
                "100. Each part is its weight x what the CSM holds by what the middle of the band "
                "holds, summed over segments. ARR at red, renewals ahead and onboarding have no "
                "band: the middle is the team's median share of ARR or of customers, times the "
                "middle of the band. A part that nobody has leaves its weight to the others; a "
                "segment without a band takes the team's median book. The parts sum to the index. "
                f"{rules.sentence()} Reference bands: {source}."
            ),
            frame=loads,
            source=Source("coverage/by_csm", chosen),
            chart=charts.loads_chart(rules.light_below, rules.heavy_above, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("csm", "part"),
                rows=behind,
                source=Source("coverage/accounts", chosen),
                noun="customer",
            ),
            notes=(
                "The dashed line is 100, the middle of the band; the dotted ones are where a book "
                "counts as light and as heavy.",
            ),
        ),
        among,
    )
    nobodys = books.filter(
        pl.col("member_id").is_null()
        | (pl.col("left_on").is_not_null() & (pl.col("left_on") <= among.as_of))
    )
    left_out(
        (int(nobodys["accounts"].sum()), "customer", "that nobody looks after, in no load"),
        (len(loads) - charts.SHOWN, "CSM", "in the table and not drawn"),
    )


def unassigned_view(among: Filters) -> None:
    """Customers without a CSM, or whose CSM has left."""
    days, chosen = policy().capacity.renewals_within_days, ahead(among)
    rows = load(queries.unassigned, among, due_until=chosen["due_until"])  # type: ignore[arg-type]
    if rows.is_empty():
        empty(
            f"Every customer you may see has a CSM on {among.as_of:%-d %b %Y}.",
            "Customers of a CSM who has left would stand here, and those without one.",
        )
        return
    with kpi_row():
        for metric in (
            metrics.unassigned,
            metrics.unassigned_arr,
            metrics.unassigned_renewals,
            metrics.unassigned_arr_due,
        ):
            kpi(metric, rows)
    kpi_note(
        f"Customers on {among.as_of:%-d %b %Y} without a CSM, whose CSM has left by then, or "
        f"whose CSM is in no list of people. Renewals due within {days} days, overdue ones too."
    )
    exhibit_card(
        Exhibit(
            key="unassigned",
            title=findings.unassigned(rows, days, currency=policy().reporting_currency),
            definition=(
                "Customers that nobody looks after on the as-of date, the largest first. Holder "
                "says why: nobody is named, the one named has left, or is unknown. They can be "
                "given to somebody in the view What-if."
            ),
            frame=rows,
            source=Source("coverage/unassigned", chosen),
        ),
        among,
    )
    left_out((rows["arr"].null_count(), "customer", "of unknown ARR"))
    if not rows.is_empty() and rows["next_renewal_on"].count():
        soonest = rows.drop_nulls("next_renewal_on").sort("next_renewal_on").row(0, named=True)
        st.caption(
            plain(
                f"The first renewal is that of {soonest['account_name']} on "
                f"{soonest['next_renewal_on']:%-d %b %Y}."
            )
        )
