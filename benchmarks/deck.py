"""How long a deck takes, as a ratio to the same bars built bare with python-pptx in the same run.

    python -m benchmarks.deck
    python -m benchmarks.deck --slides 12 --runs 5

The bare file has the same numbers in PowerPoint's own charts and nothing else: no title, notes,
alternative text, colours or fonts.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Final

import polars as pl
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from dashboard.charts import renewals
from dashboard.exhibit import Exhibit, Source
from dashboard.exports.deck import Slide, deck

STATES: Final = ("closed: kept", "closed: lost", "open: green", "open: amber", "open: red")
QUARTERS: Final = 9


def exhibit(number: int) -> Exhibit:
    """Renewals due by quarter and state, as the page draws them."""
    rows = pl.DataFrame(
        [
            {
                "quarter": f"FY{25 + place // 4} Q{place % 4 + 1}",
                "due_quarter": date(2024 + place // 4, 1 + place % 4 * 3, 1),
                "state": state,
                "rank": rank,
                "arr": 1000.25 * (number + place + rank + 1),
            }
            for place in range(QUARTERS)
            for rank, state in enumerate(STATES)
        ]
    )
    chart = renewals.due_by_quarter("ARR", STATES, "health band", "FY26 Q4", "USD", "light")
    source = Source("renewals/due_by_quarter")
    return Exhibit(f"due_{number}", f"{number} is due", "What is due.", rows, source, chart, rows)


def bare(exhibits: list[Exhibit]) -> bytes:
    """The same numbers with python-pptx alone."""
    made = Presentation()
    for each in exhibits:
        slide = made.slides.add_slide(made.slide_layouts[6])
        data = CategoryChartData()
        data.categories = each.frame["quarter"].unique(maintain_order=True).to_list()
        for state in STATES:
            data.add_series(state, each.frame.filter(pl.col("state") == state)["arr"].to_list())
        kind = XL_CHART_TYPE.COLUMN_STACKED
        slide.shapes.add_chart(kind, Inches(1), Inches(1), Inches(8), Inches(5), data)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def seconds(build: Callable[[], bytes]) -> float:
    """CPU time of one build: other work on the machine does not count."""
    began = time.process_time()
    build()
    return time.process_time() - began


def main() -> None:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--slides", type=int, default=12)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    exhibits = [exhibit(number) for number in range(given.slides)]
    slides = [Slide(each.title, "As of today", (), each) for each in exhibits]

    def whole() -> bytes:
        return deck(slides, title="Deck", subtitle="As of today")

    whole(), bare(exhibits)
    pairs = [(seconds(whole), seconds(lambda: bare(exhibits))) for _ in range(given.runs)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    sys.stdout.write(
        f"{given.slides} slides: deck {ours:.2f} s, bare charts {theirs:.2f} s of CPU, "
        f"ratio {ours / theirs:.1f}\n"
    )


if __name__ == "__main__":
    main()
