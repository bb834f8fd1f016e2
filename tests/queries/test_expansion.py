from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import expansion
from dashboard.warehouse.base import MissingTableError
from tests.factories import (
    AS_OF,
    account,
    cells,
    change,
    member,
    moment,
    note,
    opportunity,
    rate,
)

TODAY = Filters(as_of=AS_OF)


def test_pipeline_by_month_sums_what_is_open_by_month_and_category(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        opportunities=[
            opportunity("o1", amount=100, expected_close_on=date(2026, 12, 1)),
            opportunity("o2", amount="0.33", expected_close_on=date(2026, 12, 31)),
            opportunity("o3", amount=None, expected_close_on=date(2026, 12, 31)),
            opportunity("o4", amount=40, stage="Verbal commit", forecast_category="commit"),
            opportunity("o5", amount=50, expected_close_on=None),
            opportunity("o6", amount=60, account_id=None, expected_close_on=date(2027, 1, 1)),
        ],
    )

    pipeline = expansion.pipeline_by_month(warehouse, EVERYTHING, TODAY)

    december, january = date(2026, 12, 1), date(2027, 1, 1)
    expected = [
        (december, "commit", 1, Decimal(40), Decimal(32), 0),
        (december, "pipeline", 3, Decimal("100.33"), Decimal("20.07"), 1),
        (january, "pipeline", 1, Decimal(60), Decimal(12), 0),
        (None, "pipeline", 1, Decimal(50), Decimal(10), 0),
    ]
    assert_frame_equal(pipeline, pl.DataFrame(expected, expansion.PIPELINE_BY_MONTH, orient="row"))


def test_open_opportunities_leave_out_the_undated_only_where_a_window_is_set(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        opportunities=[
            opportunity("day before", expected_close_on=date(2026, 11, 30)),
            opportunity("first day", expected_close_on=date(2026, 12, 1)),
            opportunity("last day", expected_close_on=date(2026, 12, 31)),
            opportunity("end", expected_close_on=date(2027, 1, 1)),
            opportunity("undated", expected_close_on=None),
        ],
    )

    def ids(since: date | None, until: date | None) -> list[str]:
        window = TODAY.window(since, until)
        return expansion.open_opportunities(warehouse, EVERYTHING, window)[
            "opportunity_id"
        ].to_list()

    assert ids(date(2026, 12, 1), date(2027, 1, 1)) == ["first day", "last day"]
    assert ids(None, None) == ["day before", "first day", "last day", "end", "undated"]
    assert ids(None, date(2026, 12, 1)) == ["day before"]


def test_open_opportunities_are_those_open_on_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        opportunities=[
            opportunity("open", amount=8),
            opportunity("opened today", amount=7, created_on=AS_OF),
            opportunity("opened tomorrow", created_on=date(2026, 11, 1)),
            opportunity("opened undated", amount=6, created_on=None),
            opportunity("won today", closed_on=AS_OF, won=True),
            opportunity("won tomorrow", amount=5, closed_on=date(2026, 11, 1), won=True),
            opportunity("lost tomorrow", amount=4, closed_on=date(2026, 11, 1), won=False),
            opportunity("lost undated", closed_on=None, won=False),
        ],
    )

    assert expansion.open_opportunities(warehouse, EVERYTHING, TODAY)[
        "opportunity_id"
    ].to_list() == ["open", "opened today", "opened undated", "won tomorrow", "lost tomorrow"]


