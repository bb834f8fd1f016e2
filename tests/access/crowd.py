"""Many people at one server: each speaks Streamlit's own protocol and keeps every byte it gets."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from tests.access.canaries import files_in, tokens
from tests.access.seen import is_viewer_switch

Person = dict[str, object]
PATIENCE = 30.0
"""Seconds for which what was asked before the time was up is waited for after it."""
ENOUGH = 3
"""Runs after which somebody stops when the time is up."""


@dataclass(frozen=True)
class Identity:
    """How a server is told who looks: by what stands in the link, or by what the browser sends."""

    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    subprotocols: tuple[str, ...] = ("streamlit",)


SignsIn = Callable[[Person], Identity]


@dataclass
class Tally:
    """What a crowd did and saw."""

    counted: Counter[str] = field(default_factory=Counter)
    foreign: dict[str, set[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    saw_own: set[str] = field(default_factory=set)


class Client:
    """One person's browser tab."""

    def __init__(
        self, url: str, who: Person, identity: Identity, allowed: set[str], tally: Tally
    ) -> None:
        self._url, self._identity = url, identity
        self.name, self._allowed, self._tally = str(who["member_id"]), allowed, tally
        self._until = time.monotonic() + PATIENCE
        self._finished = 0
        self._known: dict[str, bytes] = {}
        self._controls: dict[str, ForwardMsg] = {}
        self._values: dict[str, list[str]] = {}
        self._downloads: list[str] = []
        self._session = self._waits_for = ""
        self._page, self._query = "", dict(identity.query)

    def __str__(self) -> str:
        return f"{self.name} on {self._page or 'no page'} with {self._values}, {self._waits_for}"

    async def looks_around(
        self, pages: list[str], draws: random.Random, until: float, at_most: float
    ) -> None:
        """Open pages, turn controls and take files away in a random order until the time is up.

        On a machine that is slow it goes on until enough was seen, or there is no more time.
        """
        self._until = at_most + PATIENCE
        address = self._url.replace("http", "ws", 1) + "/_stcore/stream"
        async with connect(
            address,
            subprotocols=list(self._identity.subprotocols),
            additional_headers=self._identity.headers,
            origin=self._url,
            max_size=None,
            open_timeout=at_most - time.monotonic(),
            ping_interval=None,
        ) as socket:
            self._tally.counted["identities"] += 1
            await self._opens(socket, draws.choice(pages))
            while time.monotonic() < (until if self._finished >= ENOUGH else at_most):
                what = draws.random()
                if what < 0.4 or not self._controls:
                    await self._opens(socket, draws.choice(pages))
                elif what < 0.85 or not self._downloads:
                    await self._turns(socket, draws)
                else:
                    await self._takes_away(socket, draws)

    async def _opens(self, socket: ClientConnection, page: str) -> None:
        self._page = page
        self._values.clear()
        self._tally.counted["pages"] += 1
        await self._runs(socket)

    async def _turns(self, socket: ClientConnection, draws: random.Random) -> None:
        """Choose something of a control: a view, a panel, a segment, an account, a mark."""
        message = self._controls[draws.choice(sorted(self._controls))]
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        control = getattr(element, kind)
        offered = [getattr(each, "content", each) for each in control.options]
        if not offered:
            return
        self._values[control.id] = [kind, draws.choice(offered)]
        self._tally.counted["turns"] += 1
        await self._runs(socket)

    async def _takes_away(self, socket: ClientConnection, draws: random.Random) -> None:
        asked = BackMsg()
        asked.backend_operation_request.request_id = "file"
        asked.backend_operation_request.session_id = self._session
        asked.backend_operation_request.deferred_file.file_id = draws.choice(self._downloads)
        await socket.send(asked.SerializeToString())
        self._waits_for = "waits for a file"
        while True:
            message = await self._receives(socket)
            if message.WhichOneof("type") == "backend_operation_response":
                break
        answer = message.backend_operation_response
        if not answer.deferred_file.url:
            self._tally.errors.append(f"{self.name} on {self._page}: {answer.error_msg}")
            return
        async with httpx.AsyncClient(headers=self._identity.headers, timeout=PATIENCE) as http:
            file = await http.get(self._url + answer.deferred_file.url)
        if file.is_error:
            self._tally.errors.append(f"{self.name} on {self._page}: {file.status_code} for a file")
            return
        self._tally.counted["files"] += 1
        for part in files_in(file.content):
            self._looks_at(part)

    async def _runs(self, socket: ClientConnection) -> None:
        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(self._query)
        asked.rerun_script.page_name = self._page
        asked.rerun_script.cached_message_hashes.extend(self._known)
        for control, (kind, value) in self._values.items():
            state = asked.rerun_script.widget_states.widgets.add()
            state.id = control
            if kind == "selectbox":
                state.string_value = value
            else:
                state.string_array_value.data.append(value)
        self._controls.clear()
        self._downloads.clear()
        await socket.send(asked.SerializeToString())
        self._waits_for = "waits for a run"
        while True:
            message = await self._receives(socket)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id
            if kind == "script_finished":
                break
        self._finished += 1
        self._tally.counted["runs"] += 1

    async def _receives(self, socket: ClientConnection) -> ForwardMsg:
        raw = await asyncio.wait_for(socket.recv(), self._until - time.monotonic())
        message = ForwardMsg.FromString(raw)
        self._tally.counted["bytes"] += len(raw)
        if message.WhichOneof("type") == "ref_hash":
            # Only what this very tab was sent before may be left out: those bytes were read.
            if message.ref_hash not in self._known:
                self._tally.errors.append(f"{self.name} on {self._page}: a reference to nothing")
                return message
            self._tally.counted["references"] += 1
            raw = self._known[message.ref_hash]
            message = ForwardMsg.FromString(raw)
        elif message.hash and message.metadata.cacheable:
            self._known[message.hash] = raw
        if is_viewer_switch(message):
            return message
        self._looks_at(raw)
        if message.WhichOneof("type") == "delta":
            self._notes(message)
        return message

    def _notes(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self._tally.errors.append(f"{self.name} on {self._page}: {element.exception.message}")
        elif kind == "download_button" and element.download_button.deferred_file_id:
            # A deck or a workbook takes the processor for seconds: fifty at once would measure the
            # machine and see few pages. The matrix reads each of them, for every role.
            if "-take_" not in element.download_button.id:
                self._downloads.append(element.download_button.deferred_file_id)
        elif kind in {"selectbox", "multiselect", "button_group"}:
            self._controls[getattr(element, kind).id] = message

    def _looks_at(self, raw: bytes) -> None:
        found = tokens(raw)
        self._tally.saw_own |= {f"{self.name} {each}" for each in found & self._allowed}
        if strange := found - self._allowed:
            self._tally.foreign.setdefault(f"{self.name} on {self._page}", set()).update(strange)


async def crowd(
    url: str,
    people: list[Person],
    allowed: Callable[[Person], set[str]],
    signs_in: SignsIn,
    pages: list[str],
    *,
    seconds: float,
    at_most: float,
    seed: int,
) -> Tally:
    """Everybody at once, each with an order of their own that the seed draws.

    For so many seconds, and on a slow machine up to ``at_most`` until each has seen enough.
    """
    tally = Tally()
    clients = [Client(url, who, signs_in(who), allowed(who), tally) for who in people]
    begun = time.monotonic()

    async def one(place: int, client: Client) -> None:
        try:
            draws = random.Random(seed + place)  # noqa: S311
            await client.looks_around(pages, draws, begun + seconds, begun + at_most)
        except TimeoutError:
            # How long a crowd may wait is another question: all that came until here was read.
            tally.counted["unfinished"] += 1
            tally.waiting.append(str(client))
        except (OSError, httpx.HTTPError) as error:
            tally.errors.append(f"{client}: {error!r}")

    await asyncio.gather(*(one(place, client) for place, client in enumerate(clients)))
    return tally
