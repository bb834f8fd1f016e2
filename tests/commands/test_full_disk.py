"""A disk that is full: a sentence, nothing half written, and what was there is still there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.__main__ import program

ROOT = Path(__file__).parent.parent.parent
IN_A_SMALL_DISK = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
"""A disk of nine megabytes that only this process sees: no rights of root are needed for it."""
MOUNTED = 'mount -t tmpfs -o size=9m none "$0" && exec "$@"'
WRITES = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from click.testing import CliRunner
from dashboard.__main__ import program
from dashboard.store.base import AuditEntry, StoreError
from dashboard.store.store import Store

disk = Path(sys.argv[1])
told, run = {}, CliRunner()
def said(name, *command):
    done = run.invoke(program, [str(each) for each in command])
    told[name] = [done.exit_code, done.output, type(done.exception).__name__]

book, old = disk / "small.duckdb", disk / "answer.csv"
said("small", "import", sys.argv[2], "--as-of", "2026-10-31", "--warehouse", book)
said("answer", "ask", "accounts/customers", "--warehouse", book, "--as-of", "2026-10-31",
     "--format", "csv", "--output", old)
before = {each.name: each.read_bytes() for each in (book, old)}
said("demo", "demo", "--accounts", 300, "--warehouse", book)

store = Store(f"sqlite:///{disk / 'own.sqlite'}")
lines = 0
def line(number):
    return AuditEntry(datetime.now(UTC), "ana", "csm", "overview", "view", "x" * 2000, rows=number)
store.record([line(0)])
(disk / "filler").write_bytes(b"")
try:
    with (disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)
except OSError as error:
    told["filled"] = error.errno
said("import", "import", sys.argv[2], "--as-of", "2026-10-31", "--warehouse", book)
said("export", "ask", "accounts/customers", "--warehouse", book, "--as-of", "2026-10-31",
     "--format", "csv", "--output", old)
try:
    for number in range(1, 500):
        store.record([line(number)])
        lines = number
except StoreError as error:
    told["log"] = str(error)
told["kept"] = {name: (disk / name).read_bytes() == was for name, was in before.items()}
(disk / "filler").unlink()
store.record([line(-1)])
checked = store.check_audit()
told["chain"] = [checked.broken, checked.lines - lines - 2]
told["left"] = sorted(each.name for each in disk.iterdir())
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict:
    """What each command said on a disk that was full, and what lay there afterwards."""
    folder = tmp_path_factory.mktemp("disk")
    possible = subprocess.run(  # noqa: S603
        [*IN_A_SMALL_DISK, MOUNTED, folder, "true"], capture_output=True, check=False
    )
    if possible.returncode:
        pytest.skip("this machine lets nobody mount a disk of their own")
    company = ROOT / "tests" / "worked_examples" / "tables"
    done = subprocess.run(  # noqa: S603
        [*IN_A_SMALL_DISK, MOUNTED, folder, sys.executable, "-c", WRITES, folder, company],
        cwd=ROOT,
        env=os.environ | {"CS_DASHBOARD_STORE": f"sqlite:///{folder.parent / 'elsewhere.sqlite'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_full_disk_is_told_in_a_sentence_without_a_path(told):
    assert told["small"][0] == told["answer"][0] == 0, told
    for name in ("demo", "import", "export"):
        code, output, kind = told[name]
        assert (code, kind) == (1, "SystemExit"), told[name]
        assert "no space left on device" in output.lower()
        assert "/" not in output


def test_what_was_there_is_there_and_nothing_is_left_half_written(told):
    assert told["kept"] == {"small.duckdb": True, "answer.csv": True}
    assert told["left"] == ["answer.csv", "own.sqlite", "small.duckdb"]


def test_the_audit_log_refuses_what_it_cannot_keep_and_goes_on_when_there_is_room(told):
    assert "full" in told["log"]
    assert told["chain"] == [None, 0]


def test_a_device_that_takes_nothing_is_told_the_same(demo_file, monkeypatch, tmp_path):
    monkeypatch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{tmp_path / 'app.sqlite'}")
    command = ["ask", "accounts/customers", "--format", "csv", "--output", "/dev/full"]

    done = CliRunner().invoke(program, [*command, "--warehouse", str(demo_file)])

    assert done.exit_code == 1
    assert "Nothing was written: no space left on device." in done.output
