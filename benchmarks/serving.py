"""Streamlit servers for measuring: the dashboard, the floor and the naive app, each by itself."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboard.settings import ROOT

FLOOR: Final = "benchmarks/floor/app.py"
TUNED_FLOOR: Final = "benchmarks/floor/tuned.py"
NAIVE: Final = "benchmarks/naive/app.py"
DASHBOARD: Final = "asgi.py"
DEFAULTS: Final = ("--runner.postScriptGC", "true")
"""Back to Streamlit's own default, which the dashboard's configuration changes."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def megabytes(self) -> float:
        """Memory that its process holds now."""
        return self._memory("VmRSS")

    @property
    def most_megabytes(self) -> float:
        """The most memory that its process ever held."""
        return self._memory("VmHWM")

    def _memory(self, field: str) -> float:
        path = Path(f"/proc/{self.process.pid}/status")
        found = re.search(rf"^{field}:\s+(\d+) kB", path.read_text(encoding="utf-8"), re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def serving(
    entry: str, folder: Path, *options: str, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server of one script on a free loopback port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", entry, "--server.port", f"{port}"]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own scripts
            [*command, *options],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | dict(environment or {}),
            stdout=log,
            stderr=log,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield Server(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def dashboard(warehouse: Path, folder: Path) -> Iterator[Server]:
    """The dashboard over a warehouse, as in production, for its operator."""
    environment = {
        "CS_DASHBOARD_WAREHOUSE": str(warehouse),
        "CS_DASHBOARD_OPERATOR": "true",
        "CS_DASHBOARD_STORE": f"sqlite:///{folder / 'app.sqlite'}",
    }
    with serving(DASHBOARD, folder, environment=environment) as server:
        yield server


def _wait(url: str, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with code {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310 -- loopback
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)
