"""Files read back: the numbers of every chart and table are those of the page, to the cent."""

import random
from collections import Counter
from decimal import Decimal
from io import BytesIO

import fastexcel
import polars as pl
import pytest

from dashboard import session
from dashboard.exhibit import Exhibit
from dashboard.exports.adding import added
from dashboard.exports.deck import Slide
from dashboard.exports.forms import Grid
from dashboard.exports.sheets import form_of
from dashboard.exports.slide_tables import ELSEWHERE
from dashboard.exports.words import heading, name
from dashboard.filters import Filters
from dashboard.navigation import SHOWING
from dashboard.takeaway.exhibits import made
from dashboard.takeaway.offscreen import Chosen, NotOnOfferError, Opened, in_a_run, shown_on
from dashboard.takeaway.slides import slides_of, whole
from dashboard.takeaway.story import story
from tests.takeaway.reading import (
    cell_says,
    chart_on,
    decimal,
    numbers_of,
    series_of,
    slides_in,
    sums_of,
    table_on,
    workbook_of,
)

pytestmark = pytest.mark.usefixtures("company")
SETS = 20
COUNTED = ("charts", "values", "tables", "cells", "totals", "additive")


def assert_read_back(slides: list[Slide]) -> Counter[str]:
    """Every slide of a deck against the rows it was made of; what was looked at."""
    content = in_a_run(lambda: whole(slides), viewer=None)
    pages, counted = slides_in(content), Counter()
    wanted = [each for each in slides if each.exhibit is not None]
    titled = {each.title for each in wanted}
    found = [page for page in pages if any(shape.name == "Source" for shape in page.shapes)]
    assert len(found) == len(wanted), titled
    for slide, page in zip(wanted, found, strict=True):
        exhibit = slide.exhibit
        chart, table = chart_on(page), table_on(page)
        form, _ = form_of(exhibit)
        if chart is not None:
            counted += charted(exhibit, chart)
        elif isinstance(form, Grid):
            assert table is not None
            counted += gridded(form, table)
        elif table is not None:
            counted += tabled(exhibit.frame, table)
        else:
            assert exhibit.frame.is_empty(), exhibit.key
    return counted


def charted(exhibit: Exhibit, chart) -> Counter[str]:
    """Each number of the chart and of its workbook is a number of the rows, or their sum."""
    known, series, book = numbers_of(exhibit), series_of(chart), workbook_of(chart)
    known |= {-each for each in known}
    rounded = {round(each, 6) for each in known}
    sums: set[Decimal] = set()
    counted: Counter[str] = Counter(charts=1)
    for label, values in series.items():
        said = label.partition(" ")[2]
        counted["values"] += len(values)
        for value in filter(None, values):
            # Ends of bars are running sums of floats: a millionth of a cent is not a difference.
            if value in known or (abs(value) > 1 and round(value, 6) in rounded):
                continue
            sums = sums or sums_of(exhibit)
            assert (
                value in sums
                or -value in sums
                or is_place(exhibit, value)
                or is_step(exhibit, said, series)
            ), (exhibit.key, label, value)
    # The workbook holds the same: each series stands in it as it is drawn.
    columns = [
        [decimal(each) for each in book[column]]
        for column in book.columns
        if book[column].dtype.is_numeric() or book[column].dtype == pl.Null
    ]
    for label, values in series.items():
        rest = [value for value in values if value is not None]
        assert not rest or any(
            same([each for each in column if each is not None], rest) for column in columns
        ), (exhibit.key, label)
    counted += additive(exhibit, series)
    return counted


def same(found: list[Decimal | None], wanted: list[Decimal | None]) -> bool:
    """Whether numbers of a workbook are these: it keeps sixteen digits, money to the cent all."""
    return len(found) == len(wanted) and all(
        a == b or (a is not None and b is not None and abs(a - b) <= abs(b) * Decimal("1e-15"))
        for a, b in zip(found, wanted, strict=True)
    )


