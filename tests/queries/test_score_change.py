"""Why a score changed: by hand, and on random customers."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import MEASURES, OUTCOMES, HealthPolicy, Policy
from dashboard.queries import accounts, health
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import build
from tests.factories import AS_OF, account, cells, measured

TODAY = Filters(as_of=AS_OF)
MONDAY = date(2026, 10, 26)
BEFORE = AS_OF - timedelta(days=28)
THEN = date(2026, 9, 28)


def test_a_measure_that_goes_stale_leaves_its_weight_to_the_others(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        health_scores=[
            *measured(THEN, deployment=80, engagement=60, nps=90),
            *measured(date(2026, 8, 10), adoption=20),
            *measured(MONDAY, deployment=70, engagement=60, nps=90, support=30),
        ],
    )

    change = health.score_change(warehouse, EVERYTHING, TODAY, account_id="a1")

    columns = ("measure", "state_before", "state_now", "weight_before", "weight_now")
    sixth = pytest.approx(1 / 6)
    assert cells(change.filter(measure="adoption"), *columns) == [
        ("adoption", "fresh", "stale", sixth, None)
    ]
    assert dict(
        zip(change["measure"], change.select("by_score", "by_weight").rows(), strict=True)
    ) == {
        # Weight 1/6, then 1/4: -10 points at their mean, and 75 of a twelfth more.
        "deployment": (pytest.approx(-10 * 5 / 24), pytest.approx(75 / 12)),
        "engagement": (0.0, pytest.approx(60 / 12)),
        "adoption": (0.0, pytest.approx(-20 / 6)),
        "roi": (0.0, 0.0),
        "nps": (0.0, pytest.approx(-90 / 4)),
        "support": (0.0, pytest.approx(30 / 4)),
        "sentiment": (0.0, 0.0),
    }
    (overall,) = set(cells(change, "overall_before", "overall_now"))
    assert overall == (pytest.approx(160 / 6 + 45), 62.5)
    assert change["change"].sum() == pytest.approx(overall[1] - overall[0], abs=1e-6)
    assert health.score_change(warehouse, Scope(), TODAY, account_id="a1").is_empty()


def test_compared_with_the_same_day_nothing_changed(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()], health_scores=measured(MONDAY, **dict.fromkeys(MEASURES, 50))
    )

    change = health.score_change(warehouse, EVERYTHING, TODAY, account_id="a1", compared_on=AS_OF)
    assert set(cells(change, "change", "by_score", "by_weight", "overall_before")) == {
        (0.0, 0.0, 0.0, 50.0)
    }


def test_an_account_that_was_not_scored_then_contributes_what_was_measured(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        health_scores=[
            *measured(THEN, deployment=80),
            *measured(MONDAY, **dict.fromkeys(MEASURES, 40)),
        ],
    )

    change = health.score_change(warehouse, EVERYTHING, TODAY, account_id="a1")
    assert set(cells(change, "overall_before", "overall_now", "coverage_before")) == {
        (None, 40.0, 0.125)
    }
    assert change["contribution_before"].to_list() == [80.0, 0, 0, 0, 0, 0, 0]
    early = health.score_change(
        warehouse, EVERYTHING, TODAY, account_id="a1", compared_on=date(2026, 9, 1)
    )
    assert early["contribution_before"].to_list() == [0.0] * 7
    assert set(early["state_before"]) == {"missing"}


scores = st.one_of(st.none(), st.floats(0, 100, width=32))
days = st.dictionaries(st.sampled_from(MEASURES), scores, max_size=7)


weight = st.sampled_from([0.0, 0.25, 1.0, 1.7, 5.0])


@pytest.mark.thorough
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    # One company holds many customers; shrinking it takes longer than reading it.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(
        st.tuples(days, days, st.integers(0, 90), st.integers(0, 27)), min_size=12, max_size=12
    ),
    st.fixed_dictionaries(dict.fromkeys(MEASURES, weight)),
    st.sampled_from([0.1, 1.0, 5.0]),
)
def test_changes_sum_to_the_change_of_the_score(tmp_path, drawn, weights, outcomes_weight):
    weights |= {OUTCOMES[0]: weights[OUTCOMES[0]] + 0.5, "nps": weights["nps"] + 0.5}
    policy = Policy(
        health=HealthPolicy(weights=weights, outcomes_weight=outcomes_weight, minimum_coverage=0.2)
    )
    rows = [
        row
        for place, (then, now, early, late) in enumerate(drawn)
        for on, found in (
            (BEFORE - timedelta(days=early), then),
            (AS_OF - timedelta(days=late), now),
        )
        for row in measured(
            on, f"a{place}", **{name: each for name, each in found.items() if each is not None}
        )
    ]
    always = [
        row
        for on, score in ((BEFORE, 30.0), (AS_OF, 80.0))
        for row in measured(on, "always", **dict.fromkeys(MEASURES, score))
    ]
    file = tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"
    build(
        file,
        {
            "accounts": [*(account(f"a{place}") for place in range(12)), account("always")],
            "health_scores": rows + always,
        },
        policy=policy,
        loaded=["health_scores"],
    )
    warehouse = EmbeddedWarehouse(file, policy)
    overall = {
        day: dict(
            cells(
                accounts.customers(warehouse, EVERYTHING, Filters(as_of=day)),
                *("account_id", "overall_score"),
            )
        )
        for day in (BEFORE, AS_OF)
    }
    compared = 0
    for account_id in overall[AS_OF]:
        change = health.score_change(warehouse, EVERYTHING, TODAY, account_id=account_id)
        now = health.contributions(warehouse, EVERYTHING, TODAY, account_id=account_id)
        if change.is_empty():
            continue
        assert change["contribution_now"].sum() == pytest.approx(now["contribution"].sum())
        for side, day in (("before", BEFORE), ("now", AS_OF)):
            score = overall[day][account_id]
            assert set(change[f"overall_{side}"]) == {score}
            if score is not None:
                assert change[f"contribution_{side}"].sum() == pytest.approx(score, abs=1e-6)
        assert_frame_equal(
            change.select(whole="change"),
            change.select(whole=change["by_score"] + change["by_weight"]),
            abs_tol=1e-9,
        )
        before, after = overall[BEFORE][account_id], overall[AS_OF][account_id]
        if before is not None and after is not None:
            compared += 1
            assert change["change"].sum() == pytest.approx(after - before, abs=1.1e-6)
    assert compared
