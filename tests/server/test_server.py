"""What lies around the app in production, each part by itself: no browser is needed to see it."""

import base64
import hashlib
import io
import json
import logging
import platform
import shutil
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard import noting, visitor
from dashboard.audit import Recorder
from dashboard.policy import Policy
from dashboard.server import ends, health
from dashboard.server.doors import Doors, is_loopback
from dashboard.server.ends import share_memory, write_last_lines
from dashboard.server.headers import INDEX, Headers, failure, headers_of, script_hashes
from dashboard.server.health import ANSWERS, SILENT, Look, Readiness
from dashboard.server.logs import formatter
from dashboard.server.requests import RequestLog
from dashboard.server.sockets import send_at_once
from dashboard.settings import ROOT
from dashboard.store.store import Store
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.watched import Watched
from tests.awaited import awaited
from tests.store.test_audit import LOOK


def application(*middleware: Middleware, https: bool = False) -> Starlette:
    async def file(request):
        return PlainTextResponse("a;b", headers={"Content-Disposition": "attachment"})

    async def broken(request):
        raise ZeroDivisionError(request.query_params.get("q"))

    return Starlette(
        routes=[Route("/file", file), Route("/broken", broken)],
        middleware=[Middleware(RequestLog), Middleware(Headers, https=https), *middleware],
        exception_handlers={Exception: failure(https=https)},
    )


def asked(app, path: str, *, server: str = "127.0.0.1", **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{server}") as client:
            return await client.get(path, headers=headers)

    return awaited(ask())


# ------------------------------------------------------------------ headers and doors


def test_only_the_scripts_that_the_installed_document_holds_may_run():
    text = "\n  window.a = '<p>'\n"
    document = f"<script src='x.js'></script><script>{text}</script><p>no script</p>"
    assert script_hashes(document) == [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    ]
    installed = headers_of(INDEX.read_text(), https=False)["Content-Security-Policy"]
    assert installed.count("'sha256-") == len(script_hashes(INDEX.read_text())) == 1
    assert headers_of("", https=False)["Content-Security-Policy"].endswith("script-src 'self'")


def test_files_are_kept_nowhere_and_what_breaks_carries_the_headers_too():
    app = application(https=True)
    file, broken = asked(app, "/file"), asked(app, "/broken?q=secret")
    assert file.headers["cache-control"] == "no-store"
    assert (broken.status_code, broken.text) == (500, "This went wrong.\n")
    for answer in (file, broken, asked(app, "/nothing")):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("address", "is_here"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True),
     ("10.0.0.7", False), ("::ffff:10.0.0.7", False), ("", False), ("localhost", False)],
)  # fmt: skip
def test_without_sign_in_only_a_connection_to_this_machine_is_answered(address, is_here):
    assert is_loopback(address) == is_here
    if not address or address == "localhost":
        return
    host = f"[{address}]" if ":" in address else address
    open_doors = application(Middleware(Doors, with_sign_in=True))
    closed = application(Middleware(Doors, with_sign_in=False))
    # Whatever the request says of itself.
    said = {"Host": "127.0.0.1", "X-Forwarded-For": "127.0.0.1"}
    assert asked(closed, "/file", server=host, **said).status_code == (200 if is_here else 403)
    assert asked(open_doors, "/file", server=host, **said).status_code == 200
    assert asked(open_doors, "/_stcore/metrics", server=host).status_code == 404


# ------------------------------------------------------------------ the log


