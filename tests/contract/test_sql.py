"""Every SQL file: one text for both warehouses, and nobody sees what they may not.

Files not yet written are in these tests by existing.
"""

import re
from datetime import date
from functools import cache
from typing import Final

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError
from sqlglot.optimizer.scope import traverse_scope

from dashboard import contract
from dashboard.access import EVERYTHING
from dashboard.contract import SQL_ROOT
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.warehouse import sql
from dashboard.warehouse.build import MARTS

OWN_TABLES: Final = {
    "manifest",
    "loaded_tables",
    "loaded_files",
    "quarantine",
    "broken_rules",
    "notices",
}
KNOWN_TABLES: Final = contract.tables().keys() | set(MARTS) | OWN_TABLES
LENT: Final = {"measures", "unit_changes"}
"""Relations that a shared file reads and whoever uses it provides."""

QUESTIONS: Final = sql.questions()
OTHERS: Final = tuple(
    f"{folder}/{path.stem}"
    for folder in ("shared", "marts", "checks", "derived", "notices")
    for path in sorted((SQL_ROOT / folder).glob("*.sql"))
)

ACCOUNT_TABLES: Final = {
    name for name, table in contract.tables().items() if table.has("account_id")
} | {"account_spans", "arr_spans", "account_weeks", "broken_rules"}
TALENT_TABLES: Final = {
    name for name, table in contract.tables().items() if "Personal data" in table.comment
}
SHARED_PARAMS: Final = (
    Policy().params().keys()
    | EVERYTHING.params().keys()
    | Filters(date(2026, 1, 1)).params().keys()
)
BATCH: Final = {"account_from", "account_until"}

BANNED: Final = {
    r"\bdateadd\s*\(": "write `cast(d + interval '1 month' as date)`",
    r"\biff\s*\(": "write `case when`",
    r"\bnvl2?\s*\(": "write `coalesce`",
    r"\bdiv0(null)?\s*\(": "write `x / nullif(y, 0)`",
    r"\bzeroifnull\s*\(": "write `coalesce(x, 0)`",
    r"\bto_(char|varchar|date|timestamp)\s*\(": "write a `cast`",
    r"\bfilter\s*\(\s*where": "write `sum(case when ... end)`",
    r"\bgenerate_series\s*\(": "join a table of weeks or periods",
    r"\bgenerator\s*\(": "join a table of weeks or periods",
    r"\bstring_agg\s*\(": "one warehouse lacks it",
    r"\blistagg\s*\(\s*distinct": "one warehouse lacks it",
    r"\basof\b": "one warehouse lacks it",
    r"\bpivot\b": "one warehouse lacks it: write `case when` per column",
    r"\bwidth_bucket\s*\(": "one warehouse lacks it: write `case when`",
    r"\bratio_to_report\s*\(": "write `x / sum(x) over ()`",
    r"\b(greatest|least)\s*\(": "null makes it null in one warehouse only: write `case when`",
    r"\bdatediff\s*\(\s*[^']": "quote the part: `datediff('day', a, b)`",
    r"\bdatediff\s*\(\s*'(month|quarter|year)'": "differs at the end of a month",
    r"\bdesc\b(?!\s+nulls\s+(last|first)\b)": "nulls sort differently: write `desc nulls last`",
    r"\blateral\s+flatten\b|\bunnest\s*\(": "one warehouse lacks it",
    r"\bcurrent_(date|timestamp)\b|\bnow\s*\(|\bgetdate\s*\(": "the day is the parameter `as_of`",
    r"\\": "a backslash in a text escapes in one warehouse only",
    r"::": "SQLAlchemy reads a name there: write a `cast`",
}  # fmt: skip

every_file = pytest.mark.parametrize("name", [*QUESTIONS, *OTHERS])
every_question = pytest.mark.parametrize("name", QUESTIONS)


