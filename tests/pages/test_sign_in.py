"""Who is let in, run by Streamlit's test runner: every way that needs no browser."""

import json
import secrets
import time
from datetime import datetime, timedelta

import duckdb
import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import audit, noting, sign_in, visitor
from dashboard.settings import ROOT
from dashboard.store.base import StoreError
from dashboard.store.store import Store
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.viewers import MEMBERS
from tests.key_numbers import key_numbers

AUTH = {
    "redirect_uri": "https://dashboard.company.example/oauth2callback",
    "client_id": "dashboard",
    "client_secret": "s",
    "server_metadata_url": "https://login.company.example/.well-known/openid-configuration",
    "cookie_secret": secrets.token_urlsafe(48),
}
ROLES = {"executive": ["board"], "csm": ["csms"], "cs_manager": ["leads"], "people": ["hr"]}


def said(page):
    kinds = (page.info, page.warning, page.error, page.markdown, page.caption, page.title)
    return " ".join(element.value for kind in kinds for element in kind)


def person(email, **more):
    now = time.time()
    claims = {"is_logged_in": True, "sub": email, "email": email, "email_verified": True}
    return claims | {"iat": now - 60, "exp": now + 3600} | more


@pytest.fixture
def address(demo_file):
    """The address of somebody in a role."""

    def of(role):
        with duckdb.connect(str(demo_file), read_only=True) as connection:
            return connection.execute(
                "select min(email) from team_members where role = ? and left_on is null", [role]
            ).fetchone()[0]

    return of


@pytest.fixture
def door(app, demo_file, monkeypatch, tmp_path):
    """The app with sign-in, opened by somebody."""

    def opened(user, *, file=demo_file, auth=AUTH, **settings):
        monkeypatch.setenv("CS_DASHBOARD_WAREHOUSE", str(file))
        monkeypatch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{tmp_path / 'app.sqlite'}")
        monkeypatch.setenv("CS_DASHBOARD_SIGN_IN__ENABLED", "true")
        monkeypatch.setattr(visitor, "server_address", lambda: "0.0.0.0")  # noqa: S104
        monkeypatch.setattr(visitor, "request_headers", lambda: [("X-Forwarded-For", "10.0.0.5")])
        for name, value in settings.items():
            monkeypatch.setenv(f"CS_DASHBOARD_SIGN_IN__{name.upper()}", value)
        st.cache_data.clear()
        st.cache_resource.clear()
        test = AppTest.from_file(ROOT / "app.py", default_timeout=300)
        test.user = user
        if auth is not None:
            test.secrets["auth"] = auth
        return test.run()

    return opened


def by_groups(**roles):
    return {"role_from": "claim", "roles": json.dumps(ROLES | roles)}


def nothing_is_shown(page):
    return not (
        key_numbers(page) or page.sidebar.selectbox or page.sidebar.markdown or page.dataframe
    )


# ------------------------------------------------------------------ with sign-in


def test_before_the_sign_in_the_warehouse_and_the_store_are_asked_nothing(door, monkeypatch):
    def asked(*_args, **_kwargs):
        raise AssertionError("asked before anybody signed in")

    for owner, names in ((EmbeddedWarehouse, ("fetch", "freshness")), (Store, ("has_ended",))):
        for name in names:
            monkeypatch.setattr(owner, name, asked)

    page = door({"is_logged_in": False})

    assert [button.label for button in page.button] == ["Sign in"]
    assert nothing_is_shown(page)
    assert not page.error


def test_whoever_is_signed_in_is_named_and_has_no_viewer_switch(door, address):
    page = door(person(address("cs_manager")))

    assert "CS manager" in page.sidebar.markdown[0].value
    assert [button.label for button in page.sidebar.button] == ["Sign out"]
    assert "viewer" not in [each.key for each in page.selectbox]
    assert page.title[0].value == "Overview"


def test_a_clock_that_jumps_ends_sign_ins_as_it_should_and_breaks_nothing(
    door, address, monkeypatch, tmp_path
):
    class Clock(datetime):
        """The machine's clock, which somebody moves."""

        ahead = timedelta()

        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + cls.ahead

    for module in (visitor, noting, audit):
        monkeypatch.setattr(module, "datetime", Clock)
    page = door(person(address("csm")))
    told = []

    for days in (0, 1, 0, -1, 0):
        Clock.ahead = timedelta(days=days)
        page.run()
        assert not page.exception
        told.append(said(page) if nothing_is_shown(page) else page.title[0].value)

    assert [each for each in told if len(each) < 20] == ["Overview"] * 3
    assert "has ended" in told[1]
    assert "clock of this machine is behind" in told[3]
    noting.recorder().flush()
    log = Store(f"sqlite:///{tmp_path / 'app.sqlite'}").check_audit()
    assert log.broken is None
    assert log.lines > 1


