"""A deck that can be edited: its numbers are those of the frames, and nothing leaves its slide."""

from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import combinations
from zipfile import ZIP_DEFLATED, ZipFile

import fastexcel
import polars as pl
import pytest
from lxml import etree
from PIL import ImageFont
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.util import Inches

from dashboard.exhibit import Figure
from dashboard.exports.deck import TemplateError, deck
from dashboard.exports.fitting import width
from dashboard.exports.forms import Plot, spans_of
from dashboard.exports.native import native
from dashboard.exports.points import serial
from tests.exports.samples import CHARTS, every_chart, exhibit, sample, slide, table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
LONG = "Gesellschaft für Angewandtes Wachstum in Mitteleuropa mbH 60"
BIG = Decimal("999999999999.99")
HOSTILE = [
    LONG,
    "W" * 59,
    "=cmd|'/c calc'!A0",
    "<img src=x onerror=alert(1)>",
    "\u202eevil\u202c",
    "control\x00\x07\x1b\x0bname\ufffe\ud800",
    "emoji 😀 company",
    "العربية",
    "",
    "n" * 10_000_000,
]
FIGURE = Figure("ARR", "$61.5M", "+$2.1M", "vs FY26 Q3 · target $65.0M", "All live ARR.", "good")


def opened(slides, **given):
    return Presentation(BytesIO(written(slides, **given)))


def written(slides, **given) -> bytes:
    return deck(slides, **({"title": "Board deck", "subtitle": "As of 31 October 2026"} | given))


@cache
def template(wide: float = 10, tall: float = 7.5, font: str = "Georgia") -> bytes:
    """Another company's template with a slide of its own: 4:3, its fonts and colours."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(wide), Inches(tall)
    part = made.slide_master.part.part_related_by(RT.THEME)
    theme = etree.fromstring(part.blob)
    for number, colour in enumerate(("8B1E3F", "3C6E71", "D9A441", "284B63"), start=1):
        accent = next(theme.iter(f"{A}accent{number}"))
        accent[0].getparent().replace(accent[0], etree.Element(f"{A}srgbClr", val=colour))
    for fonts in ("majorFont", "minorFont"):
        next(theme.iter(f"{A}{fonts}")).find(f"{A}latin").set("typeface", font)
    part._blob = etree.tostring(theme)  # noqa: SLF001 -- a part of bytes
    old = made.slides.add_slide(made.slide_layouts[1])
    old.shapes.title.text = "Confidential: last year"
    old.notes_slide.notes_text_frame.text = "Confidential notes"
    made.core_properties.comments = "Confidential remark"
    buffer = BytesIO()
    made.save(buffer)
    return titled_in_its_properties(buffer.getvalue())


def titled_in_its_properties(given: bytes) -> bytes:
    """A file as PowerPoint writes it: the titles of its slides stand in ``docProps/app.xml``."""
    buffer = BytesIO()
    with ZipFile(BytesIO(given)) as package, ZipFile(buffer, "w", ZIP_DEFLATED) as made:
        for name in package.namelist():
            content = package.read(name)
            if name == "docProps/app.xml":
                content = content.replace(
                    b"</Properties>", b"<Company>Confidential</Company></Properties>"
                )
                assert b"Confidential" in content
            made.writestr(name, content)
    return buffer.getvalue()


def chart_of(made, number: int = 1):
    return next(shape.chart for shape in made.slides[number].shapes if shape.has_chart)


def table_of(made, number: int = 1) -> list[list[str]]:
    made_table = next(shape.table for shape in made.slides[number].shapes if shape.has_table)
    return [[cell.text for cell in row.cells] for row in made_table.rows]


def notes_of(made, number: int = 1) -> str:
    return made.slides[number].notes_slide.notes_text_frame.text


# Numbers


@pytest.mark.parametrize("name", CHARTS)
def test_what_is_read_back_is_what_was_drawn(name):
    """From the chart by python-pptx and from its workbook by Excel's reader: difference 0.00."""
    drawn = sample(CHARTS[name])
    form = native(CHARTS[name], drawn)
    made = opened([slide(exhibit(name, drawn))])
    if not isinstance(form, Plot):
        words = {line for cell in form.cells.values() for line in cell.lines}
        assert words <= {
            line for row in table_of(made) for cell in row for line in cell.split("\n")
        }
        return

    chart = chart_of(made)

    shown = {each.name: tuple(each.values) for plot in chart.plots for each in plot.series}
    for series in form.series:
        known = tuple(None if v is None else float(v) for v in series.values)
        assert shown[series.name][: len(known)] == known
        assert set(shown[series.name][len(known) :]) <= {None}
    book = fastexcel.read_excel(chart.part.chart_workbook.xlsx_part.blob).load_sheet(0)
    columns = book.to_polars()
    for series in form.series:
        place = columns.columns.index(series.name)
        wanted = [series.values, *([series.x] if series.x else [])]
        for step, values in enumerate(wanted):
            found = columns[columns.columns[place - step]].to_list()[: len(values)]
            assert found == [None if v is None else pytest.approx(float(v), abs=0) for v in values]
        for heading, values in spans_of(series):
            found = columns[heading].to_list()[: len(values)]
            assert found == [None if v is None else float(v) for v in values]


