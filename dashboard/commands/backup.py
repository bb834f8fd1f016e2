"""``backup`` and ``restore``: the app's own database as one file, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from dashboard.commands.log import note
from dashboard.commands.options import settings_with
from dashboard.formats import count_of
from dashboard.store.base import StoreError
from dashboard.store.copies import Copied
from dashboard.store.opening import open_store
from dashboard.store.store import Store

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write what people saved and the audit log to a new FILE, of SQLite or PostgreSQL alike.

    The app may be running. The FILE is itself a SQLite store: guard it like the database.
    """
    with _store() as store:
        note(settings_with(None), "export", "backup", filters="{}", rows=None, viewer=None)
        copied = store.copy_to(file)
    click.echo(f"{file.name}: {_told(copied)}")
    if copied.log.broken is not None:
        click.echo(f"The audit log is broken, here and in the backup: {copied.log.broken}")
        raise SystemExit(1)


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Take out first what is in the database.")
def restore(file: Path, *, replace: bool) -> None:
    """Fill the app's own database, SQLite or PostgreSQL, with a FILE that backup wrote.

    All or nothing. Stop the app first: what somebody saves meanwhile would be replaced.
    """
    with _store() as store:
        copied = store.restore_from(file, at=datetime.now(UTC), replace=replace)
    click.echo(f"Restored {_told(copied)}")
    click.echo("Every line of the audit log is what was written.")


@contextmanager
def _store() -> Iterator[Store]:
    try:
        store = open_store(settings_with(None))
        yield store
        store.close()
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def _told(copied: Copied) -> str:
    rows = count_of(sum(copied.rows.values()), "row")
    tables = count_of(sum(1 for each in copied.rows.values() if each), "table")
    return f"{rows} of {tables}, audit log {copied.head}"