@cache
def parsed(name: str, dialect: str) -> exp.Expression:
    """The one statement of a file with the common tables it uses."""
    try:
        statements = sqlglot.parse(sql.read(name).text, dialect=dialect)
    except ParseError as error:
        pytest.fail(f"sql/{name}.sql is not {dialect}: {error}")
    assert len(statements) == 1, f"sql/{name}.sql has {len(statements)} statements"
    return statements[0]


def common_tables(name: str) -> dict[str, exp.Expression]:
    """The common tables that the final select may read, in order."""
    return {cte.alias: cte.this for cte in parsed(name, "snowflake").ctes}


def tables_read(name: str) -> set[str]:
    """The warehouse's own tables among all that is read, at any depth."""
    return {
        source.name
        for scope in traverse_scope(parsed(name, "snowflake"))
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    }


def own_text(name: str) -> str:
    """The file itself without its comments."""
    text = (SQL_ROOT / f"{name}.sql").read_text(encoding="utf-8")
    return re.sub(r"--.*", "", text).lower()


def test_the_files_are_found():
    assert len(QUESTIONS) > 20
    assert {"shared/visible_accounts", "marts/account_weeks"} <= set(OTHERS)


@every_file
@pytest.mark.parametrize("dialect", ["snowflake", "duckdb"])
def test_a_file_is_one_statement_that_only_reads(name, dialect):
    statement = parsed(name, dialect)
    assert isinstance(statement, exp.Query), f"sql/{name}.sql starts as a {statement.key}"
    acting = statement.find(exp.DML, exp.DDL, exp.Command, exp.Set, exp.Into)
    written = [] if acting is None or isinstance(acting, exp.Query) else [acting.sql()]
    assert not written, f"sql/{name}.sql does more than read: {written}"


@every_file
def test_a_file_reads_known_tables_only(name):
    known = KNOWN_TABLES | (LENT if name.startswith("shared/") else set())
    unknown = tables_read(name) - known
    assert not unknown, (
        f"sql/{name}.sql reads {sorted(unknown)}: no contract table, derived table or common table "
        "of that name; is a `-- Uses:` missing?"
    )


@every_file
def test_a_file_means_the_same_in_both_warehouses(name):
    text = own_text(name)
    found = [
        f"`{hit[0].strip()}` in line {text.count(chr(10), 0, hit.start()) + 1}: {instead}"
        for construct, instead in BANNED.items()
        for hit in re.finditer(construct, text)
    ]
    assert not found, "\n".join([f"sql/{name}.sql differs between the warehouses:", *found])


@pytest.mark.parametrize(
    "text",
    [
        "select dateadd(day, 1, d)",
        "select iff(a, 1, 2)",
        "select nvl(a, 0)",
        "select div0(a, b)",
        "select zeroifnull(a)",
        "select to_char(d)",
        "select count(*) filter (where a)",
        "select * from generate_series(1, 9)",
        "select string_agg(a)",
        "select listagg(distinct a)",
        "select * from a asof join b",
        "select * from a pivot (sum(b) for c in ('d'))",
        "select width_bucket(a, 0, 9, 3)",
        "select ratio_to_report(a) over ()",
        "select a from b order by a desc",
        "select row_number() over (order by a desc, b)",
        "select greatest(a, b)",
        "select datediff(day, a, b)",
        "select datediff('month', a, b)",
        "select a::date",
        "select current_date",
        "select '\\%'",
    ],
)
def test_what_differs_is_recognised(text):
    assert any(re.search(construct, text) for construct in BANNED)


@every_file
def test_a_placeholder_is_shared_or_listed_after_params(name):
    listed = set()
    for part in (name, *(f"shared/{used}" for used in _used(name))):
        header = (SQL_ROOT / f"{part}.sql").read_text(encoding="utf-8").split("\nselect")[0]
        listed |= set(re.findall(r"\w+", " ".join(re.findall(r"^-- (.*)$", header, re.MULTILINE))))
    known = SHARED_PARAMS | (BATCH if name.startswith(("marts/", "shared/")) else set())
    known |= {f"all_{each}" for each in listed}
    unknown = sql.read(name).placeholders - known - listed
    assert not unknown, f"sql/{name}.sql binds {sorted(unknown)}: list it after `-- Params:`"


