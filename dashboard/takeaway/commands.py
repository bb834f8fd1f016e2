"""``deck`` and ``exhibit``: what the pages' menus give, on the command line."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from dashboard.access import Viewer
from dashboard.commands.options import DAY, settings_with, warehouse_option
from dashboard.exports.deck import Slide, deck
from dashboard.exports.images import NoChartError
from dashboard.navigation import ENTRIES, entry_at
from dashboard.store.base import StoreError
from dashboard.takeaway.exhibits import KINDS, file_of
from dashboard.takeaway.offscreen import Chosen, NotOnOfferError, Opened, shown_on
from dashboard.takeaway.slides import slides_of
from dashboard.takeaway.story import story
from dashboard.warehouse.base import WarehouseError
from dashboard.warehouse.opening import open_warehouse
from dashboard.warehouse.viewers import UnknownViewerError, members, viewer_of

Command = TypeVar("Command", bound=Callable[..., object])
STORY = "story"
"""Name of the board's story where a page could be named."""


class Parameter(click.ParamType[tuple[str, str]]):
    """A parameter of a page's link, as ``cycle=2026-H1``."""

    name = "name=value"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Name and value, or a usage error that says what is missing."""
        if isinstance(value, tuple):
            return value
        name, equals, said = str(value).partition("=")
        if not (name and equals):
            self.fail(f"{value!r} is not a parameter such as cycle=2026-H1.", param, ctx)
        return name, said


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a file is made, with which filters, and from which pages."""

    viewer: Viewer | None
    chosen: Chosen

    def opened(self, file: str, view: str | None, link: Mapping[str, str]) -> Opened:
        """A page with these filters."""
        return Opened(entry_at(file), self.chosen, {**({"view": view} if view else {}), **link})


def filtered(command: Command) -> Command:
    """Options of every command that makes a file of pages."""
    for option in (
        click.option("--as-of", type=DAY, help="The day the numbers speak for."),
        click.option("--quarter", help="Fiscal quarter, as the filter names it: 'FY26 Q4'."),
        click.option("--policy", help="Retention policy by name."),
        click.option("--segment", multiple=True, help="Keep a segment; may be repeated."),
        click.option("--region", multiple=True, help="Keep a region; may be repeated."),
        click.option("--csm", multiple=True, help="Keep a CSM's member id; may be repeated."),
        click.option("--viewer", metavar="EMAIL", help="What this team member may see."),
        click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path)),
        warehouse_option,
    ):
        command = option(command)
    return command


@contextmanager
def asking(warehouse: str | None, viewer: str | None, chosen: Chosen) -> Iterator[Asked]:
    """Whom a file is for; what goes wrong on the way is a sentence, not a traceback."""
    settings = settings_with(warehouse)
    # The session reads the settings by itself, once: they are those of the command from here on.
    os.environ["CS_DASHBOARD_WAREHOUSE"] = settings.warehouse
    try:
        source = open_warehouse(settings)
        looking = None
        if viewer is not None:
            day = chosen.as_of or source.freshness().as_of
            looking = viewer_of(members(source, day), viewer, day)
        yield Asked(looking, chosen)
    except (NotOnOfferError, UnknownViewerError, NoChartError, LookupError) as error:
        raise click.UsageError(str(error)) from error
    except (WarehouseError, StoreError) as error:
        raise click.ClickException(str(error)) from error


@click.command("deck")
@click.option(
    "--page",
    "pages",
    multiple=True,
    type=click.Choice([STORY, *(entry.file for entry in ENTRIES)]),
    help=f"A page; may be repeated. Without one, '{STORY}': the board's quarterly story.",
)
@click.option("--view", help="View of the page, as its control names it.")
@click.option("--with", "link", multiple=True, type=Parameter(), help="Parameter of the link.")
@click.option("--template", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@filtered
def deck_command(
    *,
    pages: Sequence[str],
    view: str | None,
    link: Sequence[tuple[str, str]],
    template: Path | None,
    viewer: str | None,
    output: Path,
    warehouse: str | None,
    **filters: object,
) -> None:
    """Write a PowerPoint file of pages, with native charts that can be edited.

    Without --viewer the operator asks, who may see everything.
    """
    with asking(warehouse, viewer, chosen_of(filters)) as asked:
        slides: list[Slide] = []
        for page in pages or (STORY,):
            if page == STORY:
                slides += story(asked.chosen, viewer=asked.viewer)
            else:
                opened = asked.opened(page, view, dict(link))
                slides += shown_on(opened, slides_of, viewer=asked.viewer)
        made = deck(
            slides,
            title="Customer success",
            subtitle=slides[0].subtitle if slides else "",
            template=template.read_bytes() if template else None,
        )
    output.write_bytes(made)
    click.echo(f"{output}: {len(slides)} slides.")


@click.command("exhibit")
@click.argument("page", type=click.Choice([entry.file for entry in ENTRIES]))
@click.argument("key")
@click.option("--view", help="View of the page, as its control names it.")
@click.option("--with", "link", multiple=True, type=Parameter(), help="Parameter of the link.")
@click.option("--format", "kind", type=click.Choice(KINDS), default="csv", show_default=True)
@filtered
def exhibit_command(
    *,
    page: str,
    key: str,
    view: str | None,
    link: Sequence[tuple[str, str]],
    kind: str,
    viewer: str | None,
    output: Path,
    warehouse: str | None,
    **filters: object,
) -> None:
    """Write one exhibit of a page: its rows or its picture.

    KEY is the exhibit's, as in the names of downloaded files; a wrong one lists those there are.
    """
    with asking(warehouse, viewer, chosen_of(filters)) as asked:
        opened = asked.opened(page, view, dict(link))
        made = shown_on(opened, lambda shown: file_of(shown, key, kind), viewer=asked.viewer)
    output.write_bytes(made)


def chosen_of(filters: Mapping[str, object]) -> Chosen:
    """Global filters of the options of a command."""
    day = filters.get("as_of")
    return Chosen(
        as_of=day if isinstance(day, date) else None,
        **{name: filters[name] for name in ("quarter", "policy", "segment", "region", "csm")},  # type: ignore[arg-type]
    )
