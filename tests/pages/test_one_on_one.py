"""One-on-one by Streamlit's test runner: whose book, since when, and an agenda to print."""

import duckdb
import polars as pl
import pytest

from dashboard import answering
from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries.coverage import by_csm
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.key_numbers import key_numbers
from tests.pages.conftest import AS_OF
from tests.pages.test_every_page import said

VIEWS = ("Agenda", "What changed", "Book", "Trend")


def seen(app, file, view):
    """The page in one of its views."""
    return app(file, "one_on_one").segmented_control(key="view").set_value(view).run()


def numbers(page) -> dict[str, str]:
    return {metric.label: metric.value for metric in key_numbers(page)}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_its_numbers_with_few_questions(app, demo_file, asked, view):
    page = seen(app, demo_file, view)
    asked.clear()
    answering.forget()
    page.run()

    assert not page.exception
    assert not page.error
    assert "could not be drawn" not in said(page)
    assert key_numbers(page)
    assert all(metric.value for metric in key_numbers(page))
    assert len([name for name in asked if name != "access/members"]) <= 6


@pytest.mark.parametrize("view", VIEWS)
def test_another_csm_is_another_book(app, demo_file, view):
    page = seen(app, demo_file, view)
    before, choice = numbers(page), page.selectbox(key="member")
    others = [each for each in range(len(choice.options)) if choice.options[each] != choice.value]
    assert len(others) > 1

    page = choice.select_index(others[-1]).run()

    assert not page.exception
    assert numbers(page) != before


def test_a_csm_sees_the_own_book_only(app, demo_file):
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        name, email = connection.execute(
            "select name, email from team_members where role = 'csm' and left_on is null"
            " and member_id in (select csm_id from accounts) order by member_id limit 1"
        ).fetchone()

    page = app(demo_file, "one_on_one")
    page.selectbox(key="member").select_index(0).run()
    page.selectbox(key="viewer").set_value(email).run()

    assert not page.exception
    assert page.selectbox(key="member").options == [name]


def test_the_day_of_the_last_meeting_is_compared_with(app, demo_file):
    page = seen(app, demo_file, "What changed")
    assert "24 Oct 2026" in said(page)
    day = page.date_input(key="since").value.replace(day=1)

    page = page.date_input(key="since").set_value(day).run()

    assert not page.exception
    assert "1 Oct 2026" in said(page)


def test_whoever_has_most_at_red_comes_first(app, demo_file):
    books = by_csm(EmbeddedWarehouse(demo_file, Policy()), EVERYTHING, Filters(AS_OF))
    red = books.drop_nulls("member_id").group_by("member_id").agg(pl.col("arr_red").sum())
    most = red.sort("arr_red", descending=True, nulls_last=True)["member_id"][0]

    assert app(demo_file, "one_on_one").selectbox(key="member").value == most
