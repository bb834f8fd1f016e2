"""What is in force, without secrets, and whether the app may serve with it."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click
from pydantic import BaseModel, SecretStr

from dashboard.commands.options import settings_with
from dashboard.serving import fault_of
from dashboard.settings import ROOT

_SHOWN: Final = ("server_metadata_url", "redirect_uri", "client_id")


@click.command("settings")
def settings_command() -> None:
    """Print the settings in force, without secrets; refuse those that must not be served.

    With sign-in on, the provider of .streamlit/secrets.toml is looked at, too.
    """
    settings = settings_with(None)
    for name, value in _flat(settings):
        click.echo(f"{name} = {value}")
    if not settings.sign_in.enabled:
        return
    auth = _auth()
    for name in _SHOWN:
        click.echo(f"auth.{name} = {auth.get(name, 'none')}")
    fault = fault_of(auth)
    if fault is not None:
        raise click.UsageError(fault)


def _flat(values: BaseModel, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values:
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, SecretStr):
            yield f"{prefix}{name}", "(set)"
        else:
            yield f"{prefix}{name}", "none" if value in (None, "") else str(value)


def _auth() -> Mapping[str, object]:
    """The section ``[auth]`` as Streamlit reads it: of later files before that of earlier ones."""
    found: dict[str, object] = {}
    for file in _files():
        try:
            section = tomllib.loads(file.read_text(encoding="utf-8")).get("auth")
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise click.UsageError(f"{file.name} cannot be read as TOML.") from error
        if isinstance(section, dict):
            found = section
    return found


def _files() -> list[Path]:
    named = os.environ.get("STREAMLIT_SECRETS_FILES")
    if named:
        return [Path(each) for each in named.split()]
    return [Path.home() / ".streamlit" / "secrets.toml", ROOT / ".streamlit" / "secrets.toml"]
