"""What was sent to whom: lines of the audit log, so that the same digest is not sent twice."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dashboard.access import Viewer
from dashboard.audit import NotNotedError
from dashboard.digest.content import Digest
from dashboard.store.base import AuditEntry, StoreError
from dashboard.store.store import Store

PAGE: Final = "digest"
OPERATOR: Final = "operator"


@dataclass(frozen=True, slots=True)
class Record:
    """Reads and writes the lines of digests.

    One line is written before a digest leaves, and another once it has: who was about to be sent
    something is known even where the end of it is not, and only what was sent counts as sent.
    """

    store: Store
    way: str
    """Mail, chat or files."""

    def was_sent(self, digest: Digest) -> bool:
        """Whether this very digest has already gone out."""
        subject = _subject(digest, "sent")
        lines = self.store.audit_lines(who=digest.email, page=PAGE)
        return any(line.entry.subject == subject for line in lines)

    def leaving(self, digest: Digest, viewer: Viewer, *, at: datetime) -> None:
        """Note that a digest is about to be sent."""
        self._note(digest, viewer, "leaving", at)

    def sent(self, digest: Digest, viewer: Viewer, *, at: datetime) -> None:
        """Note that it has been sent."""
        self._note(digest, viewer, "sent", at)

    def written(self, digest: Digest, *, at: datetime) -> None:
        """Note that the operator takes a digest away as files."""
        self._entry(digest, OPERATOR, OPERATOR, f"written for {digest.email}", at)

    def _note(self, digest: Digest, viewer: Viewer, what: str, at: datetime) -> None:
        self._entry(digest, digest.email, viewer.role, what, at)

    def _entry(self, digest: Digest, who: str, role: str, what: str, at: datetime) -> None:
        entry = AuditEntry(
            at=at,
            who=who,
            role=role,
            page=PAGE,
            action="export",
            subject=_subject(digest, what),
            filters=json.dumps(
                {"since": str(digest.since), "filters": digest.filters, "by": self.way}
            ),
            rows=sum(len(part.items) for part in digest.parts),
        )
        try:
            self.store.record([entry])
        except StoreError as error:
            raise NotNotedError.because(error) from error


def _subject(digest: Digest, what: str) -> str:
    return f"digest {digest.fingerprint} {what}"
