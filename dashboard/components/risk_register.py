"""The register of risks on a page: by category, month by month, and the list."""

from datetime import date

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.calendar import Period
from dashboard.charts import risks as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.states import empty
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import risks as findings
from dashboard.queries import risks as queries
from dashboard.session import MissingTableError, load, policy, theme, years_before

MONTHS = 13


def backlog(by_month: pl.DataFrame, as_of: date) -> list[int]:
    """Risks open at the end of each month, over the columns of ``queries.risks.BY_MONTH``."""
    drawn = charts.months(by_month, _periods(as_of), as_of)
    return drawn.filter(pl.col("what") == charts.BACKLOG)["risks"].to_list()


def _periods(as_of: date) -> list[Period]:
    calendar = policy().calendar
    first = calendar.earlier(as_of, "month", MONTHS - 1)
    return calendar.periods_from(first.start_on, "month", MONTHS)


def draw(among: Filters) -> None:
    """Open risks with their owners, the backlog, and the time to resolve."""
    year = among.window(years_before(among.as_of, 1), None)
    try:
        rows, by_month, lives, register = together(
            asked(queries.by_category, among),
            asked(queries.by_month, among),
            asked(queries.time_to_resolve, year),
            asked(queries.register, among),
        )
    except MissingTableError:
        return  # The page has said so, and offers its other views.
    if by_month.is_empty():
        empty(
            f"No risk was opened up to {among.as_of}.",
            "Choose a later as-of date, or take away a filter. The triggers need no register.",
        )
        return
    measure = st.segmented_control(
        "Show", ["ARR", "count"], default="ARR", required=True,
        key="risks_measure", bind="query-params",
    )  # fmt: skip
    currency = policy().reporting_currency
    by_category = charts.by_category(rows)

    def behind_category(mark: Mark) -> pl.DataFrame:
        """Open risks of one category, escalated or not."""
        return register.filter(
            pl.col("category") == mark["category"],
            pl.col("is_escalated") == (mark["state"] == charts.ESCALATED),
        )

    if not rows.is_empty():
        exhibit_card(
            Exhibit(
                key="risks_by_category",
                title=findings.by_category(rows, currency=currency),
                definition=(
                    "Open risks by category, and the ARR of the accounts they are about. An "
                    "account counts once in each category it has a risk in, with its escalated "
                    "risk, else with its oldest; so the bars together are more than the register. "
                    "A category that the register does not know is shown as unmapped."
                ),
                frame=rows,
                source=Source("risks/by_category"),
                chart=charts.by_category_chart(measure, currency, theme()),
                drawn=by_category,
                drill=Drill(
                    keys=("category", "state"),
                    rows=behind_category,
                    source=Source("risks/register"),
                    amount="arr_in_category" if measure == "ARR" else None,
                    noun="risk",
                ),
            ),
            among,
        )
    drawn = charts.months(by_month, _periods(among.as_of), among.as_of)

    def behind_month(mark: Mark) -> pl.DataFrame:
        """Risks of one month that were opened in it, resolved in it, or open at its end."""
        row = drawn.filter(pl.col("month") == mark["month"]).row(0, named=True)
        window = among.window(row["month_on"], row["until_on"])
        return load(queries.of_months, window).filter(pl.col("what") == mark["what"])

    exhibit_card(
        Exhibit(
            key="risks_by_month",
            title=findings.by_month(drawn),
            definition=(
                f"Risks opened and resolved in each of {MONTHS} fiscal months, and how many were "
                "open at its end; the running month ends on the as-of date. Accounts are those "
                "that the filters keep on the as-of date."
            ),
            frame=by_month,
            source=Source("risks/by_month"),
            chart=charts.by_month_chart(theme()),
            drawn=drawn,
            drill=Drill(
                keys=("month", "what"),
                rows=behind_month,
                source=Source("risks/of_months"),
                noun="risk",
            ),
        ),
        among,
    )
    exhibit_card(
        Exhibit(
            key="time_to_resolve",
            title=findings.time_to_resolve(lives),
            definition=(
                "Risks opened in the twelve months before the as-of date, and the days after "
                "which half of them are resolved: the median by Kaplan and Meier, in which a risk "
                "that is still open counts as open for the days it has been. n/a where less than "
                "half is known to be resolved."
            ),
            frame=lives.sort(pl.col("category") != "All categories", charts.place()),
            source=Source("risks/time_to_resolve"),
        ),
        year,
    )
    if not register.is_empty():
        exhibit_card(
            Exhibit(
                key="register",
                title=findings.register(register),
                definition=(
                    "Every risk open on the as-of date, the largest ARR first. An owner who left "
                    "the team by then is marked. ARR counted is the account's on one of its risks "
                    "and nothing on the others, so that the column adds up."
                ),
                frame=register.select(
                    *("account_name", "category", "severity", "age_days", "owner_name"),
                    *("owner_state", "escalated_on", "arr", "arr_in_all", "source", "opened_on"),
                    *("segment", "csm_name", "note", "account_id", "risk_id"),
                ),
                source=Source("risks/register"),
            ),
            among,
        )