@every_question
def test_a_question_about_accounts_starts_from_the_visible_ones(name):
    read = tables_read(name) & ACCOUNT_TABLES
    if not read:
        pytest.skip("reads no table with accounts")
    if ":all_accounts" in conditions(name):
        return  # Answers nobody but those who see every account.
    assert "visible_accounts" in common_tables(name), (
        f"sql/{name}.sql reads {sorted(read)} and would show every account to everybody: "
        "add `-- Uses: visible_accounts` or `customers` and join it"
    )
    _assert_reaches_the_answer(name, "visible_accounts")


@every_question
def test_a_question_about_talent_starts_from_the_visible_people(name):
    read = tables_read(name) & TALENT_TABLES
    if not read:
        pytest.skip("reads no talent data")
    assert "visible_people" in common_tables(name), (
        f"sql/{name}.sql reads {sorted(read)} and would show everybody's ratings: "
        "add `-- Uses: visible_people` and join it"
    )
    _assert_reaches_the_answer(name, "visible_people")


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        (
            "visible_accounts",
            ":all_accounts OR accounts.csm_id IN :member_ids"
            " OR (:pool AND accounts.touch_model = 'pooled')",
        ),
        ("visible_people", ":all_talent OR member_id IN :talent_ids"),
    ],
)
def test_the_visible_ones_are_limited_by_the_scope(name, limit):
    assert limit in conditions(f"shared/{name}")


def conditions(name: str) -> set[str]:
    """What every row of the final select must satisfy."""
    where = parsed(name, "snowflake").args.get("where")
    if where is None:
        return set()
    parts = where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
    return {part.unnest().sql() for part in parts}


def _assert_reaches_the_answer(name: str, common_table: str) -> None:
    """Fail unless the final select reads the common table, directly or through others."""
    reads = {
        alias: {table.name for table in query.find_all(exp.Table)}
        for alias, query in common_tables(name).items()
    }
    final = parsed(name, "snowflake").copy()
    final.set("with_", None)
    waiting = [table.name for table in final.find_all(exp.Table)]
    reached: set[str] = set()
    while waiting:
        table = waiting.pop()
        if table not in reached:
            reached.add(table)
            waiting += reads.get(table, ())
    assert common_table in reached, f"sql/{name}.sql has {common_table} and does not use it"


def _used(name: str) -> set[str]:
    waiting, used = [name], set()
    while waiting:
        part = waiting.pop()
        for use in sql.header(SQL_ROOT / f"{part}.sql", "Uses"):
            shared = use.partition(" as ")[0]
            if shared not in used:
                used.add(shared)
                waiting.append(f"shared/{shared}")
    return used


@pytest.mark.parametrize("path", sorted(SQL_ROOT.glob("*/*.sql")), ids=lambda path: path.stem)
def test_nothing_is_missed_from_a_list_that_stands_for_none_by_somebody_else(path):
    text = " ".join(path.read_text(encoding="utf-8").lower().split())
    for name in sql.FILTER_LISTS:
        assert f"not in :{name}" not in text
        assert text.count(f":{name}") == text.count(f" in :{name}")


def test_a_list_comes_in_few_lengths():
    def asked(**given: list[str]) -> tuple[str, list[object]]:
        lists = {name: [] for name in sql.FILTER_LISTS} | given
        params = dict.fromkeys(read.placeholders, True) | lists
        return sql.bound(sql.statement(read, {name: params[name] for name in read.placeholders}))

    read = sql.read("accounts/customers")
    text, values = asked()
    assert values.count(sql.NOBODYS) == len(sql.FILTER_LISTS)
    one, values_of_one = asked(segments=["Enterprise"])
    assert one == text
    assert "Enterprise" in values_of_one
    three, values_of_three = asked(segments=["a", "b", "c"])
    assert three == asked(segments=["a", "b", "c", "d"])[0] != text
    assert values_of_three.count("c") == 2
