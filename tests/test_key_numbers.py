"""A row of key numbers: what stands in it, and that nothing in it is more than words."""

import math
import re
from urllib.parse import unquote

import pytest
import streamlit as st

from dashboard import session
from dashboard.components import kpis
from dashboard.exhibit import Figure
from dashboard.formats import Unit
from dashboard.metrics import Metric
from dashboard.policy import Policy

HOSTILE = '"><img src=x onerror=alert(1)> ![x](http://x.invalid/y.png) \u202e$a$ :red[x]'


@pytest.fixture(autouse=True)
def page(monkeypatch) -> list[str]:
    """What a page draws as HTML."""
    drawn = []
    monkeypatch.setattr(session, "policy", Policy)
    monkeypatch.setattr(session, "theme", lambda: "light")
    monkeypatch.setattr(st, "html", drawn.append)
    monkeypatch.setattr(kpis, "on_screen", lambda: True)
    return drawn


def counted(value, *, better="higher"):
    return Metric("n", "Renewals", "How many.", Unit.COUNT, better, lambda _rows: value)


def points(drawn: str) -> list[tuple[float, float]]:
    (found,) = re.findall(r'points="([^"]*)"', unquote(drawn))
    return [tuple(map(float, each.split(","))) for each in found.split()]


def test_the_line_runs_from_edge_to_edge_and_upwards_is_more(page):
    with kpis.kpi_row():
        kpis.kpi(counted(4), None, series=[1, 3, None, math.nan, 2])

    drawn = points(page[0])
    assert [x for x, _ in drawn] == [0, 50, 100]
    assert drawn[1][1] < drawn[2][1] < drawn[0][1]
    assert 'alt="3 values, the oldest first: 1; 3; 2"' in page[0]


def test_a_line_that_never_moves_is_level_and_one_point_is_no_line(page):
    with kpis.kpi_row():
        kpis.kpi(counted(4), None, series=[4, 4])
    with kpis.kpi_row():
        kpis.kpi(counted(4), None, series=[4])

    assert len({y for _, y in points(page[0])}) == 1
    assert "<img" not in page[1]


def test_a_number_of_1e15_draws_inside_its_picture(page):
    with kpis.kpi_row():
        kpis.kpi(counted(4), None, series=[-1e15, 0, 1e15])

    assert all(0 <= y <= 30 for _, y in points(page[0]))


def test_text_from_outside_stays_text():
    figure = Figure(HOSTILE, HOSTILE, f"+{HOSTILE}", HOSTILE, HOSTILE)

    card = kpis.card_of(figure, [], [])

    assert "<img" not in card
    assert re.findall(r"<(?!/?(?:section|div|span|details|summary|p)\b)[^>]*>", card) == []
    assert "\u202e" not in card


def test_an_empty_row_draws_nothing_and_rows_do_not_mix(page):
    with kpis.kpi_row():
        pass
    with kpis.kpi_row():
        kpis.kpi(counted(1), None)
    with kpis.kpi_row():
        kpis.kpi(counted(2), None)

    assert [re.findall('class="value">([^<]*)', each) for each in page] == [["1"], ["2"]]


def test_what_was_drawn_before_an_error_is_shown(page):
    def broken() -> None:
        with kpis.kpi_row():
            kpis.kpi(counted(1), None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()

    assert len(page) == 1
