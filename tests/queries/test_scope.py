"""Nobody sees an account that is not theirs, in any question, written or yet to be written."""

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.questions import Question, questions
from dashboard.warehouse import sql
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.factories import AS_OF, account, subscription

# Most answers are compared with several others; a question whose text was changed is another one.
pytestmark = pytest.mark.usefixtures("answers_are_kept")

TODAY = Filters(as_of=AS_OF)
CONDITION = (
    "(:all_accounts or accounts.csm_id in :member_ids"
    " or (:pool and accounts.touch_model = 'pooled'))"
)
"""What limits ``visible_accounts`` to the scope."""
ACCOUNT = "A000101"
"""One of which everything is known."""
RELATED = "A000103"
"""Another one, of which it is made the parent."""
OWN = {
    "account/family": {"account_id": ACCOUNT},
    "accounts/named": {"account_ids": tuple(f"A{number:06}" for number in range(200))},
    "account/facts": {"account_id": ACCOUNT},
    "account/people": {"account_id": ACCOUNT},
    "account/timeline": {"account_id": ACCOUNT},
    "account/weeks": {"account_id": ACCOUNT},
    "account_records/arr_history": {"account_id": ACCOUNT},
    "account_records/lines": {"account_id": ACCOUNT},
    "account_records/objectives": {"account_id": ACCOUNT},
    "account_records/opportunities": {"account_id": ACCOUNT},
    "account_records/renewals": {"account_id": ACCOUNT},
    "account_records/risks": {"account_id": ACCOUNT},
    "account_records/support_cases": {"account_id": ACCOUNT},
    "account_records/surveys": {"account_id": ACCOUNT},
    "health/contributions": {"account_id": ACCOUNT},
    "health/score_change": {"account_id": ACCOUNT},
    "behaviours/accounts": {"behaviour": "Used the API"},
    "health/in_band": {"week_on": date(2026, 10, 26), "band": "green"},
}
"""Values for the parameters without a default."""

ABOUT_ACCOUNTS = [
    name
    for name, question in questions().items()
    if all(CONDITION in sql.read(asked).text for asked in question.asks)
]
ABOUT_TALENT = [name for name in questions() if name.startswith("talent/")]
NEITHER = {
    "advocacy/targets",
    "data/broken_rows",
    "data/broken_rules",
    "data/notices",
    "data/quarantine",
    "data/refused_rows",
    "data/tables",
    "retention/targets",
}
LEARNED = {
    "base_rate",
    "base_rate_expected",
    "calls_expected",
    "closing_expected",
    "expected",
    "expected_share",
    "high_50",
    "high_80",
    "low_50",
    "low_80",
    "losses_expected",
    "losses_share",
    "nrr_expected",
    "nrr_high_50",
    "nrr_high_80",
    "nrr_low_50",
    "nrr_low_80",
    "outside_pipeline_expected",
    "outside_share",
    "pipeline_expected",
    "probability",
    "pushed_down",
    "pushed_up",
    "renewals_expected",
    "renewed_share",
    "spread_share",
}
"""Columns of computed questions that say what the whole company taught."""
LEARNED_ALONE = {"forecast/calibration", "forecast/expansion_weights", "forecast/method"}
"""Questions that have no other columns."""
BENCHMARKED = {
    "priorities/customers",
    "triggers/customers",
    "triggers/deployment",
    "triggers/fired",
    "triggers/no_longer",
    "triggers/not_registered",
}
"""Questions that measure an account by a median of the whole company's."""
BENCHMARKED_SUMS = {"priorities/cells", "triggers/judged"}
"""Sums of them; the tests of drill-downs add up the accounts of one CSM."""
FORMS = [
    Filters(as_of=date(2026, 3, 3)),
    Filters(as_of=AS_OF, since=date(2026, 1, 1), until=date(2027, 7, 1)),
]
"""More filters to ask with: the scope holds whatever the question is narrowed to."""
LOOKS_BACK = {
    "retention/accounts",
    "retention/moved_parts",
    "won/in_retention",
    "won/in_retention_accounts",
}
"""Questions about a window that has ended."""


def ask(
    warehouse: EmbeddedWarehouse, question: Question, scope: Scope, filters: Filters = TODAY
) -> pl.DataFrame:
    needed = {param.name for param in question.own_params if param.required}
    given = OWN.get(question.name, {})
    assert needed <= given.keys(), f"name values for {needed} of {question.name} in OWN"
    if question.name in LOOKS_BACK and filters.until:
        filters = filters.window(filters.since, min(filters.until, filters.as_of))
    return question.function(warehouse, scope, filters, **given)