def is_place(exhibit: Exhibit, value: Decimal) -> bool:
    """Whether a number is the place of a name in a row of names: lanes are numbered."""
    most = max(exhibit.drawn[c].n_unique() for c in exhibit.drawn.columns)
    return value == int(value) and 0 < value <= most and has_lanes(exhibit)


def has_lanes(exhibit: Exhibit) -> bool:
    encodings = str(exhibit.chart)
    return "'type': 'temporal'" in encodings and "'nominal'" in encodings


def is_step(exhibit: Exhibit, said: str, series: dict[str, list[Decimal | None]]) -> bool:
    """Whether a series is of a bridge whose steps lead from its first total to its last one."""
    by_name = {label.partition(" ")[2]: values for label, values in series.items()}
    if "total" not in by_name:
        return False
    known = ("total", "up to the bar (not drawn)", "▲ adds", "▼ takes", "labels at Top")
    totals = [value for value in by_name["total"] if value is not None]
    adds, takes = (
        sum((v for v in by_name.get(each, []) if v is not None), Decimal(0))
        for each in ("▲ adds", "▼ takes")
    )
    first, last = totals[0], totals[-1]
    return said in known and first + adds - takes == last


def additive(exhibit: Exhibit, series: dict[str, list[Decimal | None]]) -> Counter[str]:
    """Where a chart is one layer of bars, they sum to the rows."""
    chart, drawn = exhibit.chart, exhibit.drawn
    encoding = chart.get("encoding", {})
    mark = chart.get("mark")
    kind = mark.get("type") if isinstance(mark, dict) else mark
    if kind != "bar" or "transform" in chart or {"x2", "y2", "xOffset", "yOffset"} & set(encoding):
        return Counter()
    if drawn.columns and "note_number" in drawn.columns:
        return Counter()
    amount = next(
        encoding[each]["field"] for each in ("x", "y") if encoding[each]["type"] == "quantitative"
    )
    rows = sum((v for each in drawn[amount] if (v := decimal(each)) is not None), Decimal(0))
    bars = sum((v for values in series.values() for v in values if v is not None), Decimal(0))
    is_money = abs(rows) > 1  # Shares are floats: their sum is exact but for their last digit.
    assert abs(rows - bars) < (Decimal("0.005") if is_money else Decimal("1e-9")), exhibit.key
    return Counter(additive=1)


def gridded(form: Grid, table: list[list[str]]) -> Counter[str]:
    """Every cell of a grid says what it says on the page."""
    words = {line for row in table for cell in row for line in cell.split("\n")}
    for cell in form.cells.values():
        for line in cell.lines:
            # What is longer than its place ends in dots.
            assert line in words or any(
                each.endswith("…") and line.startswith(each[:-1].rstrip()) for each in words
            ), line
    return Counter(tables=1, cells=len(form.cells))


def tabled(frame: pl.DataFrame, table: list[list[str]]) -> Counter[str]:
    """A table cell by cell; its last row is the sum of all rows, to the cent, where they add up."""
    head, *lines = table
    counted: Counter[str] = Counter(tables=1)
    money = {name(heading(each)): each for each in added(frame)}
    sums = {place: money[each] for place, each in enumerate(head) if each in money}
    if sums:
        *lines, total = lines
        for place, column in sums.items():
            summed = sum((v for v in frame[column] if v is not None), Decimal(0))
            assert cell_says(total[place], summed), (column, total[place], summed)
            counted["totals"] += 1
    if lines and ELSEWHERE in lines[-1][0]:
        *lines, rest = lines
        assert rest[0].startswith(f"{len(frame) - len(lines):,} more of {len(frame):,} rows")
    else:
        assert len(lines) == len(frame)
    for place, said in enumerate(head):
        # A day and what is said of it may have one heading: due_on and due.
        columns = [each for each in frame.columns if is_said(said, name(heading(each)))]
        assert any(
            all(
                cell_says(line[place], value)
                for line, value in zip(lines, frame[each], strict=False)
            )
            for each in columns
        ), (said, columns, [line[place] for line in lines])
        counted["cells"] += len(lines)
    return counted


