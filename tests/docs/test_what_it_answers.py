"""What it answers: every name in the tables is one of the code's, and nothing is left empty."""

import re
from pathlib import Path

import pytest

from dashboard.navigation import ENTRIES
from dashboard.questions import questions

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docs" / "what-it-answers.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith(("| Asked", "| ---"))
]
SECTIONS = [
    "Executive overview",
    "Renewals",
    "Retention and forecast",
    "Churn analysis",
    "Health",
    "Customer lifecycle",
    "Voice of the customer",
    "Risks",
    "Expansion",
    "Advocacy",
    "Team capacity",
    "One-on-one",
    "Talent",
    "Success plans",
    "Digital programmes",
    "Account",
    "Definitions and data",
]


def test_every_subject_of_a_leader_has_a_table_with_rows():
    parts = re.split(r"^## (.+)$", TEXT, flags=re.MULTILINE)[1:]
    tables = dict(zip(parts[::2], parts[1::2], strict=True))

    assert list(tables) == SECTIONS
    assert all(table.count("\n| ") > 2 for table in tables.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_a_row_names_a_page_a_view_questions_and_tests_that_exist(row):
    asked, place, asks, proofs = row
    title, _, view = place.partition(", ")
    (entry,) = [each for each in ENTRIES if each.title == title]
    views = (ROOT / "dashboard" / "pages" / f"{entry.file}.py").read_text(encoding="utf-8")

    assert asked
    assert not view or f'"{view.strip("*")}"' in views
    named = re.findall(r"`(.+?)`", asks)
    assert named or entry.file == "data"
    assert set(named) <= set(questions())
    files = re.findall(r"`(.+?)`", proofs)
    assert files
    for file in files:
        assert (ROOT / file).is_file(), file


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_what_a_row_asks_is_asked_where_it_is_proved(row):
    _, _, asks, proofs = row
    tests = " ".join(
        (ROOT / file).read_text(encoding="utf-8") for file in re.findall(r"`(.+?)`", proofs)
    )

    for question in re.findall(r"`(.+?)`", asks):
        assert re.search(rf"\b{question.partition('/')[2]}\b", tests), question
