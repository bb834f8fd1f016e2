"""What the app must not serve with, and from where it must not be asked without sign-in."""

import secrets
import string
import tomllib

import pytest

from dashboard.serving import SAMPLE_SECRET, fault_of, is_from_this_machine
from dashboard.settings import ROOT

AUTH = {
    "redirect_uri": "https://dashboard.company.example/oauth2callback",
    "client_id": "dashboard",
    "client_secret": "s",
    "server_metadata_url": "https://login.company.example/.well-known/openid-configuration",
}
EXAMPLE = ROOT / ".streamlit" / "secrets.example.toml"


def auth(**changed):
    return AUTH | {"cookie_secret": secrets.token_urlsafe(48)} | changed


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe])
def test_a_random_secret_of_32_bytes_is_never_called_weak(make):
    assert all(fault_of(auth(cookie_secret=make(32))) is None for _ in range(500))


@pytest.mark.parametrize(
    "secret",
    [
        None,
        "",
        1234,
        SAMPLE_SECRET,
        "short",
        "SHaXhq6vjhE63IKmMJmTsA",
        "a" * 64,
        "ab" * 32,
        "3f9Qz-7Lk_" * 5,
        string.ascii_lowercase + string.digits,
        (string.ascii_lowercase + string.digits)[::-1],
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "password-of-the-company-dashboard-2026",
        "change-me-change-me-please-change-me-now",
    ],
)
def test_a_secret_that_somebody_could_guess_is_refused(secret):
    assert "cookie_secret" in fault_of(auth(cookie_secret=secret))


def test_the_example_as_it_stands_is_refused_for_its_secret_and_for_nothing_else():
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["auth"]

    assert example["cookie_secret"] == SAMPLE_SECRET
    assert "is a sample" in fault_of(example)
    assert fault_of(example | {"cookie_secret": secrets.token_urlsafe(48)}) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://dashboard.company.example/oauth2callback",
        "http://127.0.0.1.company.example/oauth2callback",
        "http://localhost@company.example/oauth2callback",
        "ftp://localhost/oauth2callback",
        "//localhost/oauth2callback",
        "https:///oauth2callback",
        "http://[::1/oauth2callback",
        "https://dashboard.company.example/callback",
    ],
)
def test_people_come_back_over_https_or_to_this_machine(address):
    assert "redirect_uri" in fault_of(auth(redirect_uri=address))


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:8501", "[::1]:8501"])
def test_on_this_machine_http_will_do(host):
    assert fault_of(auth(redirect_uri=f"http://{host}/oauth2callback")) is None


def test_the_provider_is_asked_over_https():
    assert "server_metadata_url" in fault_of(auth(server_metadata_url="http://login.example/x"))


@pytest.mark.parametrize("name", AUTH)
def test_what_is_missing_is_named(name):
    assert name in fault_of(auth(**{name: ""}))
    assert "no [auth]" in fault_of({})


# ------------------------------------------------------------------ without sign-in

HERE = ("Host", "localhost:8501")


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "[::1]:8501"])
def test_a_browser_on_this_machine_is_served(host):
    assert is_from_this_machine("127.0.0.1", [("host", host), ("User-Agent", "x")])


@pytest.mark.parametrize("address", ["", "0.0.0.0", "10.0.0.5", "::"])  # noqa: S104 -- refused
def test_a_server_that_listens_elsewhere_is_not(address):
    assert not is_from_this_machine(address, [HERE])


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Host", "dashboard.company.example")],
        [("Host", "localhost.company.example:8501")],
        [("Host", "localhost@company.example")],
        [("Host", "[::1")],
        [HERE, ("Host", "dashboard.company.example")],
        [HERE, ("X-Forwarded-For", "10.0.0.5")],
        [HERE, ("x-forwarded-host", "dashboard.company.example")],
        [HERE, ("Forwarded", "for=10.0.0.5")],
        [HERE, ("X-Real-IP", "127.0.0.1")],
        [HERE, ("Via", "1.1 proxy")],
    ],
)
def test_a_request_that_came_through_a_proxy_or_names_another_host_is_not(headers):
    assert not is_from_this_machine("127.0.0.1", headers)
