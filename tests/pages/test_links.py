"""Names of accounts in tables are addresses of our own page, whatever the name."""

import re
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components import links
from dashboard.components.links import LONGEST, SHOWN_NAME, account_addresses
from dashboard.formats import visible

HOSTILE = [
    "![x](http://example.invalid/x.png)",
    "<img src=http://example.invalid/y.png onerror=alert(1)>",
    "javascript:alert(1)",
    "//example.invalid/a",
    "https://example.invalid",
    "a&account=other#x?y=1",
    "AT&T + 100 % Söhne / 売上",
    "\u202egnp.exe",
    "line\nbreak\ttab",
    "\\\\share",
    " ",
]


@pytest.fixture(autouse=True)
def no_browser(monkeypatch):
    monkeypatch.setattr(links.st, "query_params", {"viewer": "Ana, CSM", "segment": "x"})


def shown(address: str) -> str:
    """What the browser draws of an address: the first group, plus signs read as spaces."""
    return unquote(re.search(SHOWN_NAME, address)[1].replace("+", "%20"))


def assert_leads_to(address: str, account_id: str) -> None:
    went = urlsplit(urljoin("https://app.example/cs/health?view=x#y", address))
    assert (went.scheme, went.netloc, went.path) == ("https", "app.example", "/cs/account")
    found = parse_qs(went.query, keep_blank_values=True)
    assert found["account"] == [account_id]
    assert found["viewer"] == ["Ana, CSM"]
    assert "segment" not in found
    assert went.fragment == ""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_it_is_and_leads_to_its_account(name):
    (address,) = account_addresses([("a 1&b", name)])
    assert_leads_to(address, "a 1&b")
    assert shown(address) == (visible(name).strip() or "a 1&b")


@given(name=st.text(max_size=300), account_id=st.text(min_size=1, max_size=40))
def test_no_name_and_no_id_leads_elsewhere(name, account_id):
    (address,) = account_addresses([(account_id, name)])
    assert_leads_to(address, account_id)
    wanted = visible(name).strip() or account_id
    assert shown(address) == (wanted if len(wanted) <= LONGEST else f"{wanted[:LONGEST]}…")


def test_without_an_id_there_is_no_address_and_names_sort_as_they_read():
    assert account_addresses([(None, "A"), (None, None)]) == [None, None]
    names = ["Zeta Ltd", "alpha", "Beta Co", "Acme"]
    addresses = account_addresses([(str(9 - n), name) for n, name in enumerate(names)])
    assert [shown(each) for each in sorted(addresses)] == ["Acme", "Beta Co", "Zeta Ltd", "alpha"]


def test_a_table_links_names_only_where_it_knows_the_id():
    from dashboard.components.tables import shown as drawn  # noqa: PLC0415

    both = pl.DataFrame({"account_id": ["a1", None], "account_name": ["A", None]})
    assert drawn(both)["account_name"].to_list() == [
        "account?name=A&account=a1&viewer=Ana%2C%20CSM",
        None,
    ]
    assert drawn(both.select("account_name"))["account_name"].to_list() == ["A", None]
