"""Which id means which account: contradictions are shown, likenesses suggested, nothing merged."""

import polars as pl
import pytest

from dashboard.mapping import conflicts, decisions, twins
from dashboard.mapping.identity import (
    IDENTITIES,
    IdentityFileError,
    company_name,
    domain_of,
    together,
)


def identities(*rows):
    return pl.DataFrame(rows, schema=IDENTITIES, orient="row")


def accounts(*ids):
    return pl.DataFrame({"account_id": list(ids)})


CRM = [
    ("crm", "A", "A", "Acme Inc.", "https://www.acme.com"),
    ("crm", "B", "B", "Birch Media GmbH", "birch.io"),
    ("crm", "N1", "N1", "Northwind", None),
    ("crm", "N2", "N2", "Northwind Ltd", None),
]


def test_contradictions_are_told_by_kind():
    rows = identities(
        *CRM,
        ("billing", "1", "A", None, None),
        ("billing", "1", "B", None, None),
        ("billing", "2", "A", None, None),
        ("desk", "9", "Z", None, None),
        ("desk", "8", None, "Nobody", None),
    )
    told = conflicts(rows, accounts("A", "B", "N1", "N2")).select(
        "kind", "source", "ids", "accounts"
    )
    assert told.rows() == [
        ("no account", "desk", "8", None),
        ("no such account", "desk", "9", "Z"),
        ("one account, two ids", "billing", "1, 2", "A"),
        ("one id, two accounts", "billing", "1", "A, B"),
    ]


def test_twins_by_name_and_domain_have_a_confidence_and_both_where_equally_likely():
    rows = identities(
        *CRM,
        ("billing", "1", None, "ACME Incorporated", "billing@acme.com"),
        ("billing", "2", None, "B. M.", "ap@birch.io"),
        ("billing", "3", None, "birch media", None),
        ("billing", "4", None, "Brich Media", None),
        ("billing", "5", None, "NORTHWIND", "x@gmail.com"),
        ("billing", "6", None, "Quartz", "q@gmail.com"),
    )
    found = twins(rows).select("source_id", "account_id", "confidence", "why").rows()
    assert [row for row in found if row[0] != "4"] == [
        ("1", "A", 97, "equal domain and equal name"),
        ("3", "B", 90, "equal name"),
        ("5", "N1", 90, "equal name"),
        ("5", "N2", 90, "equal name"),
        ("2", "B", 85, "equal domain"),
    ]
    (misspelt,) = [row for row in found if row[0] == "4"]
    assert misspelt[1] == "B"
    assert 70 <= misspelt[2] < 85
    assert misspelt[3] == "like name"


def test_an_id_of_an_account_that_is_not_there_may_be_a_twin():
    rows = identities(*CRM, ("billing", "cus_1", "cus_1", "Acme", "acme.com"))
    assert twins(rows, accounts("A", "B", "N1", "N2"))["account_id"].to_list() == ["A"]
    assert twins(rows).is_empty()


def test_what_people_decided_goes_before_what_a_source_says(tmp_path):
    file = tmp_path / "identity.csv"
    file.write_text("source,source_id,account_id,note\nbilling,1,B,seen by Ana\nbilling,7,A,\n")
    said = identities(("billing", "1", "A", "Acme", "acme.com"), ("billing", "2", "A", None, None))
    rows = together(said, decisions(file)).sort("source_id").rows()
    assert rows == [
        ("billing", "1", "B", "Acme", "acme.com"),
        ("billing", "2", "A", None, None),
        ("billing", "7", "A", None, None),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source,source_id\na,b\n", "lacks the column account_id"),
        ("source,source_id,account_id\na,b,\n", "has a row without"),
    ],
)
def test_decisions_that_cannot_be_used_are_refused(tmp_path, text, said):
    file = tmp_path / "identity.csv"
    file.write_text(text)
    with pytest.raises(IdentityFileError, match=said):
        decisions(file)


def test_names_and_domains_compare_by_what_matters():
    assert company_name("The Café, Inc.") == company_name("the café") == "the café"
    assert company_name("Co") == "co"
    assert domain_of("HTTPS://www.Acme.com:443/x?y") == domain_of("ap@acme.com") == "acme.com"
    assert domain_of("somebody@gmail.com") is None
    assert domain_of("no domain") is None
