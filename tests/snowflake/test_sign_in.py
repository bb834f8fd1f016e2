"""How the service signs in, what it says of itself, and what it keeps to itself."""

import base64
import json
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from dashboard.settings import Settings, SnowflakeSettings
from dashboard.warehouse.base import UnreachableError, WarehouseError
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.opening import open_warehouse
from dashboard.warehouse.snowflake import SnowflakeWarehouse
from dashboard.warehouse.snowflake_sessions import SnowflakeSettingsError, connect_args
from dashboard.warehouse.watched import RUN, Run
from tests.snowflake.conftest import TOKEN

snowflake_server = pytest.mark.snowflake
PASSPHRASE = "open sesame"  # noqa: S105 -- of a key that lives as long as the test
ASSERTION = ".".join(  # Shaped as what an identity provider gives out; the driver looks at it.
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "none"}, {"iss": "https://idp.example", "sub": "cs"}, "signature")
)


@pytest.fixture
def key_file(tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "key.p8"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PASSPHRASE.encode()),
        )
    )
    return path


@pytest.fixture
def attestation_for_loopback(monkeypatch):
    """The driver sends a workload's identity to Snowflake's own hosts only."""
    monkeypatch.setenv("SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES", "127.0.0.1")


@snowflake_server
@pytest.mark.usefixtures("attestation_for_loopback")
@pytest.mark.parametrize(
    ("settings_of_its_own", "announced"),
    [
        ({"authenticator": "key_pair"}, "SNOWFLAKE_JWT"),
        ({"authenticator": "oauth"}, "OAUTH"),
        ({"authenticator": "token"}, "PROGRAMMATIC_ACCESS_TOKEN"),
        (
            {
                "authenticator": "workload_identity",
                "workload_identity_provider": "OIDC",
                "token": SecretStr(ASSERTION),
            },
            "WORKLOAD_IDENTITY",
        ),
    ],
)
def test_the_service_signs_in_without_a_password(
    server, opened, key_file, settings_of_its_own, announced
):
    server.seen("login")
    key = {"private_key_file": key_file, "private_key_passphrase": SecretStr(PASSPHRASE)}
    opened(**key, **settings_of_its_own).freshness()
    (login,) = server.seen("login")
    assert login["authenticator"] == announced
    assert "TOKEN" in login["credentials"]
    assert "PASSWORD" not in login["credentials"]


def test_a_password_is_refused_with_the_four_ways_that_are_not():
    settings = SnowflakeSettings(
        account="a", authenticator="token", token=SecretStr("t"), password=SecretStr("hunter2")
    )
    with pytest.raises(SnowflakeSettingsError) as refusal:
        SnowflakeWarehouse(settings, Settings().policy)
    message = str(refusal.value)
    assert "hunter2" not in message
    for way in ("key_pair", "oauth", "token", "workload_identity"):
        assert way in message


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"authenticator": "key_pair"}, "private_key_file"),
        ({"authenticator": "oauth"}, "token"),
        ({"authenticator": "token"}, "token"),
        ({"authenticator": "workload_identity"}, "workload_identity_provider"),
        (
            {"authenticator": "workload_identity", "workload_identity_provider": "OIDC"},
            "token",
        ),
        ({"authenticator": "token", "token": SecretStr("t"), "account": ""}, "account"),
    ],
)
def test_a_setting_that_is_missing_is_named(given, lacking):
    with pytest.raises(SnowflakeSettingsError, match=lacking):
        connect_args(SnowflakeSettings(**({"account": "a"} | given)))


@snowflake_server
def test_a_refused_sign_in_says_what_to_check_and_names_nobody(opened):
    with pytest.raises(WarehouseError, match="refused the sign-in") as refusal:
        opened(user="stranger").freshness()
    assert not isinstance(refusal.value, UnreachableError)
    assert "stranger" not in str(refusal.value)
    assert TOKEN not in str(refusal.value)


@snowflake_server
def test_a_key_that_cannot_be_read_is_a_setting_to_correct(opened, tmp_path):
    with pytest.raises(SnowflakeSettingsError) as refusal:
        opened(authenticator="key_pair", private_key_file=tmp_path / "none.p8").freshness()
    assert str(tmp_path) not in str(refusal.value)


@snowflake_server
def test_every_query_carries_the_question_as_its_tag(server, opened):
    warehouse = opened()
    warehouse.freshness()
    tags = [json.loads(note["parameters"].get("QUERY_TAG", "{}")) for note in server.seen("query")]
    assert tags[-1] == {"app": "cs-dashboard", "question": "freshness", "viewer": "service"}


@snowflake_server
def test_a_query_is_found_from_its_run_and_the_run_from_its_query(server, opened):
    warehouse, run = opened(), Run("0123abcd", "a socket")
    token = RUN.set(run)
    try:
        warehouse.freshness()
    finally:
        RUN.reset(token)
    (note,) = server.seen("query")[-1:]
    assert json.loads(note["parameters"]["QUERY_TAG"])["run"] == run.id
    assert len(run.queries) == 1
    assert run.queries[0]


@snowflake_server
def test_no_telemetry_leaves_the_service(server, opened):
    server.seen("telemetry")
    warehouse = opened()
    warehouse.freshness()
    with pytest.raises(WarehouseError):
        opened(schema="ELSEWHERE").freshness()
    warehouse.close()
    assert server.seen("telemetry") == []


@snowflake_server
def test_the_age_of_the_data_is_that_of_the_manifest_and_asked_for_once(
    server, snowflake, embedded
):
    here, there = embedded.freshness(), snowflake.freshness()
    assert there.origin == "snowflake"
    assert (there.version, there.loaded_at, there.as_of, there.absent) == (
        here.version,
        here.loaded_at,
        here.as_of,
        here.absent,
    )
    server.seen("query")
    assert snowflake.freshness() is there
    assert server.seen("query") == []


def test_the_settings_choose_the_warehouse(tmp_path):
    snowflake = {"account": "a", "authenticator": "token", "token": "t"}
    chosen = open_warehouse(Settings(warehouse="snowflake", snowflake=snowflake))
    assert isinstance(chosen, SnowflakeWarehouse)
    assert isinstance(
        open_warehouse(Settings(warehouse=str(tmp_path / "x.duckdb"))), EmbeddedWarehouse
    )


def test_the_snowflake_driver_is_not_loaded_for_a_file():
    script = (
        "import sys\n"
        "from dashboard.settings import Settings\n"
        "from dashboard.warehouse.opening import open_warehouse\n"
        "open_warehouse(Settings(warehouse='x.duckdb'))\n"
        "sys.exit('snowflake' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0  # noqa: S603