def test_categories_are_read_back_as_they_are():
    made = opened([slide(exhibit("references.asked_chart"))])

    assert list(chart_of(made).plots[0].categories) == ["Alpha", "Beta", "Gamma"]


def test_places_within_categories_are_two_levels():
    made = opened([slide(exhibit("scenarios.scenario_chart"))])

    categories = chart_of(made).plots[0].categories
    assert categories.depth == 2
    assert categories.flattened_labels[0] == ("Alpha", "forecast")


def test_days_are_an_axis_of_days():
    made = opened([slide(exhibit("account.health_by_week"))])

    chart = chart_of(made)
    assert chart._chartSpace.findall(f".//{C}dateAx")  # noqa: SLF001 -- as the file has it
    assert next(iter(chart.plots[0].categories)) == str(serial(date(2026, 1, 1)))


def test_cents_are_kept():
    drawn = sample(CHARTS["churn.by_part_chart"]).with_columns(
        arr_lost=pl.lit(Decimal("1234567890.13")).cast(pl.Decimal(38, 2))
    )

    made = opened([slide(exhibit("churn.by_part_chart", drawn))])

    values = {v for plot in chart_of(made).plots for each in plot.series for v in each.values}
    assert values == {1234567890.13}


def test_a_table_has_the_total_of_all_rows_to_the_cent_and_says_what_is_missing():
    frame = pl.DataFrame(
        {"account_name": [f"Account {n}" for n in range(500)], "arr": [Decimal("0.10")] * 500},
        schema_overrides={"arr": pl.Decimal(38, 2)},
    )

    made = opened([slide(table(frame))])

    rows = table_of(made)
    shown = [row for row in rows if row[0].startswith("Account ")][1:]
    assert rows[0] == ["Account name", "ARR"]
    assert rows[-1] == ["Total of all 500 rows", "50.00"]
    assert rows[-2][0].startswith(f"{500 - len(shown)} more of 500 rows")
    assert f"{500 - len(shown)} more of 500 rows" in notes_of(made)


def test_columns_that_do_not_fit_are_named():
    frame = pl.DataFrame({f"column_{n}": ["words that take room"] for n in range(30)})

    made = opened([slide(table(frame))])

    shown = table_of(made)[0]
    named = notes_of(made).rpartition("workbook: ")[2].rstrip(".").split(", ")
    assert sorted(shown + named) == sorted(f"Column {number}" for number in range(30))
    assert min(len(shown), len(named)) > 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (Decimal("-1234.5"), "(1,234.50)"),
        (True, "yes"),
        (date(2026, 3, 1), "1 Mar 2026"),
    ],
)
def test_a_cell_reads_as_the_page_writes_it(value, text):
    frame = pl.DataFrame({"what": ["a", "b"], "value": [value, None]})

    made = opened([slide(table(frame))])

    assert table_of(made)[1][1] == text


