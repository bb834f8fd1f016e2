"""Which warehouse the settings name, and what is said where it cannot be opened."""

import importlib.util
import threading
import time

import pytest
from pydantic import SecretStr

from dashboard.settings import PostgresqlSettings, Settings, SettingsError, load_settings
from dashboard.warehouse.opening import open_warehouse
from dashboard.warehouse.patience import OutOfPatienceError, within
from dashboard.warehouse.postgresql_sessions import PostgresqlSettingsError, conninfo

URL = "postgresql://dashboard@db.example.com/customers"


def test_without_its_packages_postgresql_names_the_file_that_installs_them(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "sqlglot" else found(name)
    )
    with pytest.raises(PostgresqlSettingsError, match=r"-r requirements-postgresql\.txt"):
        open_warehouse(Settings(warehouse=URL))


def test_a_password_in_the_url_is_refused_and_not_repeated(monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_WAREHOUSE", "postgresql://dashboard:hunter2@db/customers")
    with pytest.raises(SettingsError, match="CS_DASHBOARD_POSTGRESQL__PASSWORD") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql://db:port/customers", "postgresql://db:99999999x/"])
def test_what_is_no_url_is_told_as_such(url):
    with pytest.raises(PostgresqlSettingsError, match="no URL such as"):
        conninfo(url, PostgresqlSettings())


def test_what_libpq_is_told_is_quoted_limited_and_read_only():
    told = conninfo(
        f"{URL}?sslmode=verify-full",
        PostgresqlSettings(schema='odd "name"', password=SecretStr("it's \\ odd")),
    )
    assert r"password='it\'s \\ odd'" in told
    assert "sslmode='verify-full'" in told
    assert "default_transaction_read_only=on" in told
    assert "statement_timeout=20000" in told
    assert r'search_path="odd\\ ""name"""' in told


def test_an_answer_in_time_is_given_and_an_error_is_raised():
    assert within(60, lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 / 0)


def test_whoever_comes_too_late_clears_up_and_is_not_waited_for():
    may_go_on, cleared = threading.Event(), threading.Event()
    started = time.monotonic()
    with pytest.raises(OutOfPatienceError):
        within(0.05, lambda: may_go_on.wait(60), late=cleared.set)
    assert time.monotonic() - started < 60
    assert not cleared.is_set()
    may_go_on.set()
    assert cleared.wait(60)
