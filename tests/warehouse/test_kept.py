"""What is kept of answers: whole or not at all, for the same scope alone, and never ratings."""

import errno
import logging
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboard import visitor
from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import accounts, surveys, talent
from dashboard.questions import OF_TALENT, questions
from dashboard.settings import APP_STORE, Settings
from dashboard.warehouse import kept as module
from dashboard.warehouse import sql
from dashboard.warehouse.base import MissingTableError, UnreachableError
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.kept import ENDING, KeptAnswers
from dashboard.warehouse.opening import kept_folder, open_kept
from dashboard.warehouse.stand_in import MOMENTS, FromKept, Keeping, StandIn
from dashboard.warehouse.viewers import members
from dashboard.warehouse.watched import Watched
from tests.conftest import AS_OF
from tests.factories import account, member

TODAY = Filters(AS_OF)
A_DAY = timedelta(days=1)
NOW = datetime.now(UTC)
ALL_KINDS = pl.DataFrame(
    {
        "text": ["é 🙂", None],
        "money": pl.Series([Decimal("1234567890123456.78"), None], dtype=pl.Decimal(38, 2)),
        "day": [date(1, 1, 1), None],
        "moment": pl.Series([NOW, None], dtype=pl.Datetime("us", "UTC")),
        "time": [time(23, 59), None],
        "number": pl.Series([2**62, None], dtype=pl.Int64),
        "share": [float("nan"), None],
        "yes": [True, None],
        "several": [["a", None], None],
        "both": [{"a": 1, "b": "x"}, None],
        "nothing": [None, None],
    }
)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def kept(folder) -> Iterator[KeptAnswers]:
    made = KeptAnswers(folder, where="here", most_bytes=10_000_000, most=100)
    yield made
    made.end()


def put(kept: KeptAnswers, key: str, frame: pl.DataFrame = ALL_KINDS, **other: object) -> None:
    kept.keep(key, frame, **({"asked_at": NOW, "said": {"question": "a/b"}} | other))
    kept.settle()


def test_an_answer_comes_back_as_it_was_and_nobody_else_may_read_its_file(kept, folder):
    for key, frame in (("1", ALL_KINDS), ("2", ALL_KINDS.clear()), ("3", pl.DataFrame())):
        put(kept, key, frame)
        found = kept.answer(key)
        assert found.frame.schema == frame.schema
        assert found.frame.equals(frame)
        assert found.asked_at == NOW
    assert kept.answer("4") is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert {each.suffix for each in folder.iterdir()} == {ENDING}