def test_a_sign_in_whose_end_cannot_be_looked_up_is_not_served(door, address, monkeypatch):
    def away(*_args):
        raise StoreError("away")

    monkeypatch.setattr(Store, "has_ended", away)
    page = door(person(address("executive")))

    assert "does not answer" in page.error[0].value
    assert nothing_is_shown(page)


def test_a_sign_out_holds_in_this_process_while_the_store_is_away(door, address, monkeypatch):
    claims = person(address("executive"))
    page = door(claims)

    def away(*_args, **_kwargs):
        raise StoreError("away")

    monkeypatch.setattr(Store, "end_session", away)
    page.button(key="sign_out").click().run()
    page.user = claims
    page.run()

    assert "You have signed out" in page.info[0].value
    assert nothing_is_shown(page)


def test_signing_in_refusals_and_signing_out_are_noted_once_each(door, address, monkeypatch):
    noted = []
    monkeypatch.setattr(sign_in, "signed_in", lambda who: noted.append(("in", who.email)))
    monkeypatch.setattr(sign_in, "signed_out", lambda who: noted.append(("out", who.email)))
    monkeypatch.setattr(sign_in, "refused", lambda email, _why: noted.append(("refused", email)))
    email = address("finance")

    page = door(person(email))
    page.run()
    page.button(key="sign_out").click().run()
    door(person("nobody@elsewhere.example")).run()

    assert noted == [("in", email), ("out", email), ("refused", "nobody@elsewhere.example")]


def test_a_role_that_is_taken_away_counts_at_the_next_run(door, address, monkeypatch):
    page = door(person(address("executive")))
    assert page.title[0].value == "Overview"

    monkeypatch.setattr(visitor, "team", lambda: pl.DataFrame(schema=MEMBERS))
    page.run()

    assert "is not the address of one current team member" in page.error[0].value
    assert nothing_is_shown(page)


@pytest.mark.parametrize(
    ("auth", "fault"),
    [
        (None, "no [auth]"),
        ({**AUTH, "cookie_secret": "short"}, "cookie_secret"),
        ({**AUTH, "redirect_uri": "http://company.example/oauth2callback"}, "redirect_uri"),
    ],
)
def test_with_secrets_that_are_not_safe_only_that_is_said(door, address, auth, fault):
    page = door(person(address("executive")), auth=auth)

    assert fault in page.error[0].value.replace("\\", "")
    assert nothing_is_shown(page)
    assert not page.button


# ------------------------------------------------------------------ roles by groups


def test_a_group_decides_the_role_and_the_list_of_the_team_the_book(door, address):
    page = door(person(address("executive"), groups=["csms"]), **by_groups())

    assert "CSM" in page.sidebar.markdown[0].value


@pytest.mark.parametrize(("groups", "title"), [(["board"], "Overview"), (["hr"], "Talent")])
def test_roles_that_need_no_book_come_in_without_a_row(door, groups, title):
    page = door(person("new@company.example", name="New One", groups=groups), **by_groups())

    assert "New One" in page.sidebar.markdown[0].value
    assert page.title[0].value == title
    assert not page.exception


@pytest.mark.parametrize("group", ["csms", "leads"])
def test_roles_that_need_a_book_are_told_that_they_have_none(door, group):
    page = door(person("new@company.example", groups=[group]), **by_groups())

    assert "is not in the list of team members" in page.error[0].value
    assert nothing_is_shown(page)


def test_without_a_group_nobody_comes_in(door, address):
    page = door(person(address("executive"), groups=["other"]), **by_groups())

    assert "No group of" in page.error[0].value
    assert nothing_is_shown(page)


# ------------------------------------------------------------------ without sign-in


def test_a_companys_own_data_are_not_shown_without_an_operator(app, headers_only, monkeypatch):
    page = app(headers_only)
    assert not page.error

    monkeypatch.delenv("CS_DASHBOARD_OPERATOR")
    st.cache_resource.clear()
    page.run()

    assert "shown to their operator only" in page.error[0].value
    assert nothing_is_shown(page)


@pytest.mark.parametrize("company", ["demo_file", "headers_only"])
@pytest.mark.parametrize(
    "headers",
    [
        [("Host", "dashboard.company.example")],
        [("Host", "localhost"), ("X-Forwarded-For", "10.0.0.5")],
        [],
    ],
)
def test_a_proxy_in_front_opens_neither_the_demo_nor_the_data(
    app, request, monkeypatch, company, headers
):
    monkeypatch.setattr(visitor, "request_headers", lambda: headers)

    page = app(request.getfixturevalue(company))

    assert "through no proxy" in page.error[0].value
    assert nothing_is_shown(page)


def test_a_server_that_listens_for_others_opens_nothing(app, demo_file, monkeypatch):
    monkeypatch.setattr(visitor, "server_address", lambda: "0.0.0.0")  # noqa: S104

    assert "on this machine only" in app(demo_file).error[0].value
