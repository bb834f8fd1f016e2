"""The real connector, a fake Snowflake on loopback, and the same company in both warehouses."""

import fcntl
import hashlib
import http.client
import json
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import SecretStr

from dashboard.policy import Policy
from dashboard.settings import ROOT, SnowflakeSettings
from dashboard.warehouse.snowflake import SnowflakeWarehouse

HERE: Final = Path(__file__).parent
ENVIRONMENT: Final = ROOT / ".cache" / "fakesnow"
TOKEN: Final = "a-token-that-nobody-may-read"  # noqa: S105 -- the fake takes any
LIMIT: Final = 20
"""Seconds of every time-out where a test does not want another."""


@dataclass(frozen=True)
class Server:
    """A fake Snowflake that was started here."""

    port: int

    def ask(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def seen(self, kind: str) -> list[dict[str, Any]]:
        """What was asked of that kind since the last look at any."""
        return [note for note in json.loads(self.ask("/seen")) if note["kind"] == kind]

    def forget_sessions(self) -> None:
        self.ask("/forget")


@pytest.fixture(scope="session")
def fakesnow_python() -> Path:
    """Python of the fake's own environment, built again when its requirements change."""
    requirements = HERE / "requirements.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = ENVIRONMENT / "requirements.sha256"
    python = ENVIRONMENT / "bin" / "python"
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    with ENVIRONMENT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text() != wanted:
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            _run(sys.executable, "-m", "venv", str(ENVIRONMENT))
            _run(str(python), "-m", "pip", "install", "--no-deps", "-r", str(requirements))
            stamp.write_text(wanted)
    return python


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"


@pytest.fixture(scope="session")
def server(fakesnow_python, company) -> Iterator[Server]:
    """A fake Snowflake with the company's tables."""
    token = secrets.token_hex()
    log = company.with_name("server.log")
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: S603
            [fakesnow_python, HERE / "fakesnow_server.py", token, company.with_name("tables")],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    patience = threading.Timer(60, process.kill)
    patience.start()
    try:
        port = process.stdout.readline().strip()
        assert port, f"the fake did not start:\n{log.read_text()[-3000:]}"
        started = Server(int(port))
        _wait_until_answering(started, token)
        patience.cancel()
        yield started
    finally:
        patience.cancel()
        process.kill()
        process.communicate()


def _wait_until_answering(server: Server, token: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            assert server.ask("/who") == token, "another server answers on the port"
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def settings(server) -> Callable[..., SnowflakeSettings]:
    """Settings that reach the fake, with whatever a test wants otherwise."""

    def settings(**other: object) -> SnowflakeSettings:
        usual: dict[str, Any] = {
            "account": "fakesnow",
            "user": "service",
            "authenticator": "token",
            "token": SecretStr(TOKEN),
            "database": "CS",
            "schema": "MART",
            "host": "127.0.0.1",
            "port": server.port,
            "protocol": "http",
            "login_timeout": LIMIT,
            "connect_timeout": LIMIT,
            "request_timeout": LIMIT,
            "query_timeout": LIMIT,
        }
        return SnowflakeSettings(**(usual | other))

    return settings


@pytest.fixture
def opened(settings) -> Iterator[Callable[..., SnowflakeWarehouse]]:
    """Opens warehouses with settings of the test's own, and closes them after it."""
    warehouses: list[SnowflakeWarehouse] = []

    def opened(**other: object) -> SnowflakeWarehouse:
        warehouses.append(SnowflakeWarehouse(settings(**other), Policy()))
        return warehouses[-1]

    yield opened
    for warehouse in warehouses:
        warehouse.close()


@pytest.fixture(scope="session")
def snowflake(settings) -> Iterator[SnowflakeWarehouse]:
    warehouse = SnowflakeWarehouse(settings(), Policy())
    yield warehouse
    warehouse.close()