def test_what_is_not_what_was_written_is_never_given(kept, folder, caplog):
    put(kept, "1")
    file = folder / f"1{ENDING}"
    whole = file.read_bytes()
    for place in range(0, len(whole), 41):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        file.write_bytes(flipped)
        assert kept.answer("1") is None, place
    for length in (0, 10, 65, 200, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert kept.answer("1") is None, length
    assert "not what was written" in caplog.text
    # Nor the answer to another question under its name.
    (folder / f"2{ENDING}").write_bytes(whole)
    assert kept.answer("2") is None
    file.write_bytes(whole)
    assert kept.answer("1") is not None
    put(kept, "1", asked_at=NOW - module.FOR - timedelta(minutes=1))
    assert kept.answer("1") is None


def test_what_lies_there_is_bounded_and_the_oldest_go_first(folder, kept):
    put(kept, "0")
    size = (folder / f"0{ENDING}").stat().st_size
    os.utime(folder / f"0{ENDING}", (1, 1))
    for limits in ({"most_bytes": 3 * size + size // 2, "most": 100}, {"most": 3}):
        one = KeptAnswers(folder, **({"where": "here", "most_bytes": 10**7} | limits))
        for key in "12345":
            put(one, key)
        assert sorted(each.stem for each in folder.iterdir()) == ["3", "4", "5"]
        one.end()
    small = KeptAnswers(folder, where="here", most_bytes=size // 2, most=100)
    put(small, "6")
    assert small.answer("6") is None
    small.end()


def test_a_full_disk_is_a_line_in_the_log_and_leaves_nothing_half_written(
    kept, folder, monkeypatch, caplog
):
    put(kept, "1")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(Path, "replace", full)
        put(kept, "1", ALL_KINDS.clear())
        put(kept, "2")
    assert kept.answer("1").frame.equals(ALL_KINDS)
    assert [each.name for each in folder.iterdir()] == [f"1{ENDING}"]
    (line,) = caplog.records
    assert line.why == "No space left on device"
    assert str(folder) not in line.getMessage()
    put(kept, "2")
    assert kept.answer("2") is not None


# ------------------------------------------------------------------ questions of a warehouse


@pytest.fixture
def file(file_of, tmp_path) -> Path:
    """A warehouse file that may go away."""
    rows = {"accounts": [account("a1"), account("a2")], "team_members": [member(), member("m2")]}
    made = tmp_path / "company.duckdb"
    shutil.copy(file_of(**rows, loaded=sql.read("accounts/filter_choices").rests_on), made)
    return made


@pytest.fixture
def watched(file, kept) -> Iterator[Watched]:
    asked = EmbeddedWarehouse(file, Policy())
    made = Watched(Keeping(asked, kept, visitor.may_be_kept))
    yield made
    made.circuit.end()


@pytest.fixture
def stand_in(watched, kept) -> StandIn:
    return StandIn(watched, kept, team_holds=timedelta(hours=24))


def test_a_last_answer_is_for_the_same_question_of_the_same_scope_alone(
    watched, stand_in, kept, file, caplog
):
    csm = Scope(member_ids=("m1",), viewer="kim@example.com")
    stand_in.freshness()
    seen = {scope: accounts.filter_choices(watched, scope, TODAY) for scope in (EVERYTHING, csm)}
    kept.settle()
    file.unlink()
    moments: list[datetime] = []
    token = MOMENTS.set(moments)
    for scope, rows in seen.items():
        with pytest.raises(UnreachableError):
            accounts.filter_choices(watched, scope, TODAY)
        assert accounts.filter_choices(stand_in.answers(), scope, TODAY).equals(rows)
        assert accounts.filter_choices(stand_in.or_kept(), scope, TODAY).equals(rows)
    MOMENTS.reset(token)
    assert len(moments) == 4
    assert all(NOW <= each <= datetime.now(UTC) for each in moments)
    others = [
        replace(csm, viewer="sam@example.com"), replace(csm, pool=True), Scope(),
        replace(csm, member_ids=("m2",)), replace(csm, meeting_ids=("m1",)),
        replace(EVERYTHING, all_talent=False),
    ]  # fmt: skip
    elsewhere = KeptAnswers(kept._folder, where="there", most_bytes=10**7, most=9)  # noqa: SLF001
    foreign = FromKept(watched, elsewhere, stand_in.freshness)
    for answers, scope, among in (
        *((stand_in.answers(), each, TODAY) for each in others),
        (stand_in.answers(), csm, Filters(date(2026, 1, 1))),
        (foreign, csm, TODAY),
    ):
        with pytest.raises(UnreachableError, match="no last answer"):
            accounts.filter_choices(answers, scope, among)
    with pytest.raises(MissingTableError):
        surveys.nps_by_month(stand_in.answers(), csm, TODAY)
    elsewhere.end()


def test_ratings_and_what_nobody_knows_are_never_kept(file_of, kept, folder):
    of_talent = {name for name, each in questions().items() if each.of_talent}
    assert {"talent/ratings", "talent/team"} <= of_talent
    assert not any(visitor.may_be_kept(each) for each in of_talent)
    assert not visitor.may_be_kept("shared/visible_people")
    assert all(
        not sql.read(each).placeholders & OF_TALENT
        for each in sql.questions()
        if visitor.may_be_kept(each)
    )
    tables = sql.read("talent/ratings").rests_on
    there = EmbeddedWarehouse(file_of(loaded=tables), Policy())
    talent.ratings(Keeping(there, kept, visitor.may_be_kept), EVERYTHING, TODAY)
    kept.settle()
    assert not folder.exists()


def test_who_may_see_what_is_known_for_a_time_also_on_another_day_and_after_a_restart(
    watched, stand_in, kept, file
):
    stand_in.freshness()
    people = members(watched, AS_OF)
    kept.settle()
    file.unlink()
    after = Watched(EmbeddedWarehouse(file, Policy()))
    restarted = StandIn(after, kept, team_holds=timedelta(hours=24))
    assert restarted.last_good_day() is None
    assert restarted.freshness().version == stand_in.freshness().version
    assert restarted.last_good_day() == datetime.now(UTC).date()
    found, asked_at = restarted.team(AS_OF + timedelta(days=1))
    assert found.equals(people)
    restarted.expect_valid(asked_at)
    with pytest.raises(UnreachableError, match="too long ago"):
        restarted.expect_valid(asked_at - timedelta(hours=24))
    for nothing_holds in (
        StandIn(after, kept, team_holds=timedelta(0)), StandIn(after, None, team_holds=A_DAY)
    ):  # fmt: skip
        with pytest.raises(UnreachableError):
            nothing_holds.team(AS_OF)
    assert kept.forget() == 2
    with pytest.raises(UnreachableError):
        restarted.team(AS_OF)
    after.circuit.end()


def test_a_file_that_cannot_be_read_under_a_running_server_is_a_warehouse_that_is_away(
    watched, file
):
    accounts.filter_choices(watched, EVERYTHING, TODAY)
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(UnreachableError):
        accounts.filter_choices(watched, EVERYTHING, TODAY)
    assert watched.circuit.since is not None


def test_answers_lie_beside_the_own_database_and_those_of_before_go_when_it_is_switched_off(
    tmp_path, folder, kept
):
    store = f"sqlite:///{tmp_path / 'app.sqlite'}"
    assert kept_folder(Settings(store=store)) == folder
    assert kept_folder(Settings(store="postgresql://x/y")) == APP_STORE.parent / "kept"
    assert kept_folder(Settings(kept={"folder": "here"})) == Path("here")
    put(kept, "1")
    assert open_kept(Settings(store=store, kept={"enabled": False})) is None
    assert not list(folder.iterdir())
