"""The agenda's page: what fits is shown, what does not is counted, and text stays text."""

import re
from dataclasses import replace

import pytest

from dashboard.exports.agenda import CUT, LONGEST_CELL, Paper, Section, body, document, fitted

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://x.invalid/y.png) =cmd|'/c calc'!A1"


def section(rows, title="Red", noun="customer", text="Acme"):
    return Section(
        title,
        ("Account", "ARR"),
        (60, 40),
        [(text, f"${each}") for each in range(rows)],
        noun,
        "in the dashboard, One-on-one",
    )


PAPER = Paper("One-on-one with Ada", ("As of 31 Oct 2026",), (("ARR", "$1.0M"),), ())


def paper(*sections):
    return replace(PAPER, sections=sections)


def words(markup):
    return re.sub(r"<[^>]+>", " ", markup)


def test_lists_that_fit_are_whole_and_nothing_is_said_to_be_left():
    page = paper(section(5), section(0, "Nothing is late"), section(7))
    assert fitted(page) == (5, 0, 7)
    assert "more" not in words(body(page))
    assert body(page).count("<table>") == 2
    assert "Nothing is late" in body(page)


def test_a_list_that_does_not_fit_says_how_many_are_left_and_where():
    page = paper(section(400))
    (shown,) = fitted(page)
    assert 40 < shown < 70
    assert f"{400 - shown} more customers: in the dashboard, One-on-one." in words(body(page))
    assert body(page).count("<tr>") == shown + 1


def test_every_list_gets_its_rows_in_turn():
    few, many, other = fitted(paper(section(3), section(400), section(400)))
    assert few == 3
    assert 0 <= many - other <= 1
    assert other > 15


def test_one_row_that_is_left_is_one():
    (shown,) = fitted(paper(section(400)))
    assert "1 more customer:" in words(body(paper(section(shown + 1))))


def test_a_long_text_takes_more_lines_and_ends_in_an_ellipsis_that_is_explained():
    whole, long = paper(section(400)), paper(section(400, text="word " * 60))
    assert fitted(long)[0] < fitted(whole)[0] / 2
    assert f"word{CUT}" in body(long)
    assert "Texts that end in" in body(long)
    assert "Texts that end in" not in body(whole)
    cells = re.findall(r"<td>(.*?)</td>", body(long))
    assert max(len(cell) for cell in cells) <= LONGEST_CELL


@pytest.mark.parametrize("make", [body, lambda page: document(page).decode()])
def test_what_stands_in_a_name_stays_text(make):
    page = make(
        Paper(HOSTILE, (HOSTILE,), ((HOSTILE, HOSTILE),), (section(2, HOSTILE, text=HOSTILE),))
    )
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert 'href="' not in page
    assert 'src="' not in page


def test_lines_of_a_note_stand_on_one_and_what_nobody_sees_is_dropped():
    assert "first · second" in body(paper(section(1, text="first\nsecond\u202e")))


def test_the_file_needs_nothing_and_allows_nothing():
    page = document(paper(section(1))).decode()
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
