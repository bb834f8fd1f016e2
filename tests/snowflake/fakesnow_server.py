"""A fake Snowflake on loopback that the real connector can log in to.

Runs in an environment of its own (``requirements.txt`` beside this file), because fakesnow imports
modules that the connector under test no longer has. Added to it are

- the fields that a login answer of today carries, and a place for telemetry to be thrown away;
- bound doubles and decimals: the fake reads them as texts and integers;
- numbers on the placeholders: the fake writes some of them twice and then lacks values;
- a memory for translations: the fake reads a question three times and changes it some eighty times
  before DuckDB hears of it, whoever asked the same text with other values before;
- a session variable that is refused: one whose value says ``unsettable``;
- doors for the tests: ``/seen`` tells what was asked since the last look, ``/forget`` ends every
  session, with the answers that Snowflake gives for a session whose tokens have expired, the user
  ``stranger`` is refused, ``newcomer`` is asked for another password, and sessions of the user
  ``unlucky`` get 503 in place of their answers, as from a gateway.

    python fakesnow_server.py TOKEN FOLDER

Every ``FOLDER/NAME.parquet`` becomes the table ``CS.MART.NAME``. The port is chosen by the system
and printed as one line; ``/who`` answers with the token, so that the caller knows whom it reached.
"""

import gzip
import json
import secrets
import socket
import sys
import threading
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import fakesnow.cursor
import fakesnow.server as fake
import uvicorn
from fakesnow.cursor import FakeSnowflakeCursor
from sqlglot import Expr
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.tokens import TokenType
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

REFUSED, EXPIRED, SIGN_IN_AGAIN, SYNTAX = "390100", "390112", "390114", "001003"
DATABASE, SCHEMA = "CS", "MART"

_bound = fake.from_binding
_execute = FakeSnowflakeCursor.execute
_transform = FakeSnowflakeCursor._transform
_describe = FakeSnowflakeCursor._describe_last_sql
_parse = fakesnow.cursor.parse_one
seen: list[dict[str, Any]] = []
forgotten: set[str] = set()
unlucky: set[str] = set()
translating = threading.Lock()
translations: dict[str, Expr] = {}
"""Questions in DuckDB's words by their text; values are bound to them afterwards."""
columns: dict[tuple[Any, ...], list[Any]] = {}
"""What DuckDB says about the columns of an answer, by its text and the kinds of its values."""


def bound(binding: dict[str, str]) -> Any:
    """A bound value as the type it was sent as."""
    if binding["value"] is not None and binding["type"] == "REAL":
        return float(binding["value"])
    if binding["value"] is not None and binding["type"] == "FIXED" and "." in binding["value"]:
        return Decimal(binding["value"])
    return _bound(binding)


@cache
def numbered(command: str) -> str:
    """The statement with numbers on its placeholders: ``?, ?`` is ``:1, :2``."""
    tokens = Snowflake().tokenize(command)
    marks = [token for token in tokens if token.token_type is TokenType.PLACEHOLDER]
    for number, mark in reversed(list(enumerate(marks, 1))):
        command = f"{command[: mark.start]}:{number}{command[mark.end + 1 :]}"
    return command


def is_question(command: str) -> bool:
    """Whether a statement only reads, so that its translation depends on nothing but its text."""
    return command.split(maxsplit=1)[0].lower() in {"select", "with"}


def execute(self: FakeSnowflakeCursor, command: str, *args: Any, **kwargs: Any) -> Any:
    """Run a statement; one whose text was translated before is not translated again."""
    command = numbered(command)
    with translating:
        if is_question(command) and command not in translations:
            translations[command] = _transform(self, _parse(command), None)
    return _execute(self, command, *args, **kwargs)


def parse(command: str) -> Expr:
    """The translation that is there, or what the statement says."""
    return translations.get(command) or _parse(command)


def transform(self: FakeSnowflakeCursor, expression: Expr, params: Any) -> Expr:
    """The statement in DuckDB's words."""
    if any(expression is kept for kept in translations.values()):
        return expression
    return _transform(self, expression, params)


def describe(self: FakeSnowflakeCursor) -> list[Any]:
    """Columns of the last answer."""
    kinds = tuple(type(value) for value in self._last_params or ())
    key = (self._last_sql, kinds)
    if key not in columns:
        columns[key] = _describe(self)
    return columns[key]


