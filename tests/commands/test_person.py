"""``person``: what is held on somebody, erasing it, and taking out what is too old."""

import json
from datetime import UTC, date, datetime

import duckdb
import pytest

from dashboard.store.reviews import rating_name
from dashboard.store.store import Store


@pytest.fixture
def leaver(demo_file) -> tuple[str, str, str, int]:
    """Somebody who was reviewed and has left, with the number of reviews loaded of them."""
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        found = connection.execute(
            "select team_members.member_id, name, email, count(*) from team_members"
            " join talent_reviews on talent_reviews.member_id = team_members.member_id"
            " group by all order by max(left_on) nulls last, 1 limit 1"
        ).fetchone()
    assert found is not None
    return found


@pytest.fixture
def store(monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path / 'app.sqlite'}"
    monkeypatch.setenv("CS_DASHBOARD_STORE", url)
    opened = Store(url)
    yield opened
    opened.close()


def rate(store, member_id: str, on: date) -> None:
    store.save_rating(
        rating_name(f"{on}", member_id, "boss"), cycle=f"{on}", member_id=member_id,
        reviewer_id="boss", performance="exceeds", promotability="high", action_plan="Lead a team",
        skills="{}", reviewed_on=on, on_top_of=None, by="boss@x.example",
        at=datetime(2026, 10, 1, tzinfo=UTC), token=f"{on}",
    )  # fmt: skip


def test_what_is_held_on_a_leaver_is_told_by_address_or_id(run, store, leaver):
    member_id, _, email, reviews = leaver
    rate(store, member_id, date(2026, 10, 1))

    for who in (member_id, email.upper()):
        result = run("person", "held", who, "--format", "json")
        assert result.exit_code == 0, result.output
        told = json.loads(result.output)
        assert [row["action_plan"] for row in told["app"]] == ["Lead a team"]
        assert told["company_tables"]["talent_reviews, rated"] == reviews
    assert "Lead a team" in run("person", "held", member_id).output
    seen = [line.entry for line in store.audit_lines() if line.entry.action == "view"]
    assert [(each.subject, each.who) for each in seen] == [(f"held on {member_id}", "operator")] * 3


def test_somebody_is_erased_only_by_name(run, store, leaver):
    member_id, name, email, _ = leaver
    rate(store, member_id, date(2026, 10, 1))

    wrong = run("person", "erase", email, "--name", "Somebody else")
    assert wrong.exit_code == 2
    assert len(store.held_on(member_id)) == 1
    right = run("person", "erase", email, "--name", name)
    assert right.exit_code == 0, right.output
    assert "rating: 1 row erased" in right.output
    assert store.held_on(member_id) == ()


def test_what_is_older_than_ratings_are_kept_is_taken_out(run, store):
    rate(store, "a", date(2026, 10, 1))
    rate(store, "b", date(2020, 10, 1))

    result = run("person", "expire")
    assert "rating: 1 row of before 2023-11-01 taken out" in result.output
    assert [each.member_id for each in store.all_ratings()] == ["a"]


def test_nobody_of_that_address_is_a_misuse(run, store):
    assert run("person", "held", "nobody@x.example").exit_code == 2
