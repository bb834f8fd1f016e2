"""A run of digests: each recipient by itself, and what became of each."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import polars as pl

from dashboard.access import Viewer
from dashboard.digest import chat
from dashboard.digest.compose import NothingToSeeError, composed
from dashboard.digest.content import Digest
from dashboard.digest.mail import AddressError, message
from dashboard.digest.markup import html
from dashboard.digest.plain import text
from dashboard.digest.recipients import Recipient
from dashboard.digest.record import Record
from dashboard.digest.sending import SendError, send_chat, send_mail
from dashboard.filters import Filters
from dashboard.settings import DigestSettings
from dashboard.store.base import StoreError
from dashboard.store.store import Store
from dashboard.warehouse.base import Warehouse, WarehouseError
from dashboard.warehouse.viewers import scope_for

State = Literal["sent", "written", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipient's digest."""

    recipient: str
    state: State
    why: str
    is_whole: bool = True
    """Whether everything in it could be answered."""

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look."""
        return self.state != "failed" and self.is_whole


@dataclass(frozen=True, slots=True)
class Run:
    """One run for all its recipients: the same days and filters, each with the own rights."""

    warehouse: Warehouse
    store: Store
    people: pl.DataFrame
    settings: DigestSettings
    among: Filters
    since: date
    rights_on: date
    """The day of which rights are: whoever has left since the day told of is told nothing."""
    again: bool = False
    """Whether to send what was sent already."""
    folder: Path | None = None
    """Where a dry run writes; nothing is sent then."""

    def outcomes(self, recipients: list[Recipient]) -> Iterator[Outcome]:
        """What became of each, one after the other: whoever fails stops nobody else."""
        for each in recipients:
            if each.viewer is None:
                yield Outcome(each.asked, "failed", each.why)
            else:
                yield self._outcome(each.asked, each.viewer)

    def _outcome(self, asked: str, viewer: Viewer) -> Outcome:
        # Ratings are no part of a digest: the scope that asks has none, whoever is asked for.
        scope = scope_for(self.people, viewer, self.rights_on, talent=False)
        try:
            digest = composed(
                self.warehouse,
                viewer,
                scope,
                self.among,
                since=self.since,
                settings=self.settings,
                at=datetime.now(UTC),
            )
            state, how = self._delivered(digest, viewer)
        except NothingToSeeError as nothing:
            return Outcome(asked, "skipped", str(nothing))
        except (WarehouseError, StoreError, AddressError, SendError) as error:
            return Outcome(asked, "failed", str(error))
        lacking = ", ".join(each.heading for each in digest.unanswered)
        said = f"{how}; could not be answered: {lacking}" if lacking else how
        return Outcome(asked, state, said, is_whole=not lacking)

    def _delivered(self, digest: Digest, viewer: Viewer) -> tuple[State, str]:
        if self.folder is not None:
            Record(self.store, "files").written(digest, at=datetime.now(UTC))
            return "written", self._written(digest, self.folder)
        webhook = {each.lower(): to for each, to in self.settings.chat.items()}.get(
            digest.email.lower()
        )
        if webhook is None and not self.settings.mail.host:
            raise SendError("no mail server is set (digest.mail.host)", may_pass=False)
        record = Record(self.store, "mail" if webhook is None else "chat")
        if not self.again and record.was_sent(digest):
            return "skipped", "was sent already"
        made = None if webhook else message(digest, sender=self.settings.mail.sender)
        record.leaving(digest, viewer, at=datetime.now(UTC))
        if webhook is not None:
            send_chat(chat.payload(digest, webhook.kind), webhook)
        elif made is not None:
            send_mail(made, self.settings.mail, at=datetime.now(UTC))
        try:
            record.sent(digest, viewer, at=datetime.now(UTC))
        except StoreError:
            return "sent", f"by {record.way}; that could not be noted: the next run sends it again"
        return "sent", f"by {record.way}"

    def _written(self, digest: Digest, folder: Path) -> str:
        made = message(digest, sender=self.settings.mail.sender)
        name = file_name(digest.email)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.txt").write_text(text(digest), encoding="utf-8", newline="\n")
        (folder / f"{name}.html").write_text(html(digest), encoding="utf-8", newline="\n")
        (folder / f"{name}.eml").write_bytes(made.as_bytes())
        return f"{name}.txt, .html and .eml"


def file_name(email: str) -> str:
    """A name that any file system takes, and no two addresses share."""
    readable = re.sub(r"[^a-z0-9]+", "-", email.lower()).strip("-")[:60] or "nobody"
    return f"{readable}-{hashlib.sha256(email.lower().encode()).hexdigest()[:8]}"
