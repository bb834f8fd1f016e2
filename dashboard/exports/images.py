"""An exhibit's chart as a picture, SVG or PNG: its title and what it is of stand on it.

Nothing is asked of a network: the drawing is done by vl-convert in this process.
"""

import re
import textwrap
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import polars as pl

from dashboard.charts import to_write_into
from dashboard.charts.palette import FAINT, INK, SURFACE, Theme
from dashboard.exhibit import Exhibit
from dashboard.formats import visible

VEGA_LITE: Final = "6.4"
WIDTH: Final = 880
LINE: Final = 104
"""Characters of a title's line at the width."""
SCALE: Final = 2.0
FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first one comes with vl-convert: a picture looks the same on every machine."""
GROUND: Final[dict[Theme, str]] = {"light": "#FFFFFF", "dark": "#12161C"}

_TWO_HALVES: Final = re.compile("[\U00010000-\U0010ffff]")
_NEVER_CUT: Final = 10


def config(theme: Theme) -> dict[str, Any]:
    """How a picture is drawn: in the colours of the screen's theme, on a ground of its own."""
    ink, faint, grid = INK[theme], FAINT[theme], SURFACE[theme]
    small = {"labelFontSize": 11, "titleFontSize": 11, "titleColor": faint}
    return {
        "background": GROUND[theme],
        "font": FONT,
        "padding": 16,
        "view": {"stroke": None, "continuousWidth": WIDTH, "discreteWidth": WIDTH},
        "title": {
            "anchor": "start",
            "fontSize": 16,
            "fontWeight": 600,
            "color": ink,
            "subtitleColor": faint,
            "subtitleFontSize": 11,
            "offset": 14,
            "frame": "group",
        },
        "axis": small
        | {
            "labelColor": faint,
            "titleFontWeight": "normal",
            "gridColor": grid,
            "domain": False,
            "tickColor": grid,
            "labelLimit": 260,
        },
        "axisX": {"grid": False},
        "legend": small | {"labelColor": ink},
        "header": {"labelColor": ink, "titleColor": faint},
    }


class NoChartError(ValueError):
    """The exhibit is a table: it has no picture."""


def svg(
    exhibit: Exhibit,
    said: Sequence[str] = (),
    *,
    theme: Theme = "light",
    width: int = WIDTH,
    titled: bool = True,
) -> bytes:
    """The chart as SVG.

    Parameters
    ----------
    exhibit
        Its specification was made for the theme.
    said
        Lines under the title: filters, as-of date.
    theme
        Colours of the text and the ground.
    width
        Of the plot, in points.
    titled
        Without its title where the words stand over it, as on paper.

    Raises
    ------
    NoChartError
        The exhibit has no chart.
    """
    from vl_convert import vegalite_to_svg  # noqa: PLC0415 -- 9 MB that only a picture needs

    drawn = vegalite_to_svg(
        whole(exhibit, said, width=width, titled=titled),
        vl_version=VEGA_LITE,
        config=config(theme),
        allowed_base_urls=[],
    )
    return drawn.encode()


def png(exhibit: Exhibit, said: Sequence[str] = (), *, theme: Theme = "light") -> bytes:
    """The chart as PNG at twice the size of a screen's points; as ``svg``."""
    from vl_convert import vegalite_to_png  # noqa: PLC0415

    drawn: bytes = vegalite_to_png(
        whole(exhibit, said),
        vl_version=VEGA_LITE,
        config=config(theme),
        scale=SCALE,
        allowed_base_urls=[],
    )
    return drawn


def whole(
    exhibit: Exhibit, said: Sequence[str] = (), *, width: int = WIDTH, titled: bool = True
) -> dict[str, Any]:
    """The specification with its data and its title, as it could be drawn anywhere."""
    if exhibit.chart is None or exhibit.drawn is None:
        raise NoChartError(f"{exhibit.title}: this is a table, it has no picture.")
    specification = to_write_into(exhibit.chart)
    specification["data"] = {"values": values(exhibit.drawn)}
    specification.pop("title", None)
    if titled:
        specification["title"] = {
            "text": textwrap.wrap(visible(exhibit.title), LINE),
            "subtitle": [line for text in said for line in textwrap.wrap(visible(text), LINE + 40)],
        }
    if "facet" not in specification and "hconcat" not in specification:
        specification.setdefault("width", width)
        if specification["width"] == "container":
            specification["width"] = width
    drawable: dict[str, Any] = _drawable(specification)
    return drawable


def _drawable(part: Any) -> Any:
    """The same with a box for each letter that Vega cannot shorten a text at.

    It counts in halves of such a letter, emoji among them, and where it cuts between the two
    nothing is drawn at all. A short text is never cut and stays as it is.
    """
    if isinstance(part, str):
        return _TWO_HALVES.sub("□", part) if len(part) > _NEVER_CUT else part
    if isinstance(part, list):
        return [_drawable(each) for each in part]
    if isinstance(part, dict):
        return {name: _drawable(each) for name, each in part.items()}
    return part


def values(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as Vega reads them: days as the moment they begin, in UTC."""
    return [
        {name: _value(value) for name, value in row.items()} for row in frame.iter_rows(named=True)
    ]


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp() * 1000
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC).timestamp() * 1000
    if isinstance(value, float) and value != value:  # noqa: PLR0124 -- not a number
        return None
    return value
