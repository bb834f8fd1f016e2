"""What each question costs beside DuckDB alone: its own statement, and SQL written by hand."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from benchmarks.asked import Asked, Noting, answer, asked, computed, plainly, with_sql
from benchmarks.by_hand import by_hand
from benchmarks.companies import say
from benchmarks.turns import Spread, in_turns, ratio
from dashboard.policy import Policy
from dashboard.warehouse.embedded import EmbeddedWarehouse

MEDIAN_BAR: Final = 1.15
WORST_BAR: Final = 1.5
SECONDS_BAR: Final = 1.5
"""An answer that takes longer is named, however long plain SQL takes."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A question's milliseconds through our layer, the others', and the ratio of the two."""

    name: str
    rows: int
    ours: Spread
    others: Spread
    ratio: Spread


@dataclass(frozen=True, slots=True)
class Company:
    """Every time taken of one company."""

    accounts: int
    questions: list[Timed]
    by_hand: list[Timed]
    computed: list[Timed]


def measured(path: Path, accounts: int, *, rounds: int, seconds: float) -> Company:
    """Take the times of one company; ``seconds`` bounds the turns of a single question."""
    warehouse, noting = EmbeddedWarehouse(path, Policy()), Noting(path)
    with duckdb.connect(str(path), read_only=True) as plain:
        found = [asked(question, noting) for question in with_sql()]
        say(f"{accounts:,} accounts: {len(found)} questions beside their own statements")
        once = [_beside_statement(each, warehouse, plain, rounds, seconds) for each in found]
        say(f"{accounts:,} accounts: {len(by_hand())} questions beside SQL by hand")
        hand = []
        for each in by_hand():
            each.compared(warehouse, plain)
            taken = in_turns(
                {"ours": lambda: each.ask(warehouse), "hand": lambda: each.plain(plain)},  # noqa: B023
                rounds=rounds,
                seconds=2 * seconds,
            )
            hand.append(_timed(each.question, 0, taken["ours"], taken["hand"]))
        say(f"{accounts:,} accounts: {len(computed())} computed questions")
        return Company(accounts, once, hand, _computed(path, plain))


def _beside_statement(
    each: Asked,
    warehouse: EmbeddedWarehouse,
    plain: duckdb.DuckDBPyConnection,
    rounds: int,
    seconds: float,
) -> Timed:
    ways = {
        "ours": lambda: each.ask(warehouse),
        "plain": lambda: plainly(plain, each.statements),
    }
    for way in ways.values():
        way()
    taken = in_turns(ways, rounds=rounds, seconds=seconds)
    return _timed(each.question.name, each.rows, taken["ours"], taken["plain"])


def _computed(path: Path, plain: duckdb.DuckDBPyConnection) -> list[Timed]:
    """Each asked once, in the order of the menu: the first forecast learns for all of them."""
    noting, found = Noting(path), []
    for question in computed():
        noting.statements.clear()
        taken = in_turns({"ours": lambda: answer(question, noting)}, rounds=1, seconds=0)  # noqa: B023
        statements = list(noting.statements)
        alone = in_turns({"sql": lambda: plainly(plain, statements)}, rounds=1, seconds=0)  # noqa: B023
        found.append(_timed(question.name, 0, taken["ours"], alone["sql"]))
    return found


def _timed(name: str, rows: int, ours: list[float], others: list[float]) -> Timed:
    return Timed(name, rows, Spread.of(ours), Spread.of(others), ratio(ours, others))
