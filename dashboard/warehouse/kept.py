"""Last good answers on disk: each a file of its own, written in the background and sealed.

A file is three parts: a line with the SHA-256 of all that follows, a line of JSON that says what
was asked, and the rows as Arrow. What does not match its seal is never given.
"""

import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import polars as pl

from dashboard.access import Scope
from dashboard.warehouse.base import Freshness
from dashboard.warehouse.sql import Question

FOR: Final = timedelta(days=7)
"""An older answer is not given, and its file goes."""
MOST_WAITING: Final = 200
"""Answers that may wait to be written; one more is not kept."""
RECOUNT: Final = 50
"""Files written until the folder is looked over for those of other servers."""
ENDING: Final = ".answer"
_LOADED: Final = "loaded"
_PART: Final = ".part"

_log: Final = logging.getLogger("dashboard.kept")


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given, and when it was asked for."""

    frame: pl.DataFrame
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was last known of the data, and when the warehouse said so."""

    freshness: Freshness
    at: datetime


class KeptAnswers:
    """A folder of answers, bounded in bytes and in number: the oldest go first.

    Nothing that goes wrong here is an error of a page: it is a line in the log.

    Parameters
    ----------
    folder
        Made where it is missing, and readable by the app's own user alone.
    where
        Which warehouse is asked, as what: part of every key.
    most_bytes, most
        What may lie there.
    """

    def __init__(self, folder: Path, *, where: str, most_bytes: int, most: int) -> None:
        self._folder, self._where = folder, where
        self._most_bytes, self._most = most_bytes, most
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="kept")
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._held: dict[str, int] | None = None
        self._written = 0
        self._fails = False

    def key(
        self,
        question: Question,
        schema: pl.Schema,
        scope: Scope,
        values: Mapping[str, object],
    ) -> str:
        """What an answer depends on, as a name: text, values, columns, and the whole scope.

        Of the values only those that the text binds: the same list of the team serves every day.
        """
        bound = tuple((name, values[name]) for name in sorted(question.placeholders))
        parts = (self._where, question.name, question.text, tuple(schema.items()), bound, scope)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def keep(
        self, key: str, frame: pl.DataFrame, *, asked_at: datetime, said: Mapping[str, object]
    ) -> None:
        """Write an answer in the background; ``said`` is what its manifest tells of it."""

        def written() -> None:
            manifest = {**said, "key": key, "asked_at": asked_at, "rows": len(frame)}
            buffer = BytesIO()
            frame.write_ipc(buffer, compression="zstd")
            self._write(key, sealed(manifest, buffer.getvalue()))

        self._in_the_background(written)

    def answer(self, key: str) -> KeptAnswer | None:
        """The last answer to a key; none where it is not what was written, or too old."""
        if (found := self._read(key)) is None:
            return None
        manifest, rows = found
        asked_at = datetime.fromisoformat(manifest["asked_at"])
        if datetime.now(UTC) - asked_at > FOR:
            return None
        return KeptAnswer(pl.read_ipc(BytesIO(rows)), asked_at)

    def keep_loaded(self, loaded: Loaded) -> None:
        """Write down what is known of the data, in the background."""

        def written() -> None:
            told = asdict(loaded.freshness) | {"absent": sorted(loaded.freshness.absent)}
            key = self._loaded_key
            self._write(key, sealed({"key": key, "at": loaded.at, "freshness": told}, b""))

        self._in_the_background(written)

    def loaded(self) -> Loaded | None:
        """What was last written down of the data."""
        if (found := self._read(self._loaded_key)) is None:
            return None
        told = found[0]["freshness"]
        told |= {
            "loaded_at": datetime.fromisoformat(told["loaded_at"]),
            "as_of": date.fromisoformat(told["as_of"]),
            "absent": frozenset(told["absent"]),
        }
        return Loaded(Freshness(**told), datetime.fromisoformat(found[0]["at"]))

    def forget(self) -> int:
        """Delete every answer, those that wait to be written too; how many there were.

        Raises
        ------
        OSError
            One could not be deleted.
        """
        return self._writer.submit(self._forget).result()

    def settle(self) -> None:
        """Wait until nothing waits to be written."""
        self._writer.submit(lambda: None).result()

    def end(self) -> None:
        """Write what waits, and no more after it."""
        self._writer.shutdown()

    @property
    def _loaded_key(self) -> str:
        return f"{_LOADED}-{hashlib.sha256(self._where.encode()).hexdigest()[:16]}"

    def _in_the_background(self, write: Callable[[], None]) -> None:
        def written() -> None:
            try:
                write()
            except Exception as error:  # noqa: BLE001 -- whatever it is: no page fails for it
                # The text of the error names the file.
                why = getattr(error, "strerror", None) or type(error).__name__
                if not self._fails:
                    _log.warning("answers cannot be kept", extra={"why": why})
                self._fails = True
            else:
                self._fails = False
            finally:
                self._waiting.release()

        if not self._waiting.acquire(blocking=False):
            return
        try:
            self._writer.submit(written)
        except RuntimeError:  # It ends.
            self._waiting.release()

    def _write(self, key: str, content: bytes) -> None:
        if len(content) > self._most_bytes:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        part = self._folder / f".{key}.{os.getpid()}{_PART}"
        part.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
                new.write(content)
            part.replace(self._file(key))
        finally:
            part.unlink(missing_ok=True)
        self._make_room(key, len(content))

    def _make_room(self, key: str, size: int) -> None:
        self._written += 1
        if self._held is None or self._written % RECOUNT == 0:
            self._held = self._counted()
        self._held.pop(key, None)
        self._held[key] = size
        total = sum(self._held.values())
        while total > self._most_bytes or len(self._held) > self._most:
            oldest = next(iter(self._held))
            self._file(oldest).unlink(missing_ok=True)
            total -= self._held.pop(oldest)

    def _counted(self) -> dict[str, int]:
        """Sizes of what lies there, the oldest first; what is too old or half written goes."""
        found: list[tuple[float, str, int]] = []
        too_old = time.time() - FOR.total_seconds()
        with os.scandir(self._folder) as files:
            for each in files:
                with suppress(FileNotFoundError):  # Another server made room.
                    stat, name = each.stat(), each.name
                    if name.endswith(_PART) or stat.st_mtime < too_old:
                        if stat.st_mtime < time.time() - 600:
                            Path(each.path).unlink(missing_ok=True)
                    elif name.endswith(ENDING):
                        found.append((stat.st_mtime, name.removesuffix(ENDING), stat.st_size))
        return {name: size for _, name, size in sorted(found)}

    def _forget(self) -> int:
        gone = 0
        if self._folder.is_dir():
            for each in [*self._folder.glob(f"*{ENDING}"), *self._folder.glob(f".*{_PART}")]:
                each.unlink(missing_ok=True)
                gone += each.name.endswith(ENDING)
        self._held = None
        return gone

    def _read(self, key: str) -> tuple[dict[str, Any], bytes] | None:
        try:
            content = self._file(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.warning("a kept answer cannot be read", extra={"why": error.strerror})
            return None
        found = unsealed(content)
        if found is None or found[0]["key"] != key:
            _log.warning("a kept answer is not what was written: it is not shown")
            return None
        return found

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}{ENDING}"


def sealed(manifest: Mapping[str, object], rows: bytes) -> bytes:
    """Manifest and rows behind the hash of both."""
    told = json.dumps(manifest, default=_plain).encode() + b"\n" + rows
    return hashlib.sha256(told).hexdigest().encode() + b"\n" + told


def unsealed(content: bytes) -> tuple[dict[str, Any], bytes] | None:
    """Manifest and rows; none where they are not what was sealed."""
    seal, _, told = content.partition(b"\n")
    if seal != hashlib.sha256(told).hexdigest().encode():
        return None
    manifest, _, rows = told.partition(b"\n")
    return json.loads(manifest), rows


def _plain(value: object) -> object:
    if isinstance(value, date):  # A moment is one, too.
        return value.isoformat()
    return str(value)