def is_said(text: str, whole_text: str) -> bool:
    return text == whole_text or (text.endswith("…") and whole_text.startswith(text[:-1].rstrip()))


def test_every_number_of_every_page_is_read_back():
    counted: Counter[str] = Counter()
    kinds: Counter[str] = Counter()

    def both(shown) -> tuple[list[Slide], tuple[str, ...]]:
        for exhibit, among in shown.exhibits:
            assert_rows_are_read_back(exhibit, among)
            kinds["files"] += 3
        return slides_of(shown), shown.views

    for entry in SHOWING:
        slides, views = shown_on(Opened(entry), both, viewer=None)
        for view in views[1:]:
            slides += shown_on(Opened(entry, link={"view": view}), both, viewer=None)[0]
        if slides:
            counted += assert_read_back(slides)
    print(dict(counted), dict(kinds))  # noqa: T201 -- with -s
    assert all(counted[each] > 0 for each in COUNTED), counted
    assert counted["charts"] > 80
    assert kinds["files"] > 400


def assert_rows_are_read_back(exhibit: Exhibit, among: Filters) -> None:
    """CSV, Excel and Parquet hold the rows of the exhibit, all of them and no other."""
    frame = exhibit.frame
    parquet = pl.read_parquet(BytesIO(made(exhibit, among, "parquet", reading="")))
    assert parquet.select(frame.columns).equals(frame), exhibit.key
    csv = pl.read_csv(BytesIO(made(exhibit, among, "csv", reading="")), infer_schema=False)
    assert len(csv) == len(frame), exhibit.key
    book = fastexcel.read_excel(made(exhibit, among, "xlsx", reading=""))
    sheet = book.load_sheet(0).to_polars()
    assert len(sheet) == len(frame) or frame.is_empty(), exhibit.key
    for column, dtype in frame.schema.items():
        if not dtype.is_numeric():
            continue
        wanted = [decimal(each) for each in frame[column]]
        assert [None if each is None else number(each) for each in csv[column]] == wanted
        if not frame.is_empty():
            found = [decimal(each) for each in sheet[column]]
            assert same(found, wanted), (exhibit.key, column)


def number(text: str) -> Decimal | None:
    exact = Decimal(text)
    return exact.normalize() if exact.is_finite() else None


def filter_sets() -> list[Chosen]:
    """Sets of filters drawn from what is on offer, the same ones every time."""
    drawn = random.Random(20261031)  # noqa: S311 -- not for secrets

    def offered() -> tuple[dict[str, list[str]], list[str], list[str], object]:
        names = {each: sorted(session.choices(each)) for each in ("segment", "region", "csm")}
        quarters = [each.label for each in session.quarters()]
        return names, quarters, sorted(session.retention_policies()), session.today()

    names, quarters, policies, today = in_a_run(offered, viewer=None)
    days = [None, today.replace(day=1), today.replace(day=15), today.replace(month=7, day=31)]
    sets = []
    for place in range(SETS):
        kept = {
            each: tuple(drawn.sample(values, drawn.randint(1, min(3, len(values)))))
            for each, values in names.items()
            if drawn.random() < 0.4
        }
        sets.append(
            Chosen(
                as_of=days[place % len(days)],
                quarter=drawn.choice([None, *quarters[:9]]) if place % len(days) == 0 else None,
                policy=drawn.choice([None, *policies]),
                **kept,
            )
        )
    return sets


@pytest.mark.thorough
def test_every_number_of_the_story_is_read_back_whatever_the_filters():
    counted = assert_read_back(story(Chosen(), viewer=None))
    assert counted["charts"] == 10
    told = set()
    for chosen in filter_sets():
        try:
            slides = story(chosen, viewer=None)
        except NotOnOfferError as empty:
            assert "No account is yours to see" in str(empty)  # noqa: PT017 -- of some sets only
            continue
        counted += assert_read_back(slides)
        told.add(slides[0].numbers)
    print(dict(counted), len(told))  # noqa: T201 -- with -s
    assert len(told) > SETS / 2
