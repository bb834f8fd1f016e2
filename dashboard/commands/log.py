"""What the command line gives, written to the audit log."""

from datetime import UTC, datetime

from dashboard.access import Viewer
from dashboard.audit import NotNotedError
from dashboard.settings import Settings
from dashboard.store.base import AuditEntry, Recorded, StoreError
from dashboard.store.opening import open_store


def note(
    settings: Settings,
    action: Recorded,
    subject: str,
    *,
    filters: str,
    rows: int | None,
    viewer: Viewer | None,
) -> None:
    """Write down an answer or a file before it is given, in its viewer's name.

    Raises
    ------
    NotNotedError
        The log cannot be written: then do not give it.
    """
    entry = AuditEntry(
        at=datetime.now(UTC),
        who="operator" if viewer is None else viewer.email,
        role="operator" if viewer is None else viewer.role,
        page="command line",
        action=action,
        subject=subject,
        filters=filters,
        rows=rows,
    )
    try:
        store = open_store(settings)
        store.record([entry])
        store.close()
    except StoreError as error:
        raise NotNotedError.because(error) from error