def test_open_opportunities_undo_what_changed_after_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        opportunities=[
            opportunity(
                amount=500,
                stage="Verbal commit",
                forecast_category="commit",
                expected_close_on=date(2027, 3, 1),
            ),
            opportunity("o2", amount=7, expected_close_on=None),
        ],
        opportunity_history=[
            change("stage", "E-mailed", "Discussion", moment(2026, 10, 31, 23, 59)),
            change("stage", "Discussion", "Contract sent", moment(2026, 11, 1)),
            change("stage", "Contract sent", "Verbal commit", moment(2026, 11, 2)),
            change("forecast_category", "best_case", "commit", moment(2026, 11, 1)),
            change("amount", "250.50", "500", moment(2026, 11, 1)),
            change("expected_close_on", "2026-12-24", "2027-03-01", moment(2026, 11, 1)),
            change("amount", None, "7", moment(2026, 11, 1), opportunity_id="o2"),
            change("expected_close_on", "soon", "", moment(2026, 11, 1), opportunity_id="o2"),
        ],
    )
    told = ("opportunity_id", "stage", "forecast_category", "expected_close_on", "amount", "weight")

    assert cells(expansion.open_opportunities(warehouse, EVERYTHING, TODAY), *told) == [
        ("o1", "Discussion", "best_case", date(2026, 12, 24), Decimal("250.50"), 0.2),
        ("o2", "Discussion", "pipeline", None, None, 0.2),
    ]
    later = Filters(as_of=date(2026, 11, 2))
    assert cells(expansion.open_opportunities(warehouse, EVERYTHING, later), *told) == [
        ("o1", "Verbal commit", "commit", date(2027, 3, 1), Decimal(500), 0.8),
        ("o2", "Discussion", "pipeline", None, Decimal(7), 0.2),
    ]
    (december, _) = cells(expansion.pipeline_by_month(warehouse, EVERYTHING, TODAY))
    assert december == (date(2026, 12, 1), "best_case", 1, Decimal("250.50"), Decimal("50.10"), 0)


def test_the_weight_is_the_own_probability_or_that_of_the_stage(warehouse_of):
    weights = {
        ("Discussion", None): 0.2,
        ("Discussion", 0.75): 0.75,
        ("Discussion", 0.0): 0.0,
        ("  CONTRACT_SENT ", None): 0.5,
        ("contract-sent", None): 0.5,
        ("_verbal commit-", None): 0.8,
        ("e mailed decision maker", None): 0.0,
        ("Closed won", None): 1.0,
        ("Legal review", None): None,
        ("Legal review", 0.4): 0.4,
        ("scussion", None): None,
        ("Discussion=0.2|Discussion", None): None,
        ("", None): None,
        ("|", None): None,
    }
    warehouse = warehouse_of(
        accounts=[account()],
        opportunities=[
            opportunity(str((stage, own)), amount="99.99", stage=stage, probability=own)
            for stage, own in weights
        ],
    )

    rows = expansion.open_opportunities(warehouse, EVERYTHING, TODAY)
    assert dict(cells(rows, "opportunity_id", "weight")) == {
        str(key): weight for key, weight in weights.items()
    }
    assert dict(cells(rows, "weight", "weighted_amount")) == {
        0.0: Decimal(0),
        0.2: Decimal("20.00"),
        0.4: Decimal("40.00"),
        0.5: Decimal("50.00"),
        0.75: Decimal("74.99"),
        0.8: Decimal("79.99"),
        1.0: Decimal("99.99"),
        None: None,
    }
    (month,) = expansion.pipeline_by_month(warehouse, EVERYTHING, TODAY).iter_rows(named=True)
    assert month["weighted_amount"] == rows["weighted_amount"].sum() == Decimal("414.97")
    assert month["amount"] == 14 * Decimal("99.99")


def test_other_stage_weights_may_stand_in_for_the_policy(warehouse_of):
    policy = Policy(stage_weights={"Legal_Review": 0.9})
    warehouse = warehouse_of(
        policy=policy,
        accounts=[account()],
        opportunities=[opportunity("o1", stage="legal review"), opportunity("o2")],
    )

    def weights(**params: object) -> list:
        return expansion.open_opportunities(warehouse, EVERYTHING, TODAY, **params)[
            "weight"
        ].to_list()

    assert weights() == [0.9, None]
    assert weights(stage_weights={"discussion": 0.3}) == [None, 0.3]
    (month,) = expansion.pipeline_by_month(
        warehouse, EVERYTHING, TODAY, stage_weights={"discussion": 0.3}
    ).iter_rows(named=True)
    assert (month["amount"], month["weighted_amount"]) == (Decimal(200), Decimal(30))


