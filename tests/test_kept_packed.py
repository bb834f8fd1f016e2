"""Answers that are kept packed: what is unpacked is what was packed."""

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.answering import packed, unpacked
from dashboard.settings import ROOT

ASKED_AT = datetime(2026, 10, 31, 12, 0, 0, 250, tzinfo=UTC)
KINDS = {
    "band": pl.Enum(["green", "amber", "red"]),
    "arr": pl.Decimal(18, 2),
    "due_on": pl.Date,
    "noted_at": pl.Datetime("us", "UTC"),
    "themes": pl.List(pl.String),
    "share": pl.Float64,
    "account": pl.String,
    "nothing": pl.Null,
}
ROWS = pl.DataFrame(
    {
        "band": ["red", None, "green"],
        "arr": [Decimal("1250.10"), Decimal("-0.01"), None],
        "due_on": [date(2028, 2, 29), None, date(1, 1, 1)],
        "noted_at": [ASKED_AT, None, ASKED_AT],
        "themes": [["price", None], [], None],
        "share": [0.1, float("nan"), None],
        "account": ["Müller & Söhne", "🎉" * 300, ""],
        "nothing": [None, None, None],
    },
    schema=KINDS,
)


@pytest.mark.parametrize(
    "frame",
    [ROWS, ROWS.clear(), ROWS.slice(1, 1), pl.concat([ROWS, ROWS], rechunk=False), pl.DataFrame()],
    ids=["rows", "none", "a part", "two chunks", "no column"],
)
def test_a_frame_comes_back_as_it_was_with_its_moment(frame):
    found, asked_at = unpacked(packed((frame, ASKED_AT)))

    assert_frame_equal(found, frame, check_exact=True)
    assert asked_at == ASKED_AT


TOGETHER = """
import os, threading
from datetime import UTC, datetime
import polars as pl
from dashboard.answering import packed

frame = pl.DataFrame({f"arr_{place}": [*range(300)] for place in range(30)})

def reads():
    while True:
        assert (frame.height, frame.width) == (300, 30)

for _ in range(2):
    threading.Thread(target=reads, daemon=True).start()
for _ in range(300):
    packed((frame, datetime.now(UTC)))
os._exit(0)
"""


def test_a_frame_can_be_packed_while_others_read_it():
    """Of what holds on to a frame and waits for Python's lock, the whole process stands still."""
    subprocess.run([sys.executable, "-c", TOGETHER], cwd=ROOT, timeout=120, check=True)  # noqa: S603
