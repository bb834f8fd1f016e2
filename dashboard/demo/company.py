"""Building the demo company: its people first, then its accounts batch by batch."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from dashboard.demo import (
    billing,
    books,
    contracts,
    health,
    journeys,
    opportunities,
    outcomes,
    profiles,
    records,
    reference,
    renewals,
    risks,
    scores,
    surveys,
    talent,
    team,
    touches,
    usage,
)
from dashboard.demo.batch import Batch
from dashboard.demo.decisions import Customers
from dashboard.demo.draws import Evenly, stream
from dashboard.demo.history import History, history
from dashboard.demo.latent import decline, hidden_state
from dashboard.demo.loading import load
from dashboard.policy import Policy
from dashboard.warehouse.build import building

ACCOUNTS_PER_BATCH: Final = 4_000
_PRODUCT_IDS: Final = [product.product_id for product in reference.PRODUCTS]


def build_demo(
    target: Path,
    *,
    policy: Policy,
    as_of: date,
    seed: int = 7,
    accounts: int = 500,
    years: int = 3,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Build the demo company as an embedded warehouse.

    The same seed, date and size give the same rows in every table.

    Parameters
    ----------
    target
        Where the warehouse shall lie.
    policy
        Choices the weekly snapshots are made with; its fiscal year also sets the targets' periods.
    as_of
        The day the data speak for; nothing has happened after it.
    seed
        Another number gives another company with the same story.
    accounts
        Customers and former customers.
    years
        Length of the weekly history.
    progress
        Told what is being done.

    Raises
    ------
    ValueError
        Fewer than one account or year.
    """
    if accounts < 1 or years < 1:
        raise ValueError(f"a company of {accounts} accounts over {years} years")
    span = history(as_of, years)
    with building(
        target, policy=policy, as_of=as_of, origin="demo", progress=progress
    ) as connection:
        crew = team.team(seed, accounts, span)
        everyone = profiles.profiles(seed, accounts, span, policy)
        held = books.books(seed, everyone, crew, span)
        load(connection, "team_members", crew.members)
        load(connection, "products", reference.products())
        load(connection, "fx_rates", reference.fx_rates(seed, span, policy))
        load(connection, "targets", reference.targets(as_of, years, accounts, policy))
        load(connection, "talent_reviews", talent.talent_reviews(seed, crew, span))
        load(connection, "skill_assessments", talent.skill_assessments(seed, crew, span))
        for number, first in enumerate(range(0, len(everyone), ACCOUNTS_PER_BATCH)):
            rows = slice(first, first + ACCOUNTS_PER_BATCH)
            batch = _batch(
                seed, number, span, crew=crew, members=everyone.part(rows), held=held.part(rows)
            )
            _load_batch(connection, batch)
            done = min(first + ACCOUNTS_PER_BATCH, len(everyone))
            progress(f"{done:,} of {len(everyone):,} accounts")
        connection.executemany(
            "insert into manifest values (?, ?)",
            [("seed", str(seed)), ("accounts", str(accounts)), ("years", str(years))],
        )


def _batch(
    seed: int,
    number: int,
    span: History,
    *,
    crew: team.Team,
    members: profiles.Profiles,
    held: books.Books,
) -> Batch:
    """Run the contracts, let losses show beforehand, and measure health."""
    state = hidden_state(stream(seed, "hidden state", number), len(members), span)
    rng = stream(seed, "contracts", number)
    run = contracts.contracts(Customers(rng, members, state, span, Evenly(rng)))
    decline(
        state,
        span,
        run.declines["account"].to_numpy(),
        run.declines["until"].to_numpy(),
        run.declines["depth"].to_numpy(),
    )
    found = journeys.journeys(stream(seed, "journeys", number), members, run, span)
    measured = health.health(
        stream(seed, "health", number),
        state,
        profiles=members,
        books=held,
        team=crew,
        found=found,
        history=span,
    )
    return Batch(seed, number, span, crew, crew.ids, members, held, run, found, measured)


def _load_batch(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    load(connection, "accounts", records.accounts(batch))
    load(connection, "account_history", records.account_history(batch))
    due = renewals.renewals(batch)
    load(connection, "subscriptions", _with_product(billing.subscriptions(batch, due)))
    load(connection, "arr_movements", _with_product(billing.movements(batch)))
    load(connection, "renewals", due)
    load(connection, "forecast_calls", renewals.forecast_calls(batch, due))
    load(connection, "churn_events", renewals.churn_events(batch))
    asked = surveys.surveys(batch)
    load(connection, "survey_responses", asked.responses)
    load(connection, "health_scores", scores.scores(batch, asked.answered_in))
    load(connection, "usage_weekly", usage.weekly(batch))
    load(connection, "usage_events", usage.events(batch))
    load(connection, "timeline_entries", touches.timeline_entries(batch))
    load(connection, "support_cases", touches.support_cases(batch))
    load(connection, "digital_touches", touches.digital_touches(batch))
    load(connection, "risks", risks.risks(batch))
    sales = opportunities.opportunities(batch)
    load(connection, "opportunities", sales)
    load(connection, "opportunity_history", opportunities.opportunity_history(batch, sales))
    load(connection, "objectives", outcomes.objectives(batch))
    load(connection, "advocacy_events", outcomes.advocacy_events(batch))
    load(connection, "product_fit", outcomes.product_fit(batch))


def _with_product(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        product_id=pl.col("product").replace_strict(
            list(range(len(_PRODUCT_IDS))), _PRODUCT_IDS, return_dtype=pl.String
        )
    )