def test_amounts_are_converted_at_the_rates_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1", currency="EUR"), account("a2")],
        fx_rates=[rate("EUR", 1.005, AS_OF), rate("EUR", 2, date(2026, 11, 1))],
        opportunities=[
            opportunity("o1", amount="0.50"),
            opportunity("o2", amount="0.50", account_id="a2", currency="EUR", probability=0.5),
            opportunity("o3", amount="0.50", account_id=None),
            opportunity("o4", amount=9, account_id="a2", currency="XXX"),
        ],
    )

    rows = expansion.open_opportunities(warehouse, EVERYTHING, TODAY)
    assert dict(cells(rows, "opportunity_id", "amount")) == {
        "o1": Decimal("0.50"),
        "o2": Decimal("0.50"),
        "o3": Decimal("0.50"),
        "o4": None,
    }
    (month,) = expansion.pipeline_by_month(warehouse, EVERYTHING, TODAY).iter_rows(named=True)
    assert (month["opportunities"], month["amount"], month["without_amount"]) == (
        4,
        Decimal("1.50"),
        1,
    )


def test_an_opportunity_without_an_account_is_seen_by_its_csm_and_by_who_sees_all(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1", csm_id="m1"), account("a2", csm_id="m2")],
        team_members=[member("m1", name="Ada")],
        opportunities=[
            opportunity("mine", expected_close_on=date(2026, 11, 1)),
            opportunity("not mine", account_id="a2", expected_close_on=date(2026, 11, 2)),
            opportunity("no account", account_id=None, expected_close_on=date(2026, 11, 3)),
            opportunity("nobody's", account_id=None, csm_id=None),
        ],
    )

    def ids(scope: Scope = EVERYTHING, **parts: tuple[str, ...]) -> list[str]:
        filters = Filters(as_of=AS_OF, **parts)
        rows = expansion.open_opportunities(warehouse, scope, filters)
        return rows["opportunity_id"].to_list()

    assert ids() == ["mine", "not mine", "no account", "nobody's"]
    assert ids(Scope(member_ids=("m1",))) == ["mine", "no account"]
    assert ids(Scope(member_ids=("m2",))) == ["not mine"]
    assert ids(csm_ids=("m1",)) == ["mine", "no account"]
    assert ids(csm_ids=("unassigned",)) == ["nobody's"]
    assert ids(segments=("Enterprise",)) == ["mine", "not mine"]
    assert ids(regions=("EMEA",)) == ["mine", "not mine"]
    rows = expansion.open_opportunities(warehouse, EVERYTHING, TODAY)
    assert cells(rows, "account_name", "segment", "csm_name")[2] == (None, None, "Ada")


def test_open_opportunities_carry_the_latest_note_of_the_account(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        opportunities=[opportunity("o1"), opportunity("o2", account_id="a2")],
        timeline_entries=[
            note("old", moment(2026, 10, 1)),
            note("latest", moment(2026, 10, 31, 23), url="https://example.com/1"),
            note("tomorrow", moment(2026, 11, 1)),
        ],
    )

    rows = expansion.open_opportunities(warehouse, EVERYTHING, TODAY)

    assert cells(rows, "opportunity_id", "note", "url") == [
        ("o1", "latest", "https://example.com/1"),
        ("o2", None, None),
    ]


