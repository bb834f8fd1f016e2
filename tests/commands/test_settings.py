"""What is in force is printed without secrets, and what must not be served is refused."""

import secrets

import pytest
from click.testing import CliRunner

from dashboard.commands import main

AUTH = """
[auth]
redirect_uri = "https://dashboard.company.example/oauth2callback"
client_id = "dashboard"
client_secret = "of-the-provider-1"
server_metadata_url = "https://login.company.example/.well-known/openid-configuration"
cookie_secret = "{}"
"""


@pytest.fixture
def printed(monkeypatch, tmp_path):
    """Runs the command with secrets of the test's own."""

    def run(*, auth=None, **settings):
        file = tmp_path / "secrets.toml"
        if auth is not None:
            file.write_text(auth, encoding="utf-8")
        monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(file))
        monkeypatch.setenv("CS_DASHBOARD_SETTINGS", str(tmp_path / "none.toml"))
        for name, value in settings.items():
            monkeypatch.setenv(f"CS_DASHBOARD_{name}", value)
        return CliRunner().invoke(main, ["settings"])

    return run


def test_the_defaults_are_printed_and_may_be_served(printed):
    result = printed()

    assert result.exit_code == 0
    assert "sign_in.enabled = False" in result.output
    assert "operator = False" in result.output
    assert "policy.health.stale_after_days = 60" in result.output


def test_no_secret_is_printed(printed):
    cookie = secrets.token_urlsafe(48)
    result = printed(
        auth=AUTH.format(cookie),
        SIGN_IN__ENABLED="true",
        STORE="postgresql://user:of-the-store-2@host/database",
        SNOWFLAKE__TOKEN="of-the-warehouse-3",
        SNOWFLAKE__PRIVATE_KEY_PASSPHRASE="of-the-key-4",
    )

    assert result.exit_code == 0
    assert "auth.redirect_uri = https://dashboard.company.example/oauth2callback" in result.output
    assert "store = (set)" in result.output
    for secret in (cookie, "provider-1", "store-2", "warehouse-3", "key-4"):
        assert secret not in result.output


@pytest.mark.parametrize(
    ("auth", "fault"),
    [
        (None, "there is no [auth]"),
        ("auth = 1", "there is no [auth]"),
        ("[auth", "cannot be read as TOML"),
        (AUTH.format("too short"), "shorter than 32 characters"),
        (AUTH.format(secrets.token_urlsafe(48)).replace("https://d", "http://d"), "redirect_uri"),
    ],
)
def test_with_sign_in_on_what_must_not_be_served_is_refused_with_a_sentence(printed, auth, fault):
    result = printed(auth=auth, SIGN_IN__ENABLED="true")

    assert result.exit_code == 2
    assert fault in result.stderr


def test_a_setting_that_nobody_could_use_is_refused(printed):
    result = printed(SIGN_IN__ROLE_FROM="claim")

    assert result.exit_code == 2
    assert "roles names no group" in result.stderr
