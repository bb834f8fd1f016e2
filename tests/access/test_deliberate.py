"""The list of what is told of the whole company is complete, and has nothing that is gone."""

import re

from dashboard.contract import SQL_ROOT
from dashboard.questions import questions
from dashboard.settings import ROOT
from dashboard.warehouse import sql
from tests.access.deliberate import (
    LEARNED_FROM_ALL,
    MEASURED_BY_ALL,
    OF_NO_ACCOUNT,
    WHOEVER_RUNS_IT,
)

LIMITED = re.compile(r":(?:all_accounts|all_talent)\b")


def test_who_reads_the_whole_company_in_sql_is_listed():
    found = {
        f"{path.parent.name}/{path.stem}"
        for path in SQL_ROOT.glob("*/*.sql")
        if "company_customers" in {each.split(" as ")[0] for each in sql.header(path, "Uses")}
    }

    assert found == set(MEASURED_BY_ALL)


def test_who_asks_with_the_scope_of_everything_is_listed():
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "dashboard").rglob("*.py")
        if re.search(r"\bEVERYTHING\b", path.read_text()) and path.stem != "access"
    }

    assert found == {*LEARNED_FROM_ALL, *WHOEVER_RUNS_IT}


def test_a_question_that_no_scope_limits_is_listed():
    free = {
        name
        for name, question in questions().items()
        if any(not LIMITED.search(sql.read(asked).text) for asked in question.asks)
    }

    assert free == set(OF_NO_ACCOUNT)


def test_every_entry_has_a_reason():
    for listed in (MEASURED_BY_ALL, LEARNED_FROM_ALL, WHOEVER_RUNS_IT, OF_NO_ACCOUNT):
        assert all(len(reason) > 20 for reason in listed.values())