# What stands on a slide


def everything(**given) -> list:
    """Slides of every kind with names of 60 characters and numbers of 12 digits."""
    slides = every_chart()
    for name in ("risks.by_category_chart", "capacity.moved_chart", "one_on_one.heat"):
        drawn = sample(
            CHARTS[name], amount=lambda: float(BIG), names=[LONG + str(n) for n in range(9)]
        )
        slides.append(slide(exhibit(name, drawn), title=f"{LONG} {LONG} {LONG}: $999,999,999,999"))
    frame = pl.DataFrame(
        {
            "account_name": [LONG] * 90,
            "note": [LONG * 9] * 90,
            "arr": [BIG] * 90,
            "score": [0.5] * 90,
        },
        schema_overrides={"arr": pl.Decimal(38, 2)},
    )
    figures = tuple(
        Figure(LONG, "$999,999,999,999.99", "-$999,999,999,999", f"vs {LONG}", "x" * 900, "bad")
        for _ in range(14)
    )
    return [
        *slides,
        slide(table(frame)),
        slide(table(frame.clear())),
        slide(numbers=figures, title=LONG * 9, subtitle=LONG * 9),
        slide(exhibit("churn.by_part_chart"), numbers=figures[:3]),
    ]


SIZES = {"ours": None, "4:3": (10, 7.5), "16:9": (13.333, 7.5), "small": (10, 5.625)}


@pytest.fixture(scope="module", params=SIZES)
def pages(request):
    """Everything there is, in our own template and in others."""
    size = SIZES[request.param]
    given = {"stale": "As of 09:40; the warehouse has not answered since 09:52"} if size else {}
    return opened(everything(), template=template(*size) if size else None, **given)


@pytest.mark.sampled(4)
def test_every_shape_stands_within_its_slide(pages):
    for page in pages.slides:
        for shape in page.shapes:
            assert shape.left >= 0, shape.name
            assert shape.top >= 0, shape.name
            assert shape.left + shape.width <= pages.slide_width, shape.name
            assert shape.top + shape.height <= pages.slide_height, shape.name
            assert min(shape.width, shape.height) > 0


def test_no_two_shapes_of_a_slide_overlap(pages):
    for page in pages.slides:
        for one, other in combinations(page.shapes, 2):
            apart = (
                one.left + one.width <= other.left
                or other.left + other.width <= one.left
                or one.top + one.height <= other.top
                or other.top + other.height <= one.top
            )
            assert apart, (page.shapes.title.text, one.name, other.name)


