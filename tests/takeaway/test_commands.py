"""``deck`` and ``exhibit``: what they write, refuse and note."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import duckdb
import fastexcel
import polars as pl
import pytest
from click.testing import CliRunner, Result
from pptx import Presentation

from dashboard.__main__ import program
from dashboard.exhibit import Exhibit, Source
from dashboard.exports import files, images
from dashboard.exports.slides import Slide
from dashboard.takeaway.exhibits import KINDS
from dashboard.takeaway.offscreen import in_a_run
from dashboard.takeaway.slides import whole
from tests.exports.test_deck import template
from tests.takeaway.conftest import serving, somebody
from tests.takeaway.reading import chart_on, slides_in, table_on

ROOT = Path(__file__).parent.parent.parent
DUE = ("exhibit", "renewals", "due_by_quarter", "--view", "Due")
HOSTILE = (
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "]]>&lt;![CDATA[",
    "javascript:alert(1)",
    "\u202eevil\u202c",
)


@pytest.fixture
def run(company, tmp_path):
    """A command over the demo company, written to a file of the test's."""

    def invoked(*words: object, file: str = "out.bin") -> tuple[Result, Path]:
        out = tmp_path / file
        asked = [*map(str, words), "--output", str(out), "--warehouse", str(company)]
        return CliRunner().invoke(program, asked), out

    return invoked


def lines(page: str = "command line") -> list[dict[str, object]]:
    shown = CliRunner().invoke(program, ["audit", "show", "--page", page, "--format", "json"])
    assert shown.exit_code == 0, shown.output
    return json.loads(shown.stdout)


def test_a_deck_of_pages_has_a_slide_for_each_exhibit_and_one_line_in_the_log(run, company):
    viewer = somebody(company, "cs_manager")
    before = len(lines())

    result, out = run("deck", "--page", "renewals", "--page", "nps", "--viewer", viewer.email)

    assert result.exit_code == 0, result.output
    slides = slides_in(out.read_bytes())
    assert f"{len(slides)} slides" in result.output
    *_, line = lines()
    assert len(lines()) == before + 1
    assert (line["who"], line["role"], line["action"]) == (viewer.email, "cs_manager", "export")
    said = line["filters"] if isinstance(line["filters"], dict) else json.loads(line["filters"])
    assert (said["pages"], said["file"]) == (["renewals", "nps"], "out.bin")
    assert line["rows"] > 0


def test_each_kind_of_an_exhibit_is_one_line_with_its_rows(run):
    before = len(lines())
    rows = set()
    for kind in KINDS:
        result, out = run(*DUE, "--format", kind, file=f"due.{kind}")
        assert result.exit_code == 0, result.output
        assert out.read_bytes()
        if kind == "csv":
            rows.add(len(pl.read_csv(out)))
    made = lines()[before:]
    assert len(made) == len(KINDS)
    assert {each["rows"] for each in made} == rows
    assert {each["subject"] for each in made} == {"renewals/due_by_quarter"}


