"""``python -m dashboard``."""

import errno
import os
from importlib import import_module
from typing import Final

import click

from dashboard.commands import main

PAGES: Final = {
    "deck": ("commands", "deck_command"),
    "exhibit": ("commands", "exhibit_command"),
    "print": ("printing", "print_command"),
    "round-trips": ("round_trips", "round_trips_command"),
}
"""Commands that run pages: loading Streamlit for them would slow every other command."""


class WithPages(click.Group):
    """Every command, those that run pages loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        return [*super().list_commands(ctx), *PAGES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in PAGES:
            return super().get_command(ctx, cmd_name)
        # Without a server Streamlit warns of every cache that there is none. Its own settings are
        # read first: reading them sets the level, too.
        import_module("streamlit.config").get_config_options()
        import_module("streamlit.logger").set_log_level("error")
        module, name = PAGES[cmd_name]
        command: click.Command = getattr(import_module(f"dashboard.takeaway.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a full disk is a sentence, whatever was being written."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            reason = os.strerror(error.errno)
            raise click.ClickException(f"Nothing was written: {reason.lower()}.") from error


program: Final = WithPages(
    commands=main.commands, help=main.help, context_settings=main.context_settings
)
"""The whole command line."""

if __name__ == "__main__":
    program(prog_name="python -m dashboard")
