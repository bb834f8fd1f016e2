"""A report on paper: nothing is cut or lost, every sheet says what it is of, text stays text."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboard.exhibit import Exhibit, Figure, Source
from dashboard.exports.adding import added
from dashboard.exports.paper_font import drawable, letters
from dashboard.exports.report import Page, Piece, report
from dashboard.exports.report_tables import LANDSCAPE, PORTRAIT, Rows, laid
from tests.exports.pdfs import flat, shape, sheets, text
from tests.exports.samples import CHARTS, sample

READING = "As of 31 Oct 2026; Enterprise; policy Board."
LOADED = "Data as of 31 Oct 2026, loaded 1 Nov 2026 04:00 UTC."
UPRIGHT, ON_ITS_SIDE = (595, 842), (842, 595)


def exhibit(frame=None, title="12 renewals are due", **more):
    frame = frame if frame is not None else pl.DataFrame({"account_name": ["Acme"], "seats": [3]})
    return Exhibit("due", title, "What is due.", frame, Source("renewals/due"), **more)


def page(*exhibits, **more):
    pieces = tuple(
        Piece(each, Rows(each.frame, {}), (("Definition", "What."),)) for each in exhibits
    )
    return Page("Renewals", READING, LOADED, pieces=pieces, **more)


def accounts(number):
    return pl.DataFrame(
        {
            "account_name": [f"Account no {each}" for each in range(number)],
            "segment": ["Enterprise"] * number,
            "due_on": [date(2026, 11, 1) + timedelta(days=each % 90) for each in range(number)],
            "arr_due": [
                Decimal(f"{each * 17 % 999_983}.{each % 100:02}") for each in range(number)
            ],
            "score": [each % 101 for each in range(number)],
        },
        schema_overrides={"arr_due": pl.Decimal(18, 2)},
    )


@pytest.fixture(scope="module")
def long_report():
    frame = accounts(3_000)
    return frame, report([page(exhibit(frame))])


def test_a_table_of_3000_accounts_is_there_to_the_last_row(long_report):
    frame, pdf = long_report
    said = text(pdf)
    assert {int(each) for each in re.findall(r"Account no (\d+)", said)} == set(range(3_000))
    rows = re.findall(
        r"^ *Account no \d+ +Enterprise +\d+ \w+ \d{4} +([\d,.]+) +\d+ *$", said, re.MULTILINE
    )
    assert sum(Decimal(each.replace(",", "")) for each in rows) == frame["arr_due"].sum()


def test_the_total_row_is_the_sum_to_the_cent_and_stands_once(long_report):
    frame, pdf = long_report
    (total,) = re.findall(r"Total of all 3,000 rows +([\d,.]+)", text(pdf))
    assert Decimal(total.replace(",", "")) == frame["arr_due"].sum()


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"account_id": ["a", "a"], "arr": [Decimal("5.00")] * 2}),
        pl.DataFrame({"source_id": ["a", "b"], "arr": [Decimal(1)] * 2, "arr_before": [None] * 2}),
        pl.DataFrame({"step": ["opening", "closing"], "restated": [Decimal("5.00")] * 2}),
        pl.DataFrame({"account_id": ["a", "b"], "billed_arr": [Decimal("5.00")] * 2}),
    ],
)
def test_amounts_that_do_not_add_up_have_no_total(frame):
    assert added(frame) == {}
    assert "Total" not in text(report([page(exhibit(frame))]))


def test_amounts_that_add_up_have_one():
    frame = pl.DataFrame(
        {
            "account_id": ["a", "a"],
            "renewal_id": ["r1", "r2"],
            "arr_due": [Decimal("5.10"), None],
        }
    )
    assert added(frame) == {"arr_due": Decimal("5.10")}


def test_every_sheet_says_what_it_is_of_and_which_it_is(long_report):
    _, pdf = long_report
    found = sheets(pdf)
    assert len(found) > 30
    for number, sheet in enumerate(found, start=1):
        assert sheet.split("\n")[0].split() == ["Renewals", *READING.split()]
        assert f"Sheet {number} of {len(found)}" in sheet
        assert LOADED in sheet


def test_headings_of_a_table_stand_on_each_of_its_sheets(long_report):
    _, pdf = long_report
    with_rows = [sheet for sheet in sheets(pdf) if "Account no" in sheet]
    assert all(re.search(r"Account name +Segment +Due +ARR due +Score", each) for each in with_rows)


def test_no_row_and_no_heading_stands_alone(long_report):
    _, pdf = long_report
    for sheet in sheets(pdf):
        if "12 renewals are due" in sheet and "What the numbers mean" not in sheet:
            assert "Account no" in sheet


def test_the_same_pages_give_the_same_bytes():
    charts = [exhibit(chart=CHARTS[each], drawn=sample(CHARTS[each])) for each in list(CHARTS)[:3]]
    assert report([page(*charts)]) == report([page(*charts)])


def test_an_upright_sheet_for_few_columns_and_one_on_its_side_for_many():
    wide = pl.DataFrame({f"quantity_of_{each}": [123_456_789] for each in range(12)})
    assert shape(report([page(exhibit())])) == [UPRIGHT]
    assert shape(report([page(exhibit(wide))]))[0] == ON_ITS_SIDE
    assert shape(report([page(exhibit(), exhibit(wide))])) == [UPRIGHT, ON_ITS_SIDE]


def test_columns_that_no_sheet_holds_come_in_parts_with_the_first_column():
    names = [f"measure_{each}" for each in range(40)]
    frame = pl.DataFrame(
        {"account_name": ["Acme", "Globex"], **{each: [123_456_789] * 2 for each in names}}
    )
    is_wide, parts = laid(Rows(frame, {}))
    assert is_wide
    assert len(parts) > 1
    assert all(part["headings"][0] == "Account name" for part in parts)
    shown = [each.replace("\u200b", "") for part in parts for each in part["headings"][1:]]
    assert shown == [f"Measure {each}" for each in range(40)]
    said = flat(text(report([page(exhibit(frame))])))
    assert f"Columns, part 1 of {len(parts)}" in said


@pytest.mark.parametrize("columns", [2, 7, 12, 30])
def test_a_table_is_as_wide_as_its_sheet_and_no_wider(columns):
    frame = pl.DataFrame({f"name_{each}": ["some words of a customer"] for each in range(columns)})
    is_wide, parts = laid(Rows(frame, {}))
    for part in parts:
        assert sum(part["widths"]) == pytest.approx(LANDSCAPE if is_wide else PORTRAIT, abs=0.5)


def test_a_chart_is_on_one_sheet_with_its_heading():
    chart = CHARTS[next(iter(CHARTS))]
    titles = [f"Finding no {each} of nine" for each in range(9)]
    drawn = [exhibit(title=each, chart=chart, drawn=sample(chart)) for each in titles]
    made = sheets(report([page(*drawn)]))
    assert len(made) > 3
    for title in titles:
        first = next(sheet for sheet in made if title in sheet)
        after = first.split(title)[1]
        assert after.strip().split("Data as of")[0].strip()


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", list(CHARTS))
def test_every_chart_of_the_app_is_drawn(name):
    chart = CHARTS[name]
    pdf = report([page(exhibit(chart=chart, drawn=sample(chart)))])
    assert "12 renewals are due" in flat(text(pdf))
    assert len(sheets(pdf)) <= 4


def test_cards_have_change_comparison_and_target():
    card = Figure("NRR", "102.7%", "+2.1 pp", "vs FY26 Q2 · target 106.0%", "What NRR is.", "good")
    said = flat(text(report([page(figures=(card, replace(card, value="")))])))
    for each in ("NRR", "102.7%", "+2.1 pp vs FY26 Q2 · target 106.0%", "What NRR is."):
        assert said.count(each) == 1 or each == "NRR"


def test_notes_remarks_and_definitions_are_there():
    one = exhibit(notes=("A note on how to read it.",), pinned=("12 May: a new price list",))
    said = flat(text(report([page(one, remarks=("3 renewals without a date, not drawn.",))])))
    assert "A note on how to read it." in said
    assert "Note: 12 May: a new price list" in said
    assert "3 renewals without a date, not drawn." in said
    assert "What the numbers mean" in said


def test_an_empty_table_says_so():
    assert "No rows." in text(report([page(exhibit(accounts(0)))]))


HOSTILE = (
    '#import("x") $a$ @b `c` *d* _e_ \\f ~g <h> //i /*j*/ = k',
    "<img src=x onerror=alert(1)> ![x](http://x.invalid/y.png)",
    "=cmd|'/c calc'!A1",
    "'; drop table accounts; --",
    '#sys.inputs #read("/etc/passwd") #image("http://x.invalid/a.png")',
)


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_payload_is_the_text_that_it_is(payload):
    frame = pl.DataFrame({"account_name": [payload], payload: ["x"]})
    card = Figure(payload, payload, payload, payload, payload)
    one = exhibit(frame, title=payload, notes=(payload,))
    said = flat(text(report([page(one, figures=(card,), remarks=(payload,))]), layout=False))
    assert flat(payload) in said
    assert "root:" not in said


def test_a_name_of_ten_megabytes_is_cut_and_says_so():
    frame = pl.DataFrame({"account_name": ["x" * 10_000_000]})
    said = text(report([page(exhibit(frame, title="y" * 10_000_000))]), layout=False)
    assert "(cut:" in said.replace("\n", " ")
    assert "10,000,000" in said.replace("\n", "")


def test_a_name_of_300_letters_wraps_in_its_column():
    frame = pl.DataFrame({"account_name": ["w" * 300], "seats": [1]})
    said = text(report([page(exhibit(frame))]), layout=False)
    assert re.sub(r"[^w]", "", said).count("w") >= 300


def test_what_nobody_sees_is_left_out():
    frame = pl.DataFrame({"account_name": ["Ac\u202eme\u200b Ltd\u0007"]})
    assert "Acme Ltd" in text(report([page(exhibit(frame))]))


def test_accents_cyrillic_and_greek_are_drawn():
    frame = pl.DataFrame({"account_name": ["Żółć Çelik", "Газпром", "Ελλάδα"]})
    said = text(report([page(exhibit(frame))]))
    assert all(each in said for each in frame["account_name"])
    assert "□" not in said


def test_letters_that_the_font_has_not_are_boxes_and_the_sheet_says_so():
    frame = pl.DataFrame({"account_name": ["山田 Ltd 🚀"]})
    said = flat(text(report([page(exhibit(frame))])))
    assert "□□ Ltd □" in said
    assert "Letters that the font of this file has not are boxes" in said


def test_signs_of_the_app_can_be_drawn():
    words = "".join(path.read_text() for path in Path("dashboard").rglob("*.py"))
    signs = {each for each in words if ord(each) > 0x7F and each not in "山□"}
    assert "□" not in drawable("".join(sorted(signs)))
    assert len(letters()) > 2_000


def test_numbers_that_are_none_are_not_zero():
    frame = pl.DataFrame(
        {"account_name": ["a", "b"], "share": [None, float("nan")], "score": [0.5, 1e15]}
    )
    rows = Rows(frame, {}, frozenset({"share"}))
    _, (part,) = laid(rows)
    assert [each[1] for each in part["rows"]] == ["", "n/a"]
    json.dumps(part)


def test_pages_follow_each_other_each_on_sheets_of_its_own():
    two = report([page(exhibit()), replace(page(exhibit()), title="Churn", view="By reason")])
    first, second = sheets(two)
    assert first.split()[0] == "Renewals"
    assert second.split()[:3] == ["Churn:", "By", "reason"]