@pytest.mark.parametrize("words", [("deck", "--page", "nps"), DUE])
def test_nothing_is_given_where_the_log_cannot_be_written(demo_file, tmp_path, words):
    out = tmp_path / "out.bin"
    with serving(demo_file, f"sqlite:///{tmp_path / 'no such folder' / 'app.sqlite'}"):
        (tmp_path / "no such folder").write_text("a file, so no folder can be made of it")
        asked = [*words, "--output", str(out), "--warehouse", str(demo_file)]
        result = CliRunner().invoke(program, asked)

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("exhibit", "renewals", "nothing"), "It shows: "),
        (("exhibit", "renewals", "overdue", "--format", "png"), "it has no picture"),
        ((*DUE[:3], "--view", "Nowhere"), "has no view Nowhere"),
        (("deck", "--page", "nps", "--segment", "Nobody"), "No such segment is on offer"),
        (("deck", "--page", "nps", "--as-of", "2099-01-01"), "No such as_of is on offer"),
        (("deck", "--viewer", "nobody@example.com"), "nobody"),
        (("deck", "--page", "health", "--with", "cycle"), "is not a parameter such as"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_no_file(run, words, said):
    result, out = run(*words)

    assert result.exit_code == 2
    assert said.split()[0] in result.output
    assert " ".join(said.split()) in " ".join(result.output.split())
    assert not out.exists()


def test_a_template_that_cannot_be_used_is_a_sentence(run, tmp_path):
    file = tmp_path / "no.pptx"
    file.write_text("not a presentation")

    result, out = run("deck", "--page", "nps", "--template", file)

    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert not out.exists()


def test_the_title_and_the_template_of_the_command_win_over_the_settings(
    demo_file, tmp_path, monkeypatch
):
    for name, font in (("settings", "Georgia"), ("command", "Verdana")):
        (tmp_path / f"{name}.pptx").write_bytes(template(font=font))
    monkeypatch.setenv("CS_DASHBOARD_EXPORTS__TEMPLATE", str(tmp_path / "settings.pptx"))
    fonts = {}
    with serving(demo_file, f"sqlite:///{tmp_path / 'app.sqlite'}"):
        for name, more in (("settings", ()), ("command", (str(tmp_path / "command.pptx"),))):
            out = tmp_path / f"{name} out.pptx"
            asked = ["deck", "--page", "digital", "--title", "The board", "--output", str(out)]
            asked += ["--warehouse", str(demo_file), *(("--template", *more) if more else ())]
            result = CliRunner().invoke(program, asked)
            assert result.exit_code == 0, result.output
            made = Presentation(out)
            assert made.slides[0].shapes.title.text == "The board"
            theme = next(
                part.blob
                for part in made.part.package.iter_parts()
                if "/theme/theme1" in str(part.partname)
            )
            fonts[name] = {font for font in ("Georgia", "Verdana") if font.encode() in theme}
    assert fonts == {"settings": {"Georgia"}, "command": {"Verdana"}}


def test_the_story_opens_with_a_sentence_and_says_each_definition_once(run):
    result, out = run("deck")
    assert result.exit_code == 0, result.output
    first = slides_in(out.read_bytes())[0]
    assert first.shapes.title.text.startswith("ARR is $")
    assert ", NRR " in first.shapes.title.text
    notes = first.notes_slide.notes_text_frame.text.split("\n")
    assert len([each for each in notes if each.startswith("NRR: ")]) == 1


@pytest.mark.parametrize(
    ("origin", "days", "stamped"), [("import", 3, True), ("import", 0, False), ("demo", 3, False)]
)
def test_old_data_are_stamped_on_every_slide_but_the_demo_s(
    demo_file, tmp_path, origin, days, stamped
):
    file = tmp_path / "copy.duckdb"
    shutil.copy(demo_file, file)
    loaded = (datetime.now(UTC) - timedelta(days=days, minutes=1)).isoformat()
    with duckdb.connect(str(file)) as connection:
        for name, value in (("loaded_at", loaded), ("origin", origin)):
            connection.execute("update manifest set value = ? where entry = ?", [value, name])
    figure = Slide("A sentence.", "As of today", ())
    with serving(file, f"sqlite:///{tmp_path / 'app.sqlite'}"):
        made = in_a_run(lambda: whole([figure]), viewer=None)
    stamps = [
        shape.text_frame.text
        for page in Presentation(BytesIO(made)).slides
        for shape in page.shapes
        if shape.name == "Stale"
    ]
    assert stamps == (["STALE. The data are 3 days old."] * 2 if stamped else [])


# What a company typed


def hostile_exhibit() -> Exhibit:
    frame = pl.DataFrame({"account_name": HOSTILE, "arr": [float(n) for n in range(len(HOSTILE))]})
    chart = {
        "mark": "bar",
        "encoding": {
            "x": {"field": "account_name", "type": "nominal"},
            "y": {"field": "arr", "type": "quantitative"},
        },
    }
    source = Source("accounts/customers")
    return Exhibit("hostile", HOSTILE[5], HOSTILE[0], frame, source, chart, frame)


def test_hostile_names_stay_text_in_every_kind_of_file(company):
    exhibit = hostile_exhibit()
    slides = [
        Slide(HOSTILE[0], HOSTILE[6], ((HOSTILE[1], HOSTILE[0]),), exhibit),
        Slide("As a table", "", (), Exhibit("t", "T", "D", exhibit.frame, exhibit.source)),
    ]
    drawn, listed = slides_in(in_a_run(lambda: whole(slides), viewer=None))
    assert drawn.shapes.title.text == HOSTILE[0]
    book = fastexcel.read_excel(chart_on(drawn).part.chart_workbook.xlsx_part.blob)
    assert HOSTILE[0] in book.load_sheet(0).to_polars().to_series(0).to_list()
    assert b"<f>" not in chart_on(drawn).part.chart_workbook.xlsx_part.blob
    assert HOSTILE[0] in {row[0] for row in table_on(listed)}

    workbook = files.excel(exhibit.frame, sheet="x", notes={"Finding": HOSTILE[0]})
    assert fastexcel.read_excel(workbook).load_sheet(0).to_polars()["account_name"][0] == HOSTILE[0]
    text = pl.read_csv(BytesIO(files.csv(exhibit.frame)))["account_name"].to_list()
    assert [each[0] for each in text[:5]] == ["'"] * 5

    svg = images.svg(exhibit, [HOSTILE[6]]).decode()
    assert "<script" not in svg
    assert "<img" not in svg
    assert "&lt;img src=x" in svg


# The same bytes


@pytest.mark.thorough
def test_two_processes_write_the_same_bytes(company, tmp_path):
    asked = [(*DUE, "--format", kind) for kind in KINDS] + [("deck", "--page", "renewals")]
    script = (
        "import sys, json\n"
        "from dashboard.__main__ import program\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    program(words, standalone_mode=False)\n"
    )
    found = []
    for place, seed in enumerate(("1", "2")):
        folder = tmp_path / str(place)
        folder.mkdir()
        words = [
            [*each, "--warehouse", str(company), "--output", str(folder / str(number))]
            for number, each in enumerate(asked)
        ]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run(  # noqa: S603 -- commands of this test
            [sys.executable, "-c", script, json.dumps(words)],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )
        found.append(
            [hashlib.sha256((folder / str(n)).read_bytes()).hexdigest() for n in range(len(asked))]
        )
    assert found[0] == found[1]
