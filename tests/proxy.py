"""A TCP proxy on loopback that can fail on demand."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any, Literal, Self

Mode = Literal["pass", "refuse", "reset", "black hole"]


class Proxy:
    """Passes bytes on to a port, until told to refuse, to reset or to swallow them.

    A change of mode holds for open connections too: ``refuse`` and ``reset`` end them at once,
    ``black hole`` lets them live, answers nothing, and ends them when it is over.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._mode: Mode = "pass"
        self._reset_every = 0
        self._answers = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self.port = 0
        self.resets = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._call(self._end())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def set(self, mode: Mode) -> None:
        """Behave so from now on."""
        self._call(self._set(mode))

    def reset_every(self, answers: int) -> None:
        """From now on, reset the connection in place of every so manieth answer; 0 is never."""
        self._reset_every = answers

    async def _set(self, mode: Mode) -> None:
        was, self._mode = self._mode, mode
        if mode == "refuse":
            await self._stop_listening()
        elif was == "refuse":
            await self._listen()
        if mode in {"refuse", "reset"} or was == "black hole":
            await self._end_connections()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        if self._server:
            # A server that is closed while a connection is being accepted loses its socket.
            for listening in self._server.sockets:
                self._loop.remove_reader(listening.fileno())
            await asyncio.sleep(0)
            self._server.close()
            self._server = None

    async def _end_connections(self) -> None:
        for writer in list(self._writers):
            _reset(writer)
        await asyncio.sleep(0.01)

    async def _end(self) -> None:
        """Stop listening and wait until nothing is left that holds a socket.

        What is left when the loop is closed, a garbage collection finds in the middle of some
        later test, which then fails for it.
        """
        await self._stop_listening()
        # A connection that is just being accepted is a task of asyncio's own: it ends by itself,
        # and cancelled before its first step it would leave its socket open.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in self._serving:
                task.cancel()
            await asyncio.wait(others)
        # An aborted connection closes its socket in the next round of the loop.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        task = self._loop.create_task(self._serve(reader, writer))
        self._serving.add(task)
        # Also where it was cancelled before its first step.
        task.add_done_callback(lambda task: self._forget(task, writer))

    def _forget(self, task: asyncio.Task[None], writer: asyncio.StreamWriter) -> None:
        self._serving.discard(task)
        self._writers.discard(writer)
        _reset(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "reset":
            return
        try:
            onward_reader, onward = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:  # Nobody there: whoever called is reset.
            return
        self._writers.add(onward)
        try:
            await asyncio.gather(
                self._pump(reader, onward), self._pump(onward_reader, writer, answers=True)
            )
        finally:
            self._writers.discard(onward)
            _reset(onward)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool = False
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self._mode == "black hole":
                    continue
                if answers and self._is_due():
                    self.resets += 1
                    _reset(writer)
                    return
                writer.write(data)
                await writer.drain()
        if self._mode != "black hole":  # There, even the end of a connection is not heard of.
            writer.close()

    def _is_due(self) -> bool:
        self._answers += 1
        return bool(self._reset_every) and self._answers % self._reset_every == 0

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.fileno() != -1:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
