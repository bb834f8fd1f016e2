"""Axes of a chart: names or days along one, numbers along the other."""

from dashboard.exports.drawing import FAINT, GRID, SIZE, Element, e, letters, line, rich
from dashboard.exports.forms import Axis, Plot


def axes_of_categories(plot: Plot) -> list[Element]:
    """The axis of names or days, and that of numbers."""
    lying = plot.is_lying
    longest = max((len(str(slot[-1])) for slot in plot.categories), default=0)
    room = 110 / max(len(plot.categories), 1)
    turned = (
        None if lying or plot.category_axis.is_days else 0 if longest <= room * 2.2 else -2700000
    )
    names = [
        e("c:axId", val=1),
        e("c:scaling", e("c:orientation", val="maxMin" if lying else "minMax")),
        e("c:delete", val=0),
        e("c:axPos", val="l" if lying else "b"),
        _title(plot.category_axis.title, -5400000 if lying else None),
        e(
            "c:numFmt",
            formatCode="mmm yyyy" if plot.category_axis.is_days else "General",
            sourceLinked=0,
        ),
        e("c:majorTickMark", val="none"),
        e("c:minorTickMark", val="none"),
        e("c:tickLblPos", val="low"),
        e("c:spPr", line(FAINT, 0.75)),
        letters(SIZE if len(plot.categories) <= 20 else 900, turned=turned),  # noqa: PLR2004 -- names side by side
        e("c:crossAx", val=2),
        e("c:crosses", val="autoZero"),
    ]
    if plot.category_axis.is_days:
        axis = e(
            "c:dateAx",
            *names,
            e("c:auto", val=0),
            e("c:lblOffset", val=100),
            e("c:baseTimeUnit", val="days"),
            *_months(plot),
        )
    else:
        axis = e(
            "c:catAx",
            *names,
            e("c:auto", val=0),
            e("c:lblAlgn", val="ctr"),
            e("c:lblOffset", val=100),
            e("c:noMultiLvlLbl", val=0),
        )
    return [axis, number_axis(plot.value_axis, 2, 1, "b" if lying else "l", is_far=lying)]


def _months(plot: Plot) -> list[Element]:
    """About ten names along an axis of days."""
    days = [slot[-1] for slot in plot.categories if slot[-1] is not None]
    months = max(1, round((max(days) - min(days)).days / 300)) if days else 1
    return [e("c:majorUnit", val=months), e("c:majorTimeUnit", val="months")]


def _title(words: str | None, turned: int | None) -> Element | None:
    if not words:
        return None
    return e("c:title", rich(words, SIZE, turned=turned), e("c:overlay", val=0))


def number_axis(axis: Axis, own: int, other: int, side: str, *, is_far: bool = False) -> Element:
    """An axis of numbers, or of days as numbers."""
    scaling = [
        e("c:logBase", val=10) if axis.is_log else None,
        e("c:orientation", val="minMax"),
        e("c:max", val=axis.high) if axis.high is not None else None,
        e("c:min", val=axis.low) if axis.low is not None else None,
    ]
    return e(
        "c:valAx",
        e("c:axId", val=own),
        e("c:scaling", *scaling),
        e("c:delete", val=0),
        e("c:axPos", val=side),
        e("c:majorGridlines", e("c:spPr", line(GRID, 0.5))),
        _title(axis.title, -5400000 if side == "l" else None),
        e("c:numFmt", formatCode=axis.format, sourceLinked=0),
        e("c:majorTickMark", val="none"),
        e("c:minorTickMark", val="none"),
        e("c:tickLblPos", val="none" if axis.is_named else "nextTo" if is_far else "low"),
        e("c:spPr", line(None)),
        letters(),
        e("c:crossAx", val=other),
        # Names run downwards in a lying chart: its numbers stand at the far end, below.
        e(
            "c:crosses",
            val="max" if is_far else "min" if axis.is_log or axis.is_days else "autoZero",
        ),
        e("c:crossBetween", val="midCat" if own == 1 or axis.is_log else "between"),
        e("c:majorUnit", val=axis.step) if axis.step else None,
    )
