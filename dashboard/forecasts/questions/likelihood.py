"""What customers answer beside what the model expects of their renewals."""

from typing import Final

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.forecasts.history import QUARTERS
from dashboard.forecasts.questions.ahead import open_renewals
from dashboard.queries.renewals import due
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

ASKS: Final = {
    "likelihood": ("forecast/renewals_seen", "forecast/short_terms", "renewals/due"),
}

LIKELIHOOD = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    due_on=pl.Date,
    arr_due=MONEY,
    renewal_likelihood=pl.String,
    probability=pl.Float64,
    csm_category=pl.String,
    health_band=pl.String,
    pushed_down=pl.String,
    pushed_up=pl.String,
)


def likelihood(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Open renewals with the customer's own answer and the probability of the forecast.

    Grain
    -----
    One row per renewal open on the as-of date and due by the end of the third fiscal quarter after
    the current one, overdue ones included, the soonest first.

    Columns
    -------
    renewal_id : String
        The company's id.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    csm_name : String
        Customer success manager; null where unassigned.
    due_on : Date
        Day the term ends.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    renewal_likelihood : String
        The customer's answer as loaded: `not_likely`, `unsure`, `likely`; null where there is none.
        It has no date of its own.
    probability : Float64
        Probability of renewal that the forecast uses; null for a renewal overdue from an earlier
        quarter, which it leaves out, or where nothing can be forecast.
    csm_category : String
        Category of the CSM's latest call.
    health_band : String
        `red`, `amber`, `green` on the as-of date; null where not scored.
    pushed_down : String
        What lowers the probability most against an average renewal.
    pushed_up : String
        What raises it most.

    Source
    ------
    ``sql/renewals/due.sql``, with probabilities computed from ``sql/forecast/renewals_seen.sql``
    and ``sql/forecast/short_terms.sql``.
    """
    *_, last = warehouse.policy.calendar.periods_from(filters.as_of, "quarter", QUARTERS)
    rows = due(warehouse, scope, filters).filter(
        pl.col("status") == "open", pl.col("due_on") < last.end_on
    )
    seen = open_renewals(warehouse, scope, filters).select(
        "renewal_id", "probability", "csm_category", "pushed_down", "pushed_up"
    )
    return rows.join(seen, on="renewal_id", how="left", maintain_order="left").select(
        LIKELIHOOD.names()
    )
