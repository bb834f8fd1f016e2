from decimal import Decimal

import polars as pl

from dashboard.metrics import advocacy as metrics
from dashboard.queries.advocacy import BY_QUARTER, REFERENCES


def framed(schema: pl.Schema, names: str, rows: list[tuple]) -> pl.DataFrame:
    return pl.DataFrame(
        [dict.fromkeys(schema) | dict(zip(names.split(), row, strict=True)) for row in rows],
        schema=schema,
    )


ROWS = framed(
    BY_QUARTER,
    "qualifies_as events influenced_arr",
    [("csqa", 2, Decimal("1.50")), ("csqa", 3, 0), ("csql", 4, 2), ("neither", 9, 5)],
)
ASKED = framed(REFERENCES, "asked is_asked_too_often", [(0, False), (1, False), (4, True)])


def test_advocates_and_leads_are_counted_apart():
    assert (metrics.csqa(ROWS), metrics.csql(ROWS)) == (5, 4)
    assert metrics.influenced_arr(ROWS) == Decimal("8.50")


def test_references_not_asked_and_asked_too_often():
    assert metrics.referenceable(ASKED) == 3
    assert metrics.not_asked(ASKED) == metrics.asked_too_often(ASKED) == 1


def test_nothing_is_nothing():
    none = ROWS.clear()
    assert metrics.csqa(none) == metrics.csql(none) == metrics.influenced_arr(none) == 0
    assert metrics.referenceable(ASKED.clear()) == metrics.not_asked(ASKED.clear()) == 0
    assert metrics.asked_too_often(ASKED.clear()) == 0