@cache
def font(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(round(size))


def lines_of(text: str, size: float, room: float) -> int:
    """Lines that a common font needs in a room of so many points."""
    number, reached = 1, 0.0
    for word in text.split(" "):
        long = font(size).getlength(f"{word} ") * size / round(size)
        if reached and reached + long > room:
            number, reached = number + 1, 0.0
        number += int(long // room)
        reached += long % room
    return number


def test_text_fits_its_shape(pages):
    for page in pages.slides:
        for shape in page.shapes:
            if not shape.has_text_frame or not shape.text_frame.text:
                continue
            frame = shape.text_frame
            room = (shape.width - frame.margin_left - frame.margin_right) / 12_700
            tall = 0.0
            for paragraph in frame.paragraphs:
                sizes = [run.font.size.pt for run in paragraph.runs if run.font.size] or [9]
                tall += lines_of(paragraph.text, max(sizes), room) * max(sizes) * 1.2
            assert tall * 12_700 <= shape.height, (shape.name, frame.text[:80])
            assert frame.auto_size in {None, MSO_AUTO_SIZE.NONE}


def test_text_fits_its_cell(pages):
    for page in pages.slides:
        for drawn in (shape.table for shape in page.shapes if shape.has_table):
            for row in drawn.rows:
                for place, cell in enumerate(row.cells):
                    if cell.is_spanned or cell.is_merge_origin:
                        continue
                    room = drawn.columns[place].width - cell.margin_left - cell.margin_right
                    for paragraph in cell.text_frame.paragraphs:
                        for run in paragraph.runs:
                            long = font(run.font.size.pt).getlength(run.text) * 12_700
                            assert long <= room * 1.02, run.text


def test_every_exhibit_and_number_has_words_for_who_cannot_see_it(pages):
    for page in list(pages.slides)[1:]:
        for shape in page.shapes:
            if shape.has_chart or shape.has_table or shape.name in {"ARR", LONG}:
                own = next(e for e in shape.element.iter() if e.tag.endswith("cNvPr"))
                assert own.get("descr")


def test_no_slide_holds_a_picture(pages):
    kinds = {shape.shape_type for page in pages.slides for shape in page.shapes}
    assert MSO_SHAPE_TYPE.PICTURE not in kinds


def test_a_slide_says_what_it_shows_and_where_it_comes_from():
    shown = exhibit("churn.by_part_chart", pinned=("1 Oct: a price list",), notes=("n is small",))

    made = opened([slide(shown, notes=(("Filters", "Enterprise"), ("As of", "31 October 2026")))])

    words = {
        shape.name: shape.text_frame.text for shape in made.slides[1].shapes if shape.has_text_frame
    }
    assert made.slides[1].shapes.title.text == shown.title
    assert words["Subtitle"] == "All accounts · as of 31 October 2026"
    assert words["Source"].startswith("Source: renewals/due_by_quarter, 6 rows")
    assert notes_of(made).split("\n") == [
        "Filters: Enterprise",
        "As of: 31 October 2026",
        "Finding: churn.by_part_chart says 42",
        "Definition: What it counts, in a sentence.",
        "Question: renewals/due_by_quarter",
        "Rows: 6",
        "Remark: n is small",
        "Note 1: 1 Oct: a price list",
    ]


def test_numbers_stand_on_cards_with_their_definition_in_the_notes():
    made = opened([slide(numbers=(FIGURE,))])

    card = next(shape for shape in made.slides[1].shapes if shape.name == "ARR")
    assert card.text_frame.text.split("\n") == [
        "ARR",
        "$61.5M",
        "+$2.1M (better)",
        "vs FY26 Q3 · target $65.0M",
    ]
    assert "ARR: All live ARR." in notes_of(made)


def test_numbers_that_one_slide_cannot_hold_go_on_the_next():
    made = opened([slide(numbers=(FIGURE,) * 14)])

    assert [page.shapes.title.text for page in made.slides][1:] == [
        "ARR is $61.5M (1 of 2)",
        "ARR is $61.5M (2 of 2)",
    ]
    assert sum(shape.name == "ARR" for page in made.slides for shape in page.shapes) == 14


def test_a_chart_without_a_native_form_is_a_table_and_says_so():
    rows = pl.DataFrame({"arr": [Decimal("1.50")]}, schema_overrides={"arr": pl.Decimal(38, 2)})
    pie = {"mark": "arc", "encoding": {"theta": {"field": "arr", "type": "quantitative"}}}

    made = opened([slide(exhibit("churn.by_part_chart", rows, chart=pie))])

    assert table_of(made)[1] == ["1.50"]
    assert "The chart is on the page; here are its rows" in notes_of(made)


def test_stale_data_are_stamped_on_every_slide():
    made = opened(
        [slide(exhibit("churn.by_part_chart")), slide(numbers=(FIGURE,))], stale="Old since 09:52"
    )

    for page in made.slides:
        assert "Old since 09:52" in {s.text_frame.text for s in page.shapes if s.has_text_frame}


# Files


@pytest.fixture(scope="module")
def hostile() -> bytes:
    names = pl.DataFrame(
        [
            {"category": name, "place": n, "state": "escalated", "rank": 0, "arr": 1.0, "risks": 1}
            for n, name in enumerate([*HOSTILE[:5], *HOSTILE[6:]])
        ]
    )
    shown = exhibit("risks.by_category_chart", names, title=HOSTILE[5], definition=HOSTILE[9])
    rows = table(names)
    cards = tuple(Figure(name, name, name, name, name, "bad") for name in HOSTILE)
    notes = tuple((name, name) for name in HOSTILE)
    slides = [slide(shown, title=HOSTILE[9], notes=notes), slide(rows, subtitle=HOSTILE[5])]
    return written(
        [*slides, slide(numbers=cards)], title=HOSTILE[4], subtitle=HOSTILE[9], stale=HOSTILE[2]
    )


def test_hostile_text_stays_text(hostile):
    package = ZipFile(BytesIO(hostile))
    for file in package.namelist():
        if file.endswith(".xml"):
            content = package.read(file).decode()
            assert not [each for each in "\u202e\x00\x07\x1b\ufffe" if each in content], file
            assert "<img" not in content
    made = Presentation(BytesIO(hostile))
    assert "=cmd|'/c calc'!A0" in list(chart_of(made).plots[0].categories)
    assert len(notes_of(made)) < 30_000
    assert "(cut: 10,000,000 characters)" in notes_of(made)


def test_an_embedded_workbook_holds_no_formula_and_no_link(hostile):
    package = ZipFile(BytesIO(hostile))
    books = [name for name in package.namelist() if name.endswith(".xlsx")]
    assert books
    for name in books:
        book = ZipFile(BytesIO(package.read(name)))
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert sheet.findall(f".//{MAIN}f") == []
        assert sheet.findall(f".//{MAIN}hyperlink") == []


def test_the_same_slides_give_the_same_bytes():
    slides = [slide(exhibit(name)) for name in ("churn.by_part_chart", "one_on_one.heat")]

    assert written(slides) == written(slides)


def test_a_deck_says_no_time_and_no_person():
    package = ZipFile(BytesIO(written([slide(numbers=(FIGURE,))])))

    assert {each.date_time for each in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = Presentation(BytesIO(written([]))).core_properties
    assert properties.created == properties.modified
    assert properties.author == "Customer-success dashboard"


def test_a_template_keeps_its_master_fonts_and_colours_and_loses_its_slides():
    shown = exhibit("churn.by_part_chart")
    made = opened([slide(shown)], template=template())
    package = ZipFile(BytesIO(written([slide(shown)], template=template())))

    assert made.slide_width == Inches(10)
    assert len(made.slides) == 2
    assert not [each for each in package.namelist() if b"Confidential" in package.read(each)]
    assert "docProps/thumbnail.jpeg" not in package.namelist()
    assert len(made.slide_layouts) == 11
    chart = chart_of(made)._chartSpace  # noqa: SLF001 -- as the file has it
    assert {each.get("val") for each in chart.iter(f"{A}schemeClr")} >= {"accent1", "tx1"}
    assert {each.get("typeface") for each in chart.iter(f"{A}latin")} == {"+mn-lt"}
    assert made.slides[1].shapes.title.is_placeholder


def test_health_keeps_its_colours_in_any_template():
    made = opened([slide(exhibit("health.bands_by_week"))], template=template())

    bars = chart_of(made)._chartSpace.iter(f"{C}ser")  # noqa: SLF001 -- as the file has it
    colours = {each.get("val") for bar in bars for each in bar.find(f"{C}spPr").iter(f"{A}srgbClr")}
    assert {"2A9D8F", "F4B740", "9D0208", "C3C8CF"} <= colours


def test_a_potx_is_a_template_too():
    buffer = BytesIO()
    with ZipFile(BytesIO(template())) as package, ZipFile(buffer, "w", ZIP_DEFLATED) as made:
        for name in package.namelist():
            content = package.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(b"presentation.main+xml", b"template.main+xml")
            made.writestr(name, content)

    assert len(opened([slide(numbers=(FIGURE,))], template=buffer.getvalue()).slides) == 2


@pytest.mark.parametrize("given", [b"", b"no file", template()[:5000]])
def test_what_is_no_template_is_refused_in_a_sentence(given):
    with pytest.raises(TemplateError, match="no PowerPoint file"):
        written([], template=given)


def test_a_template_with_macros_is_refused():
    buffer = BytesIO()
    with ZipFile(buffer, "w") as made:
        made.writestr(
            "[Content_Types].xml", "<x>ms-powerpoint.presentation.macroEnabled.main+xml</x>"
        )

    with pytest.raises(TemplateError, match="macros"):
        written([], template=buffer.getvalue())


# PowerPoint reads a chart only where its parts stand in the order of ISO 29500-1, 21.2.
ORDER = {
    "chartSpace": "date1904 roundedCorners chart spPr txPr externalData",
    "chart": "autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs",
    "plotArea": (
        "layout areaChart barChart lineChart scatterChart bubbleChart catAx dateAx valAx spPr"
    ),
    "barChart": "barDir grouping varyColors ser gapWidth overlap axId",
    "lineChart": "grouping varyColors ser marker axId",
    "areaChart": "grouping varyColors ser axId",
    "scatterChart": "scatterStyle varyColors ser axId",
    "bubbleChart": "varyColors ser bubbleScale showNegBubbles axId",
    "ser": (
        "idx order tx spPr invertIfNegative marker dPt dLbls errBars cat xVal val yVal "
        "bubbleSize smooth bubble3D"
    ),
    "catAx": (
        "axId scaling delete axPos title numFmt majorTickMark minorTickMark tickLblPos "
        "spPr txPr crossAx crosses auto lblAlgn lblOffset noMultiLvlLbl"
    ),
    "dateAx": (
        "axId scaling delete axPos title numFmt majorTickMark minorTickMark tickLblPos "
        "spPr txPr crossAx crosses auto lblOffset baseTimeUnit majorUnit majorTimeUnit"
    ),
    "valAx": (
        "axId scaling delete axPos majorGridlines title numFmt majorTickMark "
        "minorTickMark tickLblPos spPr txPr crossAx crosses crossBetween majorUnit"
    ),
    "scaling": "logBase orientation max min",
    "errBars": "errDir errBarType errValType noEndCap plus minus spPr",
    "marker": "symbol size spPr",
    "dPt": "idx marker bubble3D",
    "dLbls": "dLbl showLegendKey showVal showCatName showSerName showPercent showBubbleSize",
    "dLbl": (
        "idx tx dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize"
    ),
    "legend": "legendPos legendEntry overlay txPr",
    "title": "tx overlay",
}


def test_parts_of_a_chart_stand_in_the_order_of_the_format(pages):
    for page in pages.slides:
        for chart in (shape.chart for shape in page.shapes if shape.has_chart):
            for parent in chart._chartSpace.iter():  # noqa: SLF001 -- as the file has it
                order = ORDER.get(str(parent.tag).removeprefix(C), "").split()
                names = [str(child.tag).removeprefix(C) for child in parent]
                if order and parent.tag.startswith(C) and names:
                    assert names == sorted(names, key=order.index)


def test_width_is_measured_wider_than_common_fonts_draw():
    for text in (
        LONG,
        "$999,999,999,999.99",
        "the quick brown fox jumps over the lazy dog",
        "W" * 20,
    ):
        assert width(text, 10) >= font(10).getlength(text) * 12_700
