"""Files of a company that nobody wishes for: each is made, opens, and holds text as text."""

import re
from io import BytesIO
from xml.etree import ElementTree as ET

import fastexcel
import polars as pl
import pytest
from click.testing import CliRunner
from pptx import Presentation

from dashboard.__main__ import program
from dashboard.navigation import SHOWING
from dashboard.takeaway.exhibits import made
from dashboard.takeaway.offscreen import Opened, shown_on
from dashboard.takeaway.printing import report_of
from dashboard.takeaway.slides import slides_of, whole
from tests.hostile import AS_OF, NAMES, build_hostile
from tests.takeaway.conftest import serving

FORMULA = re.compile(r"[=+@\t\r-]")
CALLS_OUT = re.compile(rb"/URI\s*\(http://example")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The hostile company, served for all tests of this module."""
    folder = tmp_path_factory.mktemp("hostile company")
    build_hostile(folder / "hostile.duckdb")
    with serving(folder / "hostile.duckdb", f"sqlite:///{folder / 'app.sqlite'}"):
        yield folder / "hostile.duckdb"


@pytest.mark.sampled(5)
@pytest.mark.parametrize("entry", SHOWING, ids=lambda entry: entry.file)
def test_a_page_is_taken_away_in_every_form(hostile, entry):
    def taken(shown):
        exhibits = {
            kind: [made(*each, kind, reading=shown.reading) for each in shown.exhibits]
            for kind in ("csv", "xlsx", "parquet", "svg")
            if kind != "svg" or all(each.chart is not None for each, _ in shown.exhibits)
        }
        return exhibits, whole(slides_of(shown)), report_of(shown)

    exhibits, deck, pdf = shown_on(Opened.as_it_is(entry), taken, viewer=None)

    for csv in exhibits["csv"]:
        assert_no_formula(pl.read_csv(BytesIO(csv), infer_schema=False))
    for workbook in exhibits["xlsx"]:
        assert fastexcel.read_excel(workbook).load_sheet(0).height >= 0
        assert b"<f>" not in workbook
    for parquet in exhibits["parquet"]:
        assert pl.read_parquet(BytesIO(parquet)).width > 0
    assert len(Presentation(BytesIO(deck)).slides) > 0
    assert pdf.startswith(b"%PDF")
    assert not CALLS_OUT.search(pdf)
    for svg in exhibits.get("svg", ()):
        assert not calls(svg)


def calls(svg: bytes) -> list[str]:
    """Addresses in the attributes of a picture, beside those of its own format."""
    return [
        value
        for element in ET.fromstring(svg).iter()  # noqa: S314 -- made by ourselves
        for name, value in element.attrib.items()
        if name.rpartition("}")[2] in {"href", "src"}
    ]


def assert_no_formula(rows: pl.DataFrame) -> None:
    """No cell is a formula to a spreadsheet; a negative number is none."""
    for name in rows.columns:
        cells = rows[name].drop_nulls()
        risky = [each for each in cells if FORMULA.match(each)]
        assert not [each for each in risky if not re.fullmatch(r"[-+]?[\d.eE+-]+|-?inf", each)]


def test_the_workbook_and_everybodys_digest_are_made(hostile, tmp_path):
    def run(*words):
        done = CliRunner().invoke(program, [*map(str, words), "--warehouse", str(hostile)])
        assert done.exit_code == 0, done.output
        return done.output

    run("workbook", "--as-of", AS_OF, "--output", tmp_path / "book.xlsx")
    run(
        "digest",
        "--to",
        "csm",
        "--to",
        "cs_manager",
        "--as-of",
        AS_OF,
        "--dry-run",
        tmp_path / "digests",
    )

    assert fastexcel.read_excel(tmp_path / "book.xlsx").sheet_names
    digests = list((tmp_path / "digests").glob("*.html"))
    assert digests
    for each in digests:
        assert "<img" not in each.read_text()
    assert any("&lt;img" in each.read_text() or NAMES[0] in each.read_text() for each in digests)