ABOUT_ONE = {name for name, given in OWN.items() if "account_id" in given}
"""Questions about one account: its CSM gets the answer that everybody gets."""


@pytest.fixture(scope="module")
def company_file(demo_file, tmp_path_factory) -> Path:
    """The demo company with some faults, so that no answer is empty.

    Renewals in a currency without a rate, churn flags on accounts that pay, movements that were
    booked after the as-of date, and a stage of sales without a weight.
    """
    copied = tmp_path_factory.mktemp("scope") / "demo.duckdb"
    shutil.copy(demo_file, copied)
    with duckdb.connect(str(copied)) as connection:
        connection.execute("update renewals set currency = 'XXX' where renewal_id like '%-001'")
        connection.execute(
            "update accounts set churned_on = customer_since + 30 where account_id like '%2'"
        )
        connection.execute(
            "update accounts set parent_account_id = ?, csm_id = "
            "(select csm_id from accounts where account_id = ?) where account_id = ?",
            [ACCOUNT, ACCOUNT, RELATED],
        )
        connection.execute(
            "update arr_movements set recorded_at = '2026-11-05' where account_id like '%2'"
        )
        connection.execute(
            "update team_members set left_on = '2026-10-01'"
            " where member_id = (select max(csm_id) from accounts)"
        )
        connection.execute(
            "update opportunities set stage = 'Legal' where closed_on is null and won is null"
        )
    return copied


@pytest.fixture(scope="module")
def books(company_file) -> dict[str, list[str]]:
    """Account ids by CSM, by the contract's own table."""
    with duckdb.connect(str(company_file)) as connection:
        return dict(
            connection.execute(
                "select csm_id, list(account_id) from accounts where csm_id is not null group by 1"
            ).fetchall()
        )


@pytest.fixture(scope="module")
def company(company_file, books) -> EmbeddedWarehouse:
    """What the tests ask, once its file needs no other connection."""
    return EmbeddedWarehouse(company_file, Policy())


@pytest.fixture(scope="module")
def csm(books) -> str:
    """Whoever looks after the account that is asked about by id."""
    return next(each for each, held in books.items() if ACCOUNT in held)


@pytest.fixture(scope="module")
def only_own(company_file, csm, tmp_path_factory) -> EmbeddedWarehouse:
    """The same company as if it had no account but those of one CSM."""
    copied = tmp_path_factory.mktemp("own") / "demo.duckdb"
    shutil.copy(company_file, copied)
    with duckdb.connect(str(copied)) as connection:
        connection.execute("delete from accounts where csm_id is distinct from ?", [csm])
        tables = connection.execute(
            "select table_name from information_schema.columns where column_name = 'account_id'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(
                f"delete from {table} where account_id not in (select account_id from accounts)"
            )
        connection.execute(
            "delete from opportunities where account_id is null and csm_id is distinct from ?",
            [csm],
        )
    return EmbeddedWarehouse(copied, Policy())


def test_every_question_is_about_accounts_or_talent_or_known_to_be_about_neither():
    assert len(ABOUT_ACCOUNTS) > 15
    assert questions().keys() == {*ABOUT_ACCOUNTS, *ABOUT_TALENT, *NEITHER}


@pytest.mark.parametrize("name", ABOUT_ACCOUNTS)
def test_a_viewer_without_accounts_gets_no_row(company, name):
    question = questions()[name]

    assert not ask(company, question, EVERYTHING).is_empty(), "a comparison of nothing"
    for scope in (Scope(), Scope(member_ids=("nobody",)), Scope(all_talent=True)):
        assert ask(company, question, scope).is_empty()
    for filters in FORMS:
        assert ask(company, question, Scope(), filters).is_empty()


@pytest.mark.parametrize("name", ABOUT_TALENT)
def test_a_viewer_without_a_reporting_line_gets_no_rating(company, name):
    question = questions()[name]

    assert not ask(company, question, Scope(all_talent=True)).is_empty(), "a comparison of nothing"
    assert ask(company, question, Scope(all_accounts=True)).is_empty()


