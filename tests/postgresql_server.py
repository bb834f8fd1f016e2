"""A PostgreSQL server that the tests start, once for all folders that want one."""

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that was started here."""

    url: sa.URL

    def run(self, statement: str, *values: object, database: str = "postgres") -> list[Any]:
        """Rows of a statement; an empty list where it returns none."""
        import psycopg  # noqa: PLC0415 -- where there is a server, only

        url = self.url.set(drivername="postgresql", database=database)
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as session:
            done = session.execute(statement, values)
            return done.fetchall() if done.description else []

    def new_database(self) -> str:
        """URL of a database without any table."""
        name = f"store_{secrets.token_hex(6)}"
        self.run(f"create database {name} encoding 'UTF8' template template0")
        return self.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A server of its own on a free port, as Debian installs it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed")
    person: dict[str, Any] = {}
    if os.getuid() == 0:  # The server refuses to run as root.
        try:
            postgres = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        person = {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="tests-postgresql-"))
    try:
        if person:
            os.chown(folder, person["user"], person["group"])
        yield from _server(found[-1].parent, folder, person)
    finally:
        shutil.rmtree(folder)


def _server(programs: Path, folder: Path, person: dict[str, Any]) -> Iterator[Server]:
    password = secrets.token_hex()
    secret, data = folder / "password", folder / "data"
    secret.write_text(password)
    secret.chmod(0o644)  # Inside a folder that nobody else may enter.
    made = subprocess.run(  # noqa: S603
        [
            *(programs / "initdb", "-D", data, "-U", "tester", "-A", "scram-sha-256"),
            *(f"--pwfile={secret}", "--encoding=UTF8", "--no-locale", "--no-sync"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **person,
    )
    assert made.returncode == 0, made.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    with log.open("w") as said:
        process = subprocess.Popen(  # noqa: S603
            [
                *(programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1"),
                *("-c", "unix_socket_directories=", "-c", "fsync=off"),
            ],
            cwd=folder,
            stdout=said,
            stderr=said,
            **person,
        )
    try:
        url = sa.URL.create("postgresql", "tester", password, "127.0.0.1", port, "postgres")
        server = Server(url)
        _wait_until_answering(server, process, data, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_answering(
    server: Server, process: subprocess.Popen[bytes], data: Path, log: Path
) -> None:
    import psycopg  # noqa: PLC0415 -- where there is a server, only

    deadline = time.monotonic() + 30
    while True:
        try:
            shown = server.run("show data_directory")
        except psycopg.OperationalError:
            ended = process.poll() is not None or time.monotonic() > deadline
            assert not ended, f"the server did not start:\n{log.read_text()[-3000:]}"
            time.sleep(0.1)
        else:
            assert shown == [(str(data),)], "another server answers on the port"
            return