@pytest.fixture
def log():
    """What is written of the dashboard's own loggers, as production writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(formatter(on_screen=False))
    logger = logging.getLogger("dashboard")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_each_request_is_one_line_by_the_id_that_went_back_and_holds_no_query(log):
    app = application()
    given = "ab" * 16
    one = asked(app, "/file?viewer=ana%40example.com&token=t0ps3cret", **{"X-Request-Id": given})
    other = asked(app, "/broken", **{"X-Request-Id": "x\nforged"})
    asked(app, "/ana@example.com")
    asked(app, "/media/0123abcd.csv")
    lines = log()
    assert one.headers["x-request-id"] == given == lines[0]["request"]
    assert other.status_code == 500
    assert [line["event"] for line in lines] == ["request"] * 4
    assert [line["status"] for line in lines] == [200, 500, 404, 404]
    assert [line["path"] for line in lines] == ["/file", "/broken", "/<address>", "/media/..."]
    assert all(line["ms"] >= 0 and line["method"] == "GET" for line in lines)
    assert "forged" not in json.dumps(lines)
    assert "t0ps3cret" not in json.dumps(lines)


def test_of_the_parts_of_the_front_end_only_those_that_fail_are_told(log):
    async def part(request):
        return PlainTextResponse("", status_code=int(request.path_params["status"]))

    app = Starlette(routes=[Route("/static/{status}", part)], middleware=[Middleware(RequestLog)])
    assert asked(app, "/static/200").headers["x-request-id"]
    asked(app, "/static/503")
    assert [line["status"] for line in log()] == [503]


def test_no_address_and_no_secret_stands_in_the_log_however_it_came_there(log):
    logger = logging.getLogger("dashboard.test")
    try:
        int("ana@example.com has token=t0ps3cret")
    except ValueError:
        logger.exception("failed for %s", "ben@example.com", extra={"who": "cleo@example.com"})
    (line,) = log()
    assert "ValueError" in line["exception"]
    assert "example.com" not in json.dumps(line)
    assert "t0ps3cret" not in json.dumps(line)


# ------------------------------------------------------------------ looks from outside


def fine() -> dict[str, object]:
    return {"warehouse": ANSWERS, "data": {"stale": False}}


def answer(*looks: Look, patience: float = 5.0) -> tuple[int, dict[str, object]]:
    said = awaited(Readiness(*looks, patience=patience).answer())
    return said.status_code, json.loads(said.body)


def test_ready_is_whoever_answers_with_fresh_data_and_nobody_else():
    def raises() -> dict[str, object]:
        raise RuntimeError("/secret/path")

    there = Look(lambda: {"store": ANSWERS})
    assert answer(Look(fine), there)[0] == 200
    assert answer(Look(lambda: fine() | {"data": {"stale": True}}), there)[0] == 503
    assert answer(Look(lambda: {"warehouse": SILENT}), there)[0] == 503
    assert answer(Look(fine), Look(lambda: {"store": SILENT}))[0] == 503
    status, told = answer(Look(raises), there)
    assert (status, told) == (503, {"ready": False, "warehouse": SILENT, "store": ANSWERS})


def test_a_look_that_hangs_is_answered_in_time_and_not_begun_twice():
    begun, release = [], threading.Event()

    def hangs() -> dict[str, object]:
        begun.append(1)
        release.wait(60)
        return fine()

    look = Look(hangs, holds=0)
    try:
        for _ in range(3):
            before = time.monotonic()
            assert answer(look, Look(lambda: {"store": ANSWERS}), patience=0.05)[0] == 503
            assert time.monotonic() - before < 30, "it waited for what hangs"
        assert len(begun) == 1
    finally:
        release.set()


def test_a_look_holds_for_a_while():
    begun = []
    look = Look(lambda: begun.append(1) or fine(), holds=60)
    for _ in range(3):
        assert awaited(look.found(5)) == fine()
    assert len(begun) == 1


def test_old_data_and_a_warehouse_that_is_away_are_told_without_a_name(
    warehouse_of, monkeypatch, tmp_path
):
    there = Watched(warehouse_of())
    monkeypatch.setattr(visitor, "warehouse", lambda: there)
    assert health.warehouse_now()["data"]["stale"] is False
    loaded = there.freshness().loaded_at
    monkeypatch.setattr(visitor, "data_age", lambda: timedelta(hours=24.5))
    assert loaded <= datetime.now(UTC)
    assert health.warehouse_now()["data"] == {
        "loaded_hours_ago": 24.5, "as_of": there.freshness().as_of.isoformat(), "stale": True,
    }  # fmt: skip
    nowhere = EmbeddedWarehouse(tmp_path / "there is no such file.duckdb", Policy())
    away = Watched(nowhere)
    monkeypatch.setattr(visitor, "warehouse", lambda: away)
    told = health.warehouse_now()
    since = told.pop("circuit")["since"]
    assert told == {"warehouse": SILENT, "last_query": None}
    assert timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(since) < timedelta(hours=1)
    away.circuit.end()


def test_what_waits_for_the_audit_log_is_written_when_the_server_ends(monkeypatch, tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'app.sqlite'}")
    waiting = Recorder(store, every=3600)
    monkeypatch.setattr(noting, "recorder", lambda: waiting)
    waiting.seen(LOOK)
    assert not list(store.audit_lines())
    write_last_lines()
    assert [line.entry for line in store.audit_lines()] == [LOOK]
    waiting.close()


# ------------------------------------------------------------------ sockets and the unit


def test_whoever_connects_is_answered_at_once():
    with socket.socket() as door:  # As Streamlit opens it: without saying that it is TCP.
        door.bind(("127.0.0.1", 0))
        door.listen()
        assert send_at_once() >= 1
        with socket.create_connection(door.getsockname()):
            accepted, _ = door.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


PLACES = """
import ctypes, sys, threading
from dashboard.server.ends import share_memory
if sys.argv[1] == "shared":
    share_memory()
libc, together = ctypes.CDLL(None), threading.Barrier(12)
libc.fopen.restype = ctypes.c_void_p
def tell(file):
    told = ctypes.c_void_p(libc.fopen(file.encode(), b"w"))
    libc.malloc_info(0, told)
    libc.fclose(told)
def take():
    together.wait()
    libc.malloc(1000)
    together.wait()
tell(sys.argv[2])
threads = [threading.Thread(target=take) for _ in range(12)]
for each in threads: each.start()
for each in threads: each.join()
tell(sys.argv[3])
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc says where memory lies")
@pytest.mark.parametrize("how", ["shared", "as it comes"])
def test_more_threads_take_memory_from_no_more_places(how, tmp_path):
    told = [str(tmp_path / name) for name in ("before.xml", "after.xml")]

    subprocess.run([sys.executable, "-c", PLACES, how, *told], check=True, cwd=ROOT)  # noqa: S603

    before, after = (Path(each).read_text().count("<heap nr=") for each in told)
    assert (after > max(before, 2)) == (how == "as it comes")


def test_another_c_library_is_left_as_it_is(monkeypatch, caplog):
    monkeypatch.setattr(ends.ctypes, "CDLL", lambda _name: object())

    with caplog.at_level("INFO"):
        share_memory()

    assert "no places of memory" in caplog.text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_unit_is_one_that_systemd_can_read(tmp_path):
    unit = (ROOT / "deploy" / "cs-dashboard.service").read_text()
    # What it starts must be there: the checked-out copy stands in for the installed one.
    unit = unit.replace("/opt/cs-dashboard", str(ROOT))
    for name in ("cs-dashboard.service", "cs-dashboard@.service"):
        (tmp_path / name).write_text(unit)
    drop_in = tmp_path / "cs-dashboard@.service.d"
    drop_in.mkdir()
    shutil.copy(ROOT / "deploy" / "replica.conf", drop_in)
    for name in ("cs-dashboard.service", "cs-dashboard@8502.service"):
        done = subprocess.run(  # noqa: S603
            ["systemd-analyze", "verify", str(tmp_path / name)],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
