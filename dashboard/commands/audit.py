"""``audit``: the log of who saw, took away and did what, looked over and shown."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

import click
import polars as pl

from dashboard.commands.options import DAY, settings_with
from dashboard.commands.output import Form, content_of
from dashboard.formats import count_of
from dashboard.store.base import AuditLine, StoreError
from dashboard.store.opening import open_store
from dashboard.store.store import Store

HEAD: Final = re.compile(r"(\d{1,18}):([0-9a-f]{64})")
WHOLE: Final = 1_000_000
"""Characters: nothing of a line is cut."""
LINES: Final = pl.Schema(
    {
        "number": pl.Int64,
        "at": pl.String,
        "who": pl.String,
        "role": pl.String,
        "page": pl.String,
        "action": pl.String,
        "subject": pl.String,
        "filters": pl.String,
        "rows": pl.Int64,
        "digest": pl.String,
    }
)


class Head(click.ParamType[tuple[int, str]]):
    """Number and hash of a line, as ``12:ab34...``, or a file that holds them."""

    name = "file|number:hash"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, str]:
        """The number and the hash, or a usage error that says what is missing."""
        if isinstance(value, tuple):
            return value
        text = str(value)
        try:
            found = HEAD.fullmatch(text) or HEAD.fullmatch(Path(text).read_text("utf-8").strip())
        except (OSError, ValueError) as error:
            self.fail(f"{value!r} is neither a head nor a file that can be read: {error}.")
        if found is None:
            self.fail(f"{value!r} holds no head of the log, such as 12:ab34...", param, ctx)
        return int(found[1]), found[2]


@click.group("audit")
def audit() -> None:
    """Look over and show the audit log: who saw, took away and did what."""


@audit.command()
@click.option("--head", type=Head(), help="A head that was kept: the log must have it still.")
@click.option(
    "--save-head",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the head in a file where all is well.",
)
def verify(head: tuple[int, str] | None, save_head: Path | None) -> None:
    """Look over the whole log; exit code 1 where a line is not what was written."""
    with _log_of_the_store() as store:
        check = store.check_audit(head=head)
    click.echo(f"{count_of(check.lines, 'line')}, head {check.lines}:{check.head}")
    if check.broken is not None:
        click.echo(f"Broken: {check.broken}")
        raise SystemExit(1)
    kept = "" if head is None else f" Line {head[0]} is the one that was kept."
    click.echo(f"Every line is what was written.{kept}")
    if save_head is not None:
        try:
            save_head.write_text(f"{check.lines}:{check.head}\n", encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"The head was not kept: {error.strerror}.") from error


@audit.command()
@click.option("--since", type=DAY, help="First day, in UTC.")
@click.option("--who", metavar="EMAIL", help="Lines of one person.")
@click.option("--page", help="Lines of one page, such as talent or 'command line'.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table")
def show(since: date | None, who: str | None, page: str | None, form: Form) -> None:
    """Show the lines of the log, the oldest first."""
    moment = None if since is None else datetime.combine(since, time(), UTC)
    with _log_of_the_store() as store:
        lines = [_row(line) for line in store.audit_lines(since=moment, who=who, page=page)]
    frame = pl.DataFrame(lines, schema=LINES, orient="row")
    if form == "table":
        frame = frame.with_columns(pl.col("digest").str.head(8))
    sys.stdout.buffer.write(content_of(frame, form, noun="line", longest=WHOLE))


@contextmanager
def _log_of_the_store() -> Iterator[Store]:
    try:
        store = open_store(settings_with(None))
        yield store
        store.close()
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def _row(line: AuditLine) -> tuple[object, ...]:
    entry = line.entry
    return (
        line.number,
        f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z",
        entry.who,
        entry.role,
        entry.page,
        entry.action,
        entry.subject,
        entry.filters,
        entry.rows,
        line.digest,
    )
