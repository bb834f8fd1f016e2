"""Where nothing is to be derived on asking, a question is asked in short and says the same."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import retention
from dashboard.questions import questions
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse import sql
from dashboard.warehouse.build import building
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.asked_alike import CASES, answer

TODAY = date(2026, 10, 31)
SHORTENED = sorted(
    name
    for name, question in questions().items()
    if any(sql.read(asked) != sql.read(asked, short=True) for asked in question.asks)
)


class AtLength(EmbeddedWarehouse):
    """Asks everything in full."""

    def derives_nothing(self, *_asked):
        return False


class Noted(EmbeddedWarehouse):
    """Says which questions were asked in their short form."""

    def __init__(self, path):
        super().__init__(path, Policy())
        self.short = set()

    def derives_nothing(self, question, values):
        derives_nothing = super().derives_nothing(question, values)
        if derives_nothing:
            self.short.add(question.name)
        return derives_nothing


def test_the_questions_about_steps_of_arr_have_one():
    assert {
        "retention/arr_on",
        "retention/by_period",
        "bridge/by_period",
        "overview/by_day",
    } <= set(SHORTENED)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", SHORTENED)
def test_it_says_what_the_whole_question_says(name, case, company, values):
    noted = Noted(company)

    short = answer(questions()[name], case, values, noted)

    whole = answer(questions()[name], case, values, AtLength(company, Policy()))
    assert short.equals(whole)
    if case == "of everything":
        assert noted.short


EARLY, ON_THE_DAY, LATE = (
    datetime(2026, 3, 1, tzinfo=UTC),
    datetime(2026, 10, 31, 23, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
)


def held(file: Path, *, currency: str = "EUR", booked: datetime = EARLY) -> Noted:
    """A company of two accounts, one of which grows in a currency and by a movement of a moment."""
    with building(file, policy=Policy(), as_of=TODAY, origin="import") as connection:
        for account in ("a", "b"):
            connection.execute(
                "insert into accounts (account_id, account_name, segment, currency,"
                " lifecycle_stage, customer_since)"
                " values (?, 'A', 'S', 'EUR', 'Adoption', '2025-01-01')",
                [account],
            )
        connection.execute(
            "insert into fx_rates (currency, valid_on, rate_to_reporting)"
            " values ('EUR', '2025-01-01', 1.1), ('GBP', '2025-01-01', 1.3)"
        )
        for account, moved_on, kind, of, recorded in (
            ("a", "2025-01-01", "new", "EUR", datetime(2025, 1, 1, tzinfo=UTC)),
            ("b", "2025-01-01", "new", "EUR", datetime(2025, 1, 1, tzinfo=UTC)),
            ("b", "2026-03-01", "expansion", currency, booked),
        ):
            connection.execute(
                "insert into arr_movements (movement_id, account_id, effective_on, recorded_at,"
                " movement, amount, currency) values (?, ?, ?, ?, ?, 100, ?)",
                [f"{account} {moved_on}", account, moved_on, recorded, kind, of],
            )
    return Noted(file)


def arr(warehouse: EmbeddedWarehouse, on: date = TODAY, **own: object) -> list[dict[str, object]]:
    return retention.arr_on(
        warehouse, EVERYTHING, Filters(on), on=on, policy=own.pop("policy", None), **own
    ).to_dicts()


@pytest.mark.parametrize(
    ("written", "asked", "short"),
    [
        ({}, {}, True),
        ({"currency": "GBP"}, {}, False),
        ({"booked": LATE}, {}, False),
        ({"booked": ON_THE_DAY}, {}, True),
        ({"booked": LATE}, {"basis": "restated"}, True),
        ({"booked": LATE}, {"on": date(2026, 2, 1)}, True),
        ({}, {"policy": RetentionPolicy(level="product")}, False),
        ({}, {"policy": RetentionPolicy(logo_level="parent")}, False),
    ],
    ids=[
        "nothing to derive",
        "two currencies",
        "booked a day late",
        "booked on the day",
        "booked late but restated",
        "not effective yet",
        "by product",
        "logos by parent",
    ],
)
def test_it_is_asked_only_where_nothing_has_to_be_derived(tmp_path, written, asked, short):
    file = tmp_path / "company.duckdb"
    noted = held(file, **written)

    said = arr(noted, **asked)

    assert said == arr(AtLength(file, Policy()), **asked)
    assert said[0]["arr"] > 0
    assert bool(noted.short) == short


def test_a_file_that_is_swapped_in_while_it_is_asked_is_asked_in_full(tmp_path, monkeypatch):
    file, other = tmp_path / "company.duckdb", tmp_path / "other.duckdb"
    held(other, booked=LATE)
    warehouse, run = held(file), EmbeddedWarehouse._run  # noqa: SLF001 -- where DuckDB is asked
    before = arr(warehouse)

    def swapped(self, statement, **of):
        if other.exists():
            other.replace(file)
        return run(self, statement, **of)

    monkeypatch.setattr(EmbeddedWarehouse, "_run", swapped)
    after = arr(warehouse)

    assert not other.exists()
    assert after == arr(AtLength(file, Policy()))
    assert after != before