async def login(request: Request) -> JSONResponse:
    """The fake's answer with the fields that the connector requires."""
    asked = (await _body(request))["data"]
    seen.append(
        {
            "kind": "login",
            "authenticator": asked.get("AUTHENTICATOR"),
            "credentials": sorted({"PASSWORD", "PROVIDER", "TOKEN"} & asked.keys()),
            "parameters": asked.get("SESSION_PARAMETERS"),
        }
    )
    if asked.get("LOGIN_NAME") == "stranger":
        return _refused(REFUSED)
    if asked.get("LOGIN_NAME") == "newcomer":
        wanted = {"nextAction": "PWD_CHANGE", "inFlightCtx": "context"}
        return JSONResponse({"data": wanted, "code": None, "message": None, "success": True})
    answer = json.loads((await fake.login_request(request)).body)
    if asked.get("LOGIN_NAME") == "unlucky":
        unlucky.add(answer["data"]["token"])
    answer["data"] = {
        "masterToken": secrets.token_urlsafe(32),
        "validityInSeconds": 3600,
        "masterValidityInSeconds": 14400,
        "sessionId": secrets.randbits(40),
        "displayUserName": "FAKE",
        "firstLogin": False,
        "healthCheckInterval": 45,
    } | (answer.get("data") or {})
    return JSONResponse(answer)


async def query(request: Request) -> JSONResponse:
    """The fake's answer, after a note of what was asked."""
    asked = await _body(request)
    seen.append(
        {"kind": "query", "text": asked["sqlText"], "parameters": asked.get("parameters") or {}}
    )
    if fake.to_token(request) in forgotten:
        return _refused(EXPIRED)
    if fake.to_token(request) in unlucky:
        return JSONResponse("Service Unavailable", status_code=503)
    if asked["sqlText"].startswith("set ") and "unsettable" in asked["sqlText"]:
        return _refused(SYNTAX)
    return await fake.query_request(request)


async def heartbeat(request: Request) -> JSONResponse:
    """A sign of life, unless the session was forgotten."""
    seen.append({"kind": "heartbeat"})
    if fake.to_token(request) in forgotten:
        return _refused(EXPIRED)
    return await fake.session(request)


async def renewal(_request: Request) -> JSONResponse:
    """No new session token for an old master token."""
    seen.append({"kind": "renewal"})
    return _refused(SIGN_IN_AGAIN)


async def forget(_request: Request) -> JSONResponse:
    """End every session there is."""
    forgotten.update(fake.sessions)
    return JSONResponse(len(forgotten))


async def telemetry(_request: Request) -> JSONResponse:
    """Accepted, noted and thrown away."""
    seen.append({"kind": "telemetry"})
    return JSONResponse({"success": True, "data": "Log Received"})


async def notes(request: Request) -> JSONResponse:
    """What was asked since the last look."""
    noted = list(seen)
    seen.clear()
    return JSONResponse(noted)


def load(folder: Path) -> None:
    """Load every Parquet file as a table with upper-case names, as Snowflake keeps them."""
    fake.shared_fs.connect(DATABASE, SCHEMA).close()
    duck = fake.shared_fs.duck_conn.cursor()
    for path in sorted(folder.glob("*.parquet")):
        described = duck.execute("describe select * from read_parquet(?)", [str(path)]).fetchall()
        columns = ", ".join(f'"{row[0]}" as "{row[0].upper()}"' for row in described)
        duck.execute(
            f'create table "{DATABASE}"."{SCHEMA}"."{path.stem.upper()}"'
            f" as select {columns} from read_parquet(?)",
            [str(path)],
        ).fetchall()


def _refused(code: str) -> JSONResponse:
    return JSONResponse({"data": None, "code": code, "message": "Sign in again", "success": False})


async def _body(request: Request) -> dict[str, Any]:
    body = await request.body()
    if request.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return json.loads(body)


def main(token: str, folder: Path) -> None:
    """Load the tables, say the port and serve until killed."""

    async def who(_request: Request) -> PlainTextResponse:
        return PlainTextResponse(token)

    fake.app.router.routes[:0] = [
        Route("/session/v1/login-request", login, methods=["POST"]),
        Route("/queries/v1/query-request", query, methods=["POST"]),
        Route("/session/heartbeat", heartbeat, methods=["POST"]),
        Route("/session/token-request", renewal, methods=["POST"]),
        Route("/telemetry/send", telemetry, methods=["POST"]),
        Route("/seen", notes),
        Route("/forget", forget),
        Route("/who", who),
    ]
    fake.from_binding = bound
    FakeSnowflakeCursor.execute = execute
    FakeSnowflakeCursor._transform = transform
    FakeSnowflakeCursor._describe_last_sql = describe
    fakesnow.cursor.parse_one = parse
    fake.parse_one = cache(fake.parse_one)
    load(folder)
    # asyncio switches Nagle's delay off only for sockets that say that they are TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(fake.app, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
