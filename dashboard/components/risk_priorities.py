"""Who is helped first, and which play is for those who are well."""

import polars as pl

from dashboard.answers import asked, together
from dashboard.charts import priorities as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.states import empty, left_out, missing_part
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import priorities as findings
from dashboard.formats import money_exact
from dashboard.queries import priorities as queries
from dashboard.session import MissingTableError, policy, theme

NAMED_PLAYS = 3


def draw(among: Filters) -> None:
    """Customers by value and health, and those who need help."""
    rules, currency = policy().risks, policy().reporting_currency
    rows, customers = together(asked(queries.cells, among), asked(queries.customers, among))
    if rows.is_empty():
        _nobody(among)
        return
    value = rules.value_rule(money_exact(rules.high_value_arr, currency=currency))
    bands = " or ".join(rules.low_health)
    drawn = charts.cells(rows, currency=currency)

    def behind_cell(mark: Mark) -> pl.DataFrame:
        """Customers of one class of value and health."""
        cell = drawn.filter(
            pl.col("value") == mark["value"], pl.col("health") == mark["health"]
        ).row(0, named=True)
        return customers.filter(
            pl.col("value_class") == cell["value_class"],
            pl.col("health_class") == cell["health_class"],
        )

    exhibit_card(
        Exhibit(
            key="priorities",
            title=findings.cells(rows, currency=currency),
            definition=(
                f"Customers by value and health. High value is {value}; low health is {bands}. "
                "High value and low health is immediate, low value and low health fast, and the "
                "others are on schedule. Who is not scored has cells of its own. A median is that "
                "of the whole company's customers and needs at least "
                f"{rules.minimum_peers} of them; without one the value is unknown."
            ),
            frame=rows,
            source=Source("priorities/cells"),
            chart=charts.cells_chart(theme()),
            drawn=drawn,
            drill=Drill(
                keys=("health", "value"),
                rows=behind_cell,
                source=Source("priorities/customers"),
                amount="arr",
                noun="customer",
            ),
            notes=(f"High value: {value}. Low health: {bands}.",),
        ),
        among,
    )
    help_first = customers.filter(pl.col("health_class") == "low").sort(
        pl.col("priority").replace_strict(
            {name: rank for rank, name in enumerate(charts.PRIORITIES)}, return_dtype=pl.Int64
        ),
        maintain_order=True,
    )
    if not help_first.is_empty():
        exhibit_card(
            Exhibit(
                key="help_first",
                title=findings.first(help_first),
                definition=(
                    "Customers with low health, the immediate ones first, then by ARR; each with "
                    "the ARR from which on a customer like it is of high value."
                ),
                frame=help_first.drop("value_class", "health_class"),
                source=Source("priorities/customers"),
            ),
            among,
        )
    left_out(
        (
            int(rows.filter(pl.col("value_class") == "unknown")["customers"].sum()),
            "customer",
            "of unknown value",
        ),
    )


def draw_plays(among: Filters) -> None:
    """Healthy customers by journey and maturity, each place with its play."""
    rules, currency = policy().risks, policy().reporting_currency
    try:
        rows, healthy, cells = together(
            asked(queries.plays, among),
            asked(queries.healthy, among),
            asked(queries.cells, among),
        )
    except MissingTableError as error:
        missing_part("Which customers are healthy", error.tables)
        return
    if rows.is_empty():
        _nobody(among)
        return
    named = tuple(dict.fromkeys(rules.plays.values()))[:NAMED_PLAYS]
    maturities = tuple(dict.fromkeys(place.partition("/")[2] for place in rules.plays))
    bands = " or ".join(rules.healthy)

    def behind_cell(mark: Mark) -> pl.DataFrame:
        """Healthy customers of one stage and maturity."""
        return healthy.filter(
            pl.col("lifecycle_stage") == mark["lifecycle_stage"],
            pl.col("maturity") == mark["maturity"],
        )

    exhibit_card(
        Exhibit(
            key="plays",
            title=findings.plays(rows, currency=currency),
            definition=(
                f"Customers whose health is {bands}, by the stage of their journey on the as-of "
                "date and their maturity of today, which has no history. Each place names its "
                "play by the settings: activation brings into use, growth sells more, advocacy "
                "asks them to speak for us."
            ),
            frame=rows,
            source=Source("priorities/plays"),
            chart=charts.plays_chart(named, theme()),
            drawn=charts.plays(rows, currency=currency, maturities=maturities, named=named),
            drill=Drill(
                keys=("maturity", "lifecycle_stage"),
                rows=behind_cell,
                source=Source("priorities/healthy"),
                amount="arr",
                noun="customer",
            ),
        ),
        among,
    )
    exhibit_card(
        Exhibit(
            key="healthy",
            title=findings.healthy(healthy),
            definition=f"Customers whose health is {bands}, with their play, the largest first.",
            frame=healthy,
            source=Source("priorities/healthy"),
        ),
        among,
    )
    left_out(
        (
            int(cells["customers"].sum()) - len(healthy),
            "customer",
            f"not {bands}, or not scored, for whom there is no play",
        ),
    )


def _nobody(among: Filters) -> None:
    empty(
        f"No customer to show as of {among.as_of}.",
        "Choose another as-of date, or take away a filter.",
    )
