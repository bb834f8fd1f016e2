import re

import duckdb
import pytest

from dashboard import contract
from dashboard.contract import Column, ContractSyntaxError, Table

TYPES = {
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "integer": "INTEGER",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
}

every_table = pytest.mark.parametrize("table", contract.tables().values(), ids=contract.tables())


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The contract as a test writes it."""

    def write(*lines: str, name: str = "things") -> dict[str, Table]:
        folder = tmp_path / "contract"
        folder.mkdir(exist_ok=True)
        body = "\n".join(f"    {line}" for line in lines)
        text = f"-- Things, one row per thing.\ncreate table {name} (\n{body}\n);\n"
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
        monkeypatch.setattr(contract, "SQL_ROOT", tmp_path)
        return contract.tables.__wrapped__()

    return write


def test_the_contract_has_its_tables():
    assert contract.tables().keys() == {
        *("team_members", "accounts", "account_history", "products", "subscriptions"),
        *("arr_movements", "renewals", "forecast_calls", "health_scores", "usage_weekly"),
        *("usage_events", "survey_responses", "opportunities", "opportunity_history"),
        *("timeline_entries", "support_cases", "risks", "objectives", "advocacy_events"),
        *("digital_touches", "product_fit", "talent_reviews", "skill_assessments", "targets"),
        *("fx_rates", "fiscal_periods", "churn_events"),
    }


@every_table
def test_the_warehouse_understands_a_table_as_the_contract_does(table):
    with duckdb.connect() as connection:
        connection.execute(table.ddl)
        for comment in contract.comments(table):
            connection.execute(comment)
        columns = connection.execute(
            "select column_name, data_type, is_nullable, comment from duckdb_columns()"
            " where table_name = ? order by column_index",
            [table.name],
        ).fetchall()
        told = connection.execute("select comment from duckdb_tables()").fetchone()

    assert told == (table.comment,)
    assert columns == [
        (
            column.name,
            TYPES.get(column.kind) or column.sql_type.upper().replace(", ", ","),
            not column.required,
            column.comment,
        )
        for column in table.columns
    ]


@every_table
def test_a_table_says_what_a_row_is_and_each_column_what_it_holds(table):
    assert ", one row per " in table.comment
    assert table.key, "no column names a row"
    for column in table.columns:
        assert column.comment.endswith("."), column
        assert not column.comment.startswith("["), column


@every_table
def test_names_tell_dates_moments_and_shares(table):
    for column in table.columns:
        name = column.name
        assert (column.kind == "date") == (name.endswith("_on") or name == "customer_since")
        assert (column.kind == "timestamp") == name.endswith("_at"), name
        if name.endswith("_id"):
            assert column.kind == "text", name
        if name.endswith("_share"):
            assert (column.least, column.most) == (0, 1), name


@every_table
def test_a_rule_fits_its_column(table):
    for column in table.columns:
        if column.money:
            assert column.sql_type == "decimal(18, 2)", column
            assert table.has("currency") or table.name in {"products", "forecast_calls"}, column
        if column.vocabulary:
            assert column.kind == "text", column
            assert len(set(column.vocabulary)) == len(column.vocabulary), column
        if column.least is not None or column.most is not None:
            assert column.kind in {"integer", "double", "decimal"}, column


def test_a_reference_names_the_one_key_of_a_table_that_comes_before():
    placed: list[str] = []
    for table in contract.tables().values():
        for column in table.columns:
            if column.references and column.references != table.name:
                assert column.references in placed
        for column in table.columns:
            if column.references:
                assert len(contract.tables()[column.references].key) == 1, column
        placed.append(table.name)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (
            "thing_id varchar not null, -- [key] Name.",
            Column("thing_id", "varchar", True, "Name.", key=True),
        ),
        (
            "arr decimal(18, 2), -- [money] [at least 0] Amount, without [tax].",
            Column(
                *("arr", "decimal(18, 2)", False, "Amount, without [tax]."), money=True, least=0
            ),
        ),
        (
            "kind varchar -- [one of big, quite small] Kind.",
            Column("kind", "varchar", False, "Kind.", vocabulary=("big", "quite small")),
        ),
        ("odds double -- [share] Odds.", Column("odds", "double", False, "Odds.", least=0, most=1)),
        ("nps integer -- [0 to 10] X.", Column("nps", "integer", False, "X.", least=0, most=10)),
        (
            "rate decimal(18, 8) -- [more than 0] X.",
            Column("rate", "decimal(18, 8)", False, "X.", least=0, least_excluded=True),
        ),
        (
            "thing_id varchar -- [ref things] Another.",
            Column("thing_id", "varchar", False, "Another.", references="things"),
        ),
    ],
)
def test_a_line_is_read_as_a_column_with_its_rules(written, line, column):
    table = written(line)["things"]

    assert table.columns == (column,)
    assert table.column(column.name) == column
    assert table.required == ((column.name,) if column.required else ())
    assert table.comment == "Things, one row per thing."


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("thing_id varchar,", id="no comment"),
        pytest.param("thing_id varchar, -- [kee] Name.", id="a rule nobody knows"),
        pytest.param("arr decimal(18, 2), -- [at most 9] Name.", id="another"),
    ],
)
def test_a_line_that_nobody_could_rely_on_is_refused(written, line):
    with pytest.raises(ContractSyntaxError, match=re.escape("things.sql")):
        written(line)


def test_a_table_comes_after_those_it_refers_to(written):
    written("zebra_id varchar -- [key] Name.", name="zebras")
    tables = written("thing_id varchar -- [ref zebras] Its zebra.")

    assert list(tables) == ["zebras", "things"]
    assert tables["things"].has("thing_id")
    assert not tables["zebras"].has("thing_id")


def test_a_quote_in_a_comment_stays_a_quote(written):
    table = written("thing_id varchar -- The company's id.")["things"]

    assert contract.comments(table)[1] == (
        "comment on column things.thing_id is 'The company''s id.'"
    )
