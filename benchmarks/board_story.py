"""How long the board's story takes as a deck, and the writing alone as a ratio to bare charts.

    python -m benchmarks.board_story
    python -m benchmarks.board_story --warehouse FILE --runs 5

The answers are warm: a first deck is made before anything is measured. The bare file has as many
charts, built with python-pptx alone as in ``benchmarks.deck``. CPU seconds.
"""

import argparse
import os
import statistics
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from benchmarks.deck import bare, exhibit, seconds
from dashboard.settings import DEMO_WAREHOUSE

BAR: Final = 3.0
"""Seconds that a warm story may take."""


def main() -> int:
    """Print the medians, the ratio, and whether the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--warehouse", type=Path, default=DEMO_WAREHOUSE)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    os.environ["CS_DASHBOARD_WAREHOUSE"] = str(given.warehouse.absolute())
    # Without a server Streamlit warns of every cache: silenced before anything of it is loaded.
    import_module("streamlit.config").get_config_options()
    import_module("streamlit.logger").set_log_level("error")
    from dashboard.takeaway.offscreen import Chosen  # noqa: PLC0415
    from dashboard.takeaway.slides import whole  # noqa: PLC0415
    from dashboard.takeaway.story import story  # noqa: PLC0415

    slides = story(Chosen(), viewer=None)
    charts = [exhibit(number) for number, each in enumerate(slides) if each.exhibit is not None]
    whole(slides), bare(charts)
    runs = [
        (
            seconds(lambda: whole(story(Chosen(), viewer=None))),
            seconds(lambda: whole(slides)),
            seconds(lambda: bare(charts)),
        )
        for _ in range(given.runs)
    ]
    everything, writing, theirs = (statistics.median(each) for each in zip(*runs, strict=True))
    sys.stdout.write(
        f"{len(slides)} slides, {len(charts)} charts: story {everything:.2f} s (bar {BAR:.0f} s), "
        f"writing alone {writing:.2f} s, bare charts {theirs:.2f} s of CPU; "
        f"writing / bare {writing / theirs:.1f}, story / bare {everything / theirs:.1f}\n"
    )
    return 0 if everything <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
