"""What can be answered, by page, with what is loaded or mapped."""

import polars as pl
import pytest

from dashboard import contract, questions
from dashboard.mapping import answers, costs, filled_by, meter
from dashboard.mapping.completeness import FILLED, PAGES
from dashboard.navigation import SHOWING
from tests.mapping.sources import ready


def filled(*tables):
    rows = [(name, column.name) for name in tables for column in contract.tables()[name].columns]
    return pl.DataFrame(rows, schema=FILLED, orient="row")


def test_every_page_of_the_menu_and_every_question_is_in_the_meter():
    assert list(PAGES) == [entry.title for entry in SHOWING]
    told = answers(filled())
    assert sorted(told["question"]) == sorted(questions.questions())


def test_with_everything_filled_everything_is_whole():
    told = answers(filled(*contract.tables()))
    assert told.filter(pl.col("answer") != "whole").is_empty()
    assert meter(told)["complete"].to_list() == [1.0] * len(PAGES)


def test_a_missing_table_costs_the_answers_that_rest_on_it_and_is_named():
    tables = [name for name in contract.tables() if name != "health_scores"]
    told = {row["question"]: row for row in answers(filled(*tables)).iter_rows(named=True)}
    assert told["health/scores"]["answer"] == "none"
    assert told["health/scores"]["lacks"] == "health_scores"
    assert told["renewals/due"]["answer"] == "in part"
    pages = {row["page"]: row for row in meter(answers(filled(*tables))).iter_rows(named=True)}
    assert pages["Health"]["complete"] < 0.3
    assert "health_scores" in pages["Health"]["missing_tables"]
    assert pages["Talent"]["complete"] == 1.0


def test_what_is_missing_is_told_with_the_answers_it_costs():
    tables = [name for name in contract.tables() if name not in {"health_scores", "talent_reviews"}]
    told = answers(filled(*tables))
    (first, second) = costs(told).rows(named=True)
    assert first["missing"] == "health_scores"
    lost = told.filter(pl.col("lacks") == "talent_reviews")
    assert (second["missing"], second["without_answer"]) == ("talent_reviews", len(lost))
    assert second["pages"] == "Talent"


@pytest.mark.parametrize("one", ["subscriptions", "arr_movements"])
def test_of_subscriptions_and_movements_one_is_enough_for_arr(one):
    told = {row["question"]: row for row in answers(filled("accounts", one)).iter_rows(named=True)}
    assert "arr_movements" not in told["accounts/customers"]["missing_tables"]
    assert "subscriptions" not in told["accounts/customers"]["missing_tables"]


def test_an_empty_column_is_named_where_a_question_looks_at_it():
    everything = filled(*contract.tables()).filter(pl.col("column_name") != "churn_reason")
    told = {row["question"]: row for row in answers(everything).iter_rows(named=True)}
    assert told["churn/by_reason"]["answer"] == "in part"
    assert "renewals.churn_reason" in told["churn/by_reason"]["missing_columns"]


def test_what_a_mapping_will_fill_is_known_before_it_is_loaded():
    told = meter(answers(filled_by(ready("salesforce", "zendesk"))))
    pages = {row["page"]: row for row in told.iter_rows(named=True)}
    assert pages["Expansion"]["none"] < pages["Expansion"]["questions"]
    assert pages["Talent"]["whole"] == 0
