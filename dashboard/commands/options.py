"""Options and types that several commands share."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from dashboard.settings import Settings, SettingsError, load_settings

Command = TypeVar("Command", bound=Callable[..., object])


class Day(click.ParamType[date]):
    """A date as ``2026-11-30``."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The date, or a usage error that names the value."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-11-30.", param, ctx)


class Weights(click.ParamType[dict[str, float]]):
    """Shares by name, as ``Discussion=0.2,Contract sent=0.5`` or a JSON object."""

    name = "weights"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, float]:
        """The shares, or a usage error that names the value."""
        if isinstance(value, dict):
            return value
        text = str(value).strip()
        try:
            pairs = (
                json.loads(text).items()
                if text.startswith("{")
                else (pair.rsplit("=", 1) for pair in text.split(","))
            )
            weights = {str(name).strip(): float(share) for name, share in pairs}
        except (ValueError, AttributeError):
            self.fail(f"{value!r} is not a list such as 'Discussion=0.2,Contract sent=0.5'.")
        for name, share in weights.items():
            if not 0 <= share <= 1:
                self.fail(f"the weight of {name!r} is {share}, not between 0 and 1.", param, ctx)
        return weights


DAY = Day()
WEIGHTS = Weights()

warehouse_option = click.option(
    "--warehouse",
    metavar="FILE|snowflake|URL",
    help="DuckDB file, 'snowflake' to use the settings, or a URL such as postgresql://user@host/"
    "database. Default: the one of the settings.",
)

viewer_option = click.option("--viewer", metavar="EMAIL", help="As this team member sees it.")


def narrowed(command: Command) -> Command:
    """The day and the part of the book: every command that takes them takes these."""
    for option in (
        click.option("--csm", multiple=True, help="Keep a CSM's member id; may be repeated."),
        click.option("--region", multiple=True, help="Keep a region; may be repeated."),
        click.option("--segment", multiple=True, help="Keep a segment; may be repeated."),
        click.option("--as-of", type=DAY, help="The day the numbers speak for."),
    ):
        # The last one stands first in the help.
        command = option(command)
    return command


def settings_with(warehouse: str | None) -> Settings:
    """The settings, with another warehouse where the command names one."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    if warehouse is None:
        return settings
    other = settings.model_copy(update={"warehouse": warehouse})
    if other.in_file:
        return other.model_copy(update={"warehouse": str(Path(warehouse).absolute())})
    try:
        Settings.without_password(warehouse)
    except ValueError as error:
        raise click.UsageError(f"--warehouse: {error}.") from error
    return other


def file_of(settings: Settings) -> Path:
    """The embedded warehouse's file; a usage error where the warehouse is none."""
    if not settings.in_file:
        raise click.UsageError("This command works on a DuckDB file: give --warehouse FILE.")
    return Path(settings.warehouse)
