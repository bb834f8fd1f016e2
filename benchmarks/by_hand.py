"""Questions beside SQL that somebody would write by hand on the contract tables alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import polars.selectors as cs

from benchmarks.asked import answer
from benchmarks.companies import AS_OF
from dashboard.questions import questions
from dashboard.warehouse.base import Warehouse

FOLDER: Final = Path(__file__).parent / "plain_sql"
NEAR: Final = 1e-6


@dataclass(frozen=True, slots=True)
class ByHand:
    """A question and the plain SQL that gives the same numbers."""

    question: str
    text: str

    def plain(self, connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        """The answer of the plain SQL."""
        # Not ``sql(...).pl()``, which plans twice: plain SQL at its best.
        return pl.DataFrame(connection.execute(self.text, {"as_of": AS_OF}).to_arrow_table())

    def ask(self, warehouse: Warehouse) -> pl.DataFrame:
        """The answer of the dashboard."""
        return answer(questions()[self.question], warehouse)

    def compared(self, warehouse: Warehouse, connection: duckdb.DuckDBPyConnection) -> None:
        """See that both say the same in every column of the plain SQL, row by row.

        Where the question tells rows apart that the plain SQL does not, its numbers are added up;
        rows of nothing, such as a CSM without customers, are left out.

        Raises
        ------
        ValueError
            They differ.
        """
        theirs = self.plain(connection)
        keys = theirs.select(~cs.numeric()).columns
        numbers = theirs.select(cs.numeric()).columns
        ours = self.ask(warehouse).rename({"on": "on_day"}, strict=False)
        if ours.select(keys).is_duplicated().any():
            ours = ours.group_by(keys).agg(pl.col(numbers).sum())
        sides = []
        for each in (ours, theirs):
            rows = each.select(keys + numbers).with_columns(pl.col(numbers).cast(pl.Float64))
            if "accounts" in numbers:
                rows = rows.filter(pl.col("accounts") > 0)
            sides.append(rows.sort(keys, nulls_last=True))
        mine, other = sides
        if len(mine) != len(other) or not mine.select(keys).equals(other.select(keys)):
            raise ValueError(f"{self.question}: {len(mine)} rows, by hand {len(other)}")
        for name in numbers:
            apart = ((mine[name].fill_null(0) - other[name].fill_null(0)).abs()).max()
            if apart is not None and float(apart) > NEAR:  # type: ignore[arg-type]
                raise ValueError(f"{self.question}: {name} differs by {apart}")


def by_hand() -> list[ByHand]:
    """Every file of ``plain_sql/``, named ``subject.question.sql``."""
    return [
        ByHand(path.stem.replace(".", "/", 1), path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.sql"))
    ]
