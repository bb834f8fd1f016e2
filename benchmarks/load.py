"""Many viewers at one server: how long a rerun takes, what fails, and whether memory grows.

    python -m benchmarks.load --viewers 50 --minutes 5

Serves the demo company by the production entry, each viewer on a websocket of their own and as
another person of the team, in all roles: open a page, choose a segment, a view or a panel, think
for six seconds (drawn between three and nine), and so on. People come back to what they look at:
each has three pages, and on each page three controls with two values. With ``--anything`` they
choose any value of any control of any page, so that most answers are new to the server. A rerun is
timed from the click to the last byte of its run, here in another process on the same machine, which
shares its processors. Prints the times after the warm-up, what failed, and the memory of the
server.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import duckdb
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from dashboard.access import role_in_words
from dashboard.demo import build_demo
from dashboard.policy import Policy
from tests.browser.conftest import running

AS_OF = date(2026, 10, 31)
THINKS = (3.0, 9.0)
OPENS = 0.25
"""Share of clicks that open another page."""
PAGES = CONTROLS = 3
VALUES = 2
"""What somebody comes back to: so many pages, controls of each, and values of each control."""
EVERY = 5.0
"""Seconds between two looks at the memory."""


@dataclass
class Measured:
    """What a crowd of viewers waited for."""

    opened: list[tuple[float, float]] = field(default_factory=list)
    """When, and seconds."""
    turned: list[tuple[float, float]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)
    """When, and megabytes of the server."""
    processor: float = 0.0
    """Seconds of a processor that the server used while it was measured."""


class Viewer:
    """One person's browser tab."""

    def __init__(
        self, url: str, name: str, seed: int, measured: Measured, *, anything: bool
    ) -> None:
        self._url, self._name, self._measured = url, name, measured
        self._seed, self._anything = seed, anything
        self._draws = random.Random(seed)  # noqa: S311 -- what is clicked is no secret
        self._page = ""
        self._pages = [self._page]
        self._known: list[str] = []
        self._controls: dict[str, tuple[str, list[str]]] = {}
        self._values: dict[str, tuple[str, list[str]]] = {}

    async def looks(self, until: float) -> None:
        """Click and think until the time is up."""
        address = self._url.replace("http", "ws", 1) + "/_stcore/stream"
        async with connect(
            address,
            subprotocols=["streamlit"],
            origin=self._url,
            max_size=None,
            open_timeout=60,
            ping_interval=None,
        ) as socket:
            opens = True
            while time.monotonic() < until:
                if opens:
                    self._page = self._draws.choice(self._usual(self._pages, PAGES, of="pages"))
                    self._values.clear()
                else:
                    controls = self._usual(sorted(self._controls), CONTROLS, of=self._page)
                    control = self._draws.choice(controls)
                    kind, offered = self._controls[control]
                    if not self._anything:
                        self._values.clear()
                    value = self._draws.choice(self._usual(offered, VALUES, of=control))
                    self._values[control] = (kind, [value])
                began = time.monotonic()
                await asyncio.wait_for(self._runs(socket), 120)
                times = self._measured.opened if opens else self._measured.turned
                times.append((began, time.monotonic() - began))
                await asyncio.sleep(self._draws.uniform(*THINKS))
                opens = self._draws.random() < OPENS or not self._controls

    def _usual(self, offered: list[str], most: int, *, of: str) -> list[str]:
        """What this viewer chooses among: always the same few, unless it is anything."""
        if self._anything or len(offered) <= most:
            return offered
        own = random.Random(f"{self._seed} {of}")  # noqa: S311
        return own.sample(offered, most)

    async def _runs(self, socket: ClientConnection) -> None:
        asked = BackMsg()
        asked.rerun_script.query_string = urlencode({"viewer": self._name})
        asked.rerun_script.page_name = self._page
        asked.rerun_script.cached_message_hashes.extend(self._known)
        for control, (kind, values) in self._values.items():
            state = asked.rerun_script.widget_states.widgets.add()
            state.id = control
            if kind == "selectbox":
                state.string_value = values[0]
            else:
                state.string_array_value.data.extend(values)
        self._controls.clear()
        await socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg.FromString(await socket.recv())
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                break
            if kind == "navigation":
                self._pages = [
                    page.url_pathname or page.page_name
                    for page in message.navigation.app_pages
                    if not page.is_hidden
                ]
            if message.hash and message.metadata.cacheable:
                self._known.append(message.hash)
            if kind == "delta":
                self._notes(message)

    def _notes(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self._measured.errors[element.exception.message] += 1
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            self._measured.errors[f"{self._page}: {element.alert.body}"] += 1
        elif kind in {"selectbox", "multiselect", "button_group"}:
            control = getattr(element, kind)
            offered = [getattr(each, "content", each) for each in control.options]
            if offered and not control.id.endswith("-viewer"):
                self._controls[control.id] = (kind, offered)


async def crowd(
    url: str, pid: int, names: list[str], minutes: float, warm_up: float, *, anything: bool
) -> Measured:
    """Everybody at once, each with an order of clicks of their own; they come one by one."""
    measured = Measured()
    until = time.monotonic() + 60 * (warm_up + minutes)

    async def one(place: int, name: str) -> None:
        await asyncio.sleep(place * THINKS[1] / len(names))
        try:
            viewer = Viewer(url, name, place, measured, anything=anything)
            await viewer.looks(until)
        except Exception as error:  # noqa: BLE001 -- whatever ends a viewer is what is counted
            measured.errors[repr(error)] += 1

    async def watch() -> None:
        await asyncio.sleep(60 * warm_up)
        before = processor_of(pid)
        while time.monotonic() < until:
            measured.memory.append((time.monotonic(), memory_of(pid)))
            await asyncio.sleep(EVERY)
        measured.processor = processor_of(pid) - before

    await asyncio.gather(watch(), *(one(place, name) for place, name in enumerate(names)))
    return measured


def processor_of(pid: int) -> float:
    """Seconds of a processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> float:
    """Megabytes of memory that a process and those it has started hold."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        started = Path(f"/proc/{pid}/task").glob("*/children")
        others = [int(child) for each in started for child in each.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # It has ended since it was found.
    held = sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
    return held + sum(map(memory_of, others))


def people(file: Path, count: int) -> list[str]:
    """Names as the demo's switch shows them, in turn from each role; again where they run out."""
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "select name, role from team_members where left_on is null order by role, name"
        ).fetchall()
    by_role: dict[str, list[str]] = {}
    for name, role in rows:
        by_role.setdefault(role, []).append(f"{name}, {role_in_words(role)}")
    names = [each[place % len(each)] for place in range(count) for each in by_role.values()]
    return names[:count]


@contextmanager
def served(accounts: int) -> Iterator[tuple[Path, str, int]]:
    """The app over a demo company: its file, its address and its process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demo.duckdb"
        build_demo(file, policy=Policy(), as_of=AS_OF, accounts=accounts)
        with running(file, Path(folder)) as (url, process):
            yield file, url, process.pid


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--viewers", type=int, nargs="+", default=[50, 100])
    parser.add_argument("--minutes", type=float, default=5.0, help="measured, after the warm-up")
    parser.add_argument("--warm-up", type=float, default=5.0, help="minutes")
    parser.add_argument("--accounts", type=int, default=500)
    parser.add_argument("--anything", action="store_true", help="any value of any control")
    given = parser.parse_args()
    sys.stdout.write(
        "| viewers | after | reruns | p50 ms | p95 ms | p99 ms | longest ms | errors "
        "| memory MB | growth MB an hour | processors used |\n" + "|---" * 11 + "|\n"
    )
    for viewers in given.viewers:
        with served(given.accounts) as (file, url, pid):
            began = time.monotonic()
            measured = asyncio.run(
                crowd(
                    url,
                    pid,
                    people(file, viewers),
                    given.minutes,
                    given.warm_up,
                    anything=given.anything,
                )
            )
        _tell(viewers, measured, began + 60 * given.warm_up, 60 * given.minutes)


def _tell(viewers: int, measured: Measured, since: float, seconds: float) -> None:
    kinds = {
        "a control": measured.turned,
        "a page": measured.opened,
        "both": measured.turned + measured.opened,
    }
    for kind, times in kinds.items():
        took = [1000 * each for at, each in times if at >= since]
        parts = statistics.quantiles(took, n=100)
        at, held = zip(*measured.memory, strict=True)
        slope = statistics.linear_regression(at, held).slope * 3600
        sys.stdout.write(
            f"| {viewers} | {kind} | {len(took)} | {parts[49]:.0f} | {parts[94]:.0f} | "
            f"{parts[98]:.0f} | {max(took):.0f} | {measured.errors.total()} | "
            f"{held[0]:.0f} to {held[-1]:.0f}, at most {max(held):.0f} | {slope:.0f} | "
            f"{measured.processor / seconds:.2f} |\n"
        )
    for error, count in measured.errors.most_common(10):
        sys.stdout.write(f"{count} times: {error}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
