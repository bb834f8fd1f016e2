"""Every kind of value that a question binds reaches Snowflake as what it is."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from dashboard.warehouse import sql

pytestmark = pytest.mark.snowflake


@pytest.fixture(params=["embedded", "snowflake"])
def answer(request):
    """The first value of a statement with bound values, from each warehouse."""
    warehouse = request.getfixturevalue(request.param)

    def answer(text: str, /, **values: object) -> object:
        question = sql.Question("test/values", text, "One row.", (), frozenset(values))
        frame = warehouse._run(sql.statement(question, values), tag=question.name)  # noqa: SLF001
        return frame.rows()[0][0] if len(frame) else None

    return answer


@pytest.mark.parametrize(
    ("since", "kept"), [(None, 1), (date(2026, 1, 1), 1), (date(2026, 1, 2), 0)]
)
def test_a_window_without_a_start_keeps_everything(answer, since, kept):
    assert kept == answer(
        "select count(*) as n from (select cast('2026-01-01' as date) as due_on) as days"
        " where cast(:since as date) is null or due_on >= :since",
        since=since,
    )


@pytest.mark.parametrize("keeps", [True, False])
def test_a_flag_is_a_boolean(answer, keeps):
    assert answer("select 1 as n where :keeps", keeps=keeps) == (1 if keeps else None)


@pytest.mark.parametrize(
    ("members", "found"), [(["a"], 1), (["b", "a"], 1), (["b"], 0), ([""], 0), (["a"] * 300, 1)]
)
def test_a_list_is_as_many_values(answer, members, found):
    assert found == answer(
        "select count(*) as n from (select 'a' as id) as ids where id in :members", members=members
    )


@pytest.mark.parametrize(
    "text",
    ["plain", "'; drop table accounts; --", "100 %", "a:b ::c ?", "\\", "", "é 🙂 \u202e", "a\nb"],
)
def test_a_text_arrives_as_it_was(answer, text):
    assert answer("select cast(:text as varchar) as t", text=text) == text


@pytest.mark.parametrize("text", [None, "chosen"])
def test_a_text_that_is_missing_is_null(answer, text):
    assert answer("select coalesce(cast(:text as varchar), 'latest') as t", text=text) == (
        text or "latest"
    )


def test_a_number_keeps_its_kind(answer):
    assert answer("select :n + 1 as n", n=41) == 42
    assert answer("select score * :weight as n from (select cast(50 as double) as score) as s",
                  weight=1 / 3) == pytest.approx(50 / 3, rel=1e-12)  # fmt: skip


def test_days_are_counted_between_a_bound_date_and_a_column(answer):
    text = "select :as_of - day as n from (select cast('2026-01-01' as date) as day) as d"
    assert answer(text, as_of=date(2026, 3, 1)) == 59


def test_a_name_may_be_bound_twice_among_others(answer):
    assert answer("select :a || :b || :a as t", a="x", b="y") == "xyx"


def test_percent_signs_and_question_marks_in_the_text_are_left_alone(answer):
    assert answer("select 'a%b?' as t where 'at 5 %' like '%5 _' and :yes", yes=True) == "a%b?"


def test_columns_come_as_the_types_that_money_and_dates_need(snowflake, embedded):
    text = (
        "select cast(1234567.89 as decimal(18, 2)) as arr, cast('2026-02-28' as date) as due_on,"
        " cast('2026-02-28 13:45:00' as timestamp) as changed_at, true as won, 7 as renewals"
    )
    question = sql.Question("test/types", text, "One row.", (), frozenset())
    expected = {
        "arr": Decimal("1234567.89"),
        "due_on": date(2026, 2, 28),
        "changed_at": datetime(2026, 2, 28, 13, 45),  # noqa: DTZ001
        "won": True,
        "renewals": 7,
    }
    for warehouse in (embedded, snowflake):
        frame = warehouse._run(sql.statement(question, {}), tag="t").rename(str.lower)  # noqa: SLF001
        assert frame.row(0, named=True) == expected
        assert isinstance(frame.schema["arr"], pl.Decimal)


def test_an_empty_answer_has_its_columns(snowflake):
    question = sql.Question("t/t", "select 1 as n, 'a' as t where 1 = 0", "None.", (), frozenset())
    frame = snowflake._run(sql.statement(question, {}), tag="t")  # noqa: SLF001
    assert frame.shape == (0, 2)