def test_category_changes_are_those_of_the_last_days_the_as_of_date_included(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(currency="EUR")],
        fx_rates=[rate("EUR", 1.1)],
        opportunities=[opportunity(), opportunity("o2", account_id=None, amount=None)],
        opportunity_history=[
            change("forecast_category", "pipeline", "omitted", moment(2026, 10, 24, 23, 59)),
            change("forecast_category", "omitted", "best_case", moment(2026, 10, 25)),
            change("forecast_category", "best_case", "commit", moment(2026, 10, 31, 23, 59)),
            change("forecast_category", "commit", "closed", moment(2026, 11, 1)),
            change("stage", "Discussion", "Contract sent", moment(2026, 10, 30)),
            change("forecast_category", None, "x", moment(2026, 10, 30), opportunity_id="o2"),
        ],
    )

    changes = expansion.category_changes(warehouse, EVERYTHING, TODAY)

    def row(opportunity_id: str, at: datetime, before: str | None, after: str) -> tuple:
        known = ("a1", "A1", "Enterprise", Decimal(110), date(2026, 12, 15))
        unknown = (None, None, None, None, date(2026, 12, 15))
        told = known if opportunity_id == "o1" else unknown
        return (opportunity_id, *told, at, before, after)

    expected = pl.DataFrame(
        [
            row("o1", moment(2026, 10, 31, 23, 59), "best_case", "commit"),
            row("o2", moment(2026, 10, 30), None, "x"),
            row("o1", moment(2026, 10, 25), "omitted", "best_case"),
        ],
        schema=expansion.CATEGORY_CHANGES,
        orient="row",
    )
    assert_frame_equal(changes, expected)
    assert len(expansion.category_changes(warehouse, EVERYTHING, TODAY, days=8)) == 4
    assert len(expansion.category_changes(warehouse, EVERYTHING, TODAY, days=1)) == 1


def test_category_changes_show_amount_and_close_date_as_they_were(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        opportunities=[opportunity(amount=500, expected_close_on=date(2027, 3, 1))],
        opportunity_history=[
            change("forecast_category", "pipeline", "commit", moment(2026, 10, 30)),
            change("amount", "250", "500", moment(2026, 11, 1)),
            change("amount", "500", "500", moment(2026, 11, 2)),
            change("expected_close_on", "2026-12-24", "2027-03-01", moment(2026, 11, 1)),
        ],
    )
    told = ("amount", "expected_close_on")

    today = expansion.category_changes(warehouse, EVERYTHING, TODAY)
    assert cells(today, *told) == [(Decimal(250), date(2026, 12, 24))]
    later = expansion.category_changes(warehouse, EVERYTHING, Filters(as_of=date(2026, 11, 3)))
    assert cells(later, *told) == [(Decimal(500), date(2027, 3, 1))]


def test_category_changes_keep_to_the_scope(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", csm_id="m2")],
        opportunities=[
            opportunity("mine"),
            opportunity("not mine", account_id="a2"),
            opportunity("no account", account_id=None),
        ],
        opportunity_history=[
            change("forecast_category", "a", "b", moment(2026, 10, day), opportunity_id=each)
            for day, each in enumerate(("mine", "not mine", "no account"), start=28)
        ],
    )

    def ids(scope: Scope, **parts: tuple[str, ...]) -> list[str]:
        filters = Filters(as_of=AS_OF, **parts)
        return expansion.category_changes(warehouse, scope, filters)["opportunity_id"].to_list()

    assert ids(EVERYTHING) == ["no account", "not mine", "mine"]
    assert ids(Scope(member_ids=("m1",))) == ["no account", "mine"]
    assert ids(EVERYTHING, segments=("Enterprise",)) == ["not mine", "mine"]
    assert ids(Scope()) == []


def test_expansion_says_which_table_is_missing(warehouse_of):
    for question in (expansion.pipeline_by_month, expansion.open_opportunities):
        with pytest.raises(MissingTableError, match="opportunities, which is not loaded"):
            question(warehouse_of(accounts=[account()]), EVERYTHING, TODAY)
    without_history = warehouse_of(accounts=[account()], opportunities=[opportunity()])
    assert len(expansion.open_opportunities(without_history, EVERYTHING, TODAY)) == 1
    with pytest.raises(MissingTableError, match="opportunity_history, which is not loaded"):
        expansion.category_changes(without_history, EVERYTHING, TODAY)
