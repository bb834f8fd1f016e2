"""Scenarios of the forecast: what is assumed otherwise, what it does, and those that were saved."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.forecasts import scenarios as forecasts
from dashboard.forecasts import year_end as years
from dashboard.forecasts.simulation import Dispersion
from dashboard.queries.types import MONEY
from dashboard.store.base import SavedScenario, StoreError
from dashboard.store.store import Store

Part = Literal["segment", "health_band"]
By = Literal["due_quarter", "segment"]

NOT_SCORED: Final = "not scored"


class UnreadableScenarioError(StoreError):
    """A saved scenario assumes what this version does not know."""


class Move(BaseModel):
    """The renewal probability of a part of the book, moved by points or to a value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: Part
    part: str
    how: Literal["by", "to"]
    amount: Annotated[float, Field(ge=-1, le=1)]
    """A share: -0.05 is five points less."""


class Scenario(BaseModel):
    """What is assumed otherwise; nothing of it is the forecast itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    version: int | None = None
    as_of: date | None = None
    """Day it was made for."""
    moves: tuple[Move, ...] = ()
    saved: tuple[str, ...] = ()
    """Ids of accounts whose every open renewal renews."""
    lost: tuple[str, ...] = ()
    """Ids of accounts of which none does, also where they are named in both."""

    @property
    def is_base(self) -> bool:
        """Whether nothing is assumed otherwise."""
        return not (self.moves or self.saved or self.lost)


def applied(renewals: pl.DataFrame, scenario: Scenario) -> pl.DataFrame:
    """Rows of ``forecast/open_renewals`` under a scenario.

    Probabilities are first set to values, a later move above an earlier one, then moved by points,
    those of a segment and of a band together; named accounts come last.

    Returns
    -------
    pl.DataFrame
        The same rows with other ``probability`` and ``expected``, and with ``base_probability``,
        ``base_expected`` and ``change``, the difference of the two expected amounts.
    """
    probability = pl.col("probability")
    for move in scenario.moves:
        if move.how == "to":
            part = pl.col(move.of).fill_null(NOT_SCORED)
            probability = pl.when(part == move.part).then(move.amount).otherwise(probability)
    points: dict[Part, dict[str, float]] = {"segment": {}, "health_band": {}}
    for move in scenario.moves:
        if move.how == "by":
            points[move.of][move.part] = points[move.of].get(move.part, 0.0) + move.amount
    moved = forecasts.moved(
        renewals.with_columns(
            base_probability="probability", base_expected="expected", probability=probability
        ),
        by_segment=points["segment"],
        by_band=points["health_band"],
        saved=scenario.saved,
        lost=scenario.lost,
    )
    # What is not moved keeps its cents.
    same = pl.col("probability") == pl.col("base_probability")
    return moved.with_columns(
        expected=pl.when(same).then("base_expected").otherwise(forecasts.expected_arr())
    ).with_columns(change=(pl.col("expected") - pl.col("base_expected")).cast(MONEY))


def summed(
    renewals: pl.DataFrame, shares: pl.DataFrame, dispersion: Dispersion, by: By
) -> pl.DataFrame:
    """Renewed ARR by quarter or segment, and of all together in the row whose key is null.

    Expected amounts are those of the renewals added up, to the cent; ranges come from the
    simulation and do not add up.

    Parameters
    ----------
    renewals
        Rows of ``forecast/open_renewals``, perhaps ``applied``.
    shares
        Rows of ``forecast/renewed_shares``.
    dispersion
        That of ``forecast/method``.
    by
        The column to sum by.
    """
    return summed_by(renewals, shares, dispersion, (by,))[by]


def summed_by(
    renewals: pl.DataFrame, shares: pl.DataFrame, dispersion: Dispersion, bys: Sequence[By]
) -> dict[By, pl.DataFrame]:
    """``summed`` by several columns, of one simulation."""
    parts, drawn = forecasts.draws(renewals, shares, dispersion)
    whole = forecasts.summed(renewals, parts, drawn, ())
    found: dict[By, pl.DataFrame] = {}
    for by in bys:
        each = forecasts.summed(renewals, parts, drawn, (by,))
        last = whole.select(pl.lit(None, each.schema[by]).alias(by), pl.all())
        found[by] = pl.concat([each, last])
    return found


def churned(
    renewals: pl.DataFrame, shares: pl.DataFrame, dispersion: Dispersion, by: By
) -> pl.DataFrame:
    """ARR due of renewals that are lost, by segment or quarter, with ranges; as ``summed``.

    A renewal counts with all its ARR or not at all: what is renewed for less is contraction.
    """
    whole = renewals.with_columns(
        expected_share=1.0, expected=(pl.col("arr_due") - arr_at_stake()).cast(MONEY)
    )
    kept = summed(whole, shares.with_columns(renewed_share=1.0), dispersion, by)
    due = pl.col("arr_due")
    return kept.select(
        by,
        "renewals",
        "arr_due",
        churn=(due - pl.col("expected")).cast(MONEY),
        low_50=(due - pl.col("high_50")).cast(MONEY),
        high_50=(due - pl.col("low_50")).cast(MONEY),
        low_80=(due - pl.col("high_80")).cast(MONEY),
        high_80=(due - pl.col("low_80")).cast(MONEY),
        base_rate_churn=(due - pl.col("base_rate_expected")).cast(MONEY),
    )


def dispersion_of(method: pl.DataFrame) -> Dispersion:
    """How far outcomes spread, by the row of ``forecast/method``."""
    return Dispersion(*method.select("coins", "quarter", "year", "quarters").row(0))


def arr_at_stake() -> pl.Expr:
    """ARR due that is expected to be lost with the whole renewal, of rows of open renewals."""
    lost = pl.col("arr_due").cast(pl.Float64) * (1 - pl.col("probability"))
    # Cents times a probability of six digits: what is half a cent goes up, as in a spreadsheet,
    # also where its binary fraction falls short of it.
    cents = (lost * 100).round(6).round(0, mode="half_away_from_zero")
    return (cents / 100).cast(MONEY)


def year_end(
    known: pl.DataFrame,
    renewals: pl.DataFrame,
    shares: pl.DataFrame,
    dispersion: Dispersion,
    expansion: pl.DataFrame,
    *,
    day: date,
) -> pl.DataFrame:
    """The row of ``forecast/year_end`` under a scenario: only what renewals bring is otherwise.

    Parameters
    ----------
    known
        That row as it is.
    renewals
        Open renewals of customers at the start of the year, ``applied``.
    shares, dispersion
        As for ``summed``.
    expansion
        Rows of ``forecast/expansion_by_quarter``; their pipeline gives way to that of ``known``,
        which is of the year's customers alone.
    day
        The as-of date.
    """
    first = pl.int_range(pl.len()) == 0
    pipeline = known["pipeline_expected"][0]
    expansion = expansion.sort("close_quarter").with_columns(
        expected=pl.when(first).then(pl.lit(pipeline, MONEY)).otherwise(pl.lit(0, MONEY))
    )
    return years.year_end(known, renewals, shares, dispersion, expansion, day=day)


def saved_scenarios(store: Store) -> dict[str, Scenario]:
    """Latest version of each saved scenario that this version can read, by name.

    Raises
    ------
    StoreError
        The store does not answer.
    """
    found: dict[str, Scenario] = {}
    for each in store.scenarios():
        try:
            found[each.name] = read(each)
        except UnreadableScenarioError:
            continue
    return found


def read(saved: SavedScenario) -> Scenario:
    """A saved scenario with the name, version and day it was saved under.

    Raises
    ------
    UnreadableScenarioError
        It assumes what this version does not know.
    """
    try:
        scenario = Scenario.model_validate_json(saved.definition)
    except ValidationError as error:
        raise UnreadableScenarioError(
            f"The saved scenario {saved.name} assumes what this version does not know."
        ) from error
    known: Mapping[str, object] = {
        "name": saved.name,
        "version": saved.version,
        "as_of": saved.as_of,
    }
    return scenario.model_copy(update=known)