@pytest.mark.parametrize(
    "name",
    [
        "data/broken_rows",
        "data/broken_rules",
        "data/notices",
        "data/quarantine",
        "data/refused_rows",
    ],
)
def test_refused_and_broken_rows_are_for_who_sees_every_account(warehouse_of, name):
    warehouse = warehouse_of(
        broken_rules=[{"table_name": "accounts", "rule": "key"}],
        quarantine=[{"table_name": "accounts", "file": "a.csv", "rule": "key"}],
        accounts=[account()],
        subscriptions=[subscription(0)],
    )

    assert len(ask(warehouse, questions()[name], Scope(all_accounts=True))) == 1
    assert ask(warehouse, questions()[name], Scope(member_ids=("m1",), all_talent=True)).is_empty()


@pytest.mark.parametrize(
    ("name", "metric"), [("retention/targets", "nrr"), ("advocacy/targets", "csqa")]
)
def test_targets_are_for_who_sees_every_account(warehouse_of, name, metric):
    warehouse = warehouse_of(
        targets=[
            {
                "period_start_on": date(2026, 1, 1),
                "period_end_on": date(2027, 1, 1),
                "metric": metric,
                "scope": "company",
                "value": 1.06,
            }
        ]
    )
    question = questions()[name]

    assert len(ask(warehouse, question, EVERYTHING)) == 1
    assert ask(warehouse, question, Scope(member_ids=("m1",), all_talent=True)).is_empty()


@pytest.mark.parametrize("name", sorted(BENCHMARKED))
def test_whoever_looks_gets_the_same_of_an_account_that_is_measured_by_all(
    company, books, csm, name
):
    question = questions()[name]

    for filters in (TODAY, *FORMS):
        answer = ask(company, question, Scope(member_ids=(csm,)), filters)
        whole = ask(company, question, EVERYTHING, filters)
        assert_frame_equal(answer, whole.filter(pl.col("account_id").is_in(books[csm])))
        assert len(answer) < len(whole)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "name",
    [name for name in ABOUT_ACCOUNTS if name not in LEARNED_ALONE | BENCHMARKED | BENCHMARKED_SUMS],
)
def test_a_csm_gets_the_answer_of_a_company_that_has_no_other_account(company, only_own, csm, name):
    question = questions()[name]
    own = Scope(member_ids=(csm,))

    for filters in (TODAY, *FORMS):
        answer, whole = (
            ask(company, question, own, filters),
            ask(only_own, question, EVERYTHING, filters),
        )
        if name == "coverage/by_csm":  # Who sees everything also sees CSMs without a customer.
            answer, whole = (each.filter(pl.col("accounts") > 0) for each in (answer, whole))
        if question.computed:
            answer, whole = (each.drop(LEARNED, strict=False) for each in (answer, whole))
        assert_frame_equal(answer, whole)
    assert name in ABOUT_ONE or not ask(company, question, own).equals(
        ask(company, question, EVERYTHING)
    )


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "name", [name for name in ABOUT_ACCOUNTS if "account_id" in questions()[name].schema]
)
def test_account_ids_are_those_of_the_viewers_own_book(company, books, name):
    question = questions()[name]
    everybodys = set(ask(company, question, EVERYTHING)["account_id"].drop_nulls())
    concerned = [csm_id for csm_id, held in sorted(books.items()) if everybodys & set(held)]

    assert concerned, "a comparison of nothing"
    for csm_id in concerned[:4]:
        ids = set(ask(company, question, Scope(member_ids=(csm_id,)))["account_id"].drop_nulls())
        assert ids == everybodys & set(books[csm_id])


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "name", [name for name in ABOUT_ACCOUNTS if not questions()[name].computed]
)
def test_the_tests_of_the_scope_notice_a_question_without_it(company, csm, name, monkeypatch):
    """Without the condition a viewer who may see nothing gets rows, and a CSM other rows."""
    question, own = questions()[name], Scope(member_ids=(csm,))
    stranger = Scope(member_ids=("nobody",))
    limited = ask(company, question, own)
    assert ask(company, question, stranger).is_empty()

    forms = {short: without(sql.read(name, short=short), CONDITION) for short in (False, True)}
    monkeypatch.setattr(sql, "read", lambda _name, *, short=False: forms[short])

    assert not ask(company, question, stranger).is_empty()
    if name not in ABOUT_ONE:
        assert not ask(company, question, own).equals(limited)


def without(question: sql.Question, condition: str) -> sql.Question:
    """A question that lets through whatever the condition would have kept out."""
    assert question.text.count(condition) == 1
    text = question.text.replace(condition, "true")
    bound = {name for name in question.placeholders if re.search(rf":{name}\b", text)}
    return replace(question, text=text, placeholders=frozenset(bound))
