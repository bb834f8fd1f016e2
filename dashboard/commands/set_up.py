"""``set-up``: the scripts that an administrator runs where a company keeps its data."""

import re
from importlib import import_module

import click

from dashboard.commands.options import settings_with


@click.command("set-up")
@click.argument("where", type=click.Choice(["snowflake", "postgresql"]))
@click.option("--after-load", is_flag=True, help="Snowflake: what belongs behind every load.")
@click.option("--lag", default="1 hour", show_default=True, help="Snowflake: how far derived tables"
              " may stay behind, such as '30 minutes'.")  # fmt: skip
def set_up_command(where: str, after_load: bool, lag: str) -> None:
    """Print the script that makes Snowflake or PostgreSQL ready, with the policy of the settings.

    It makes the contract's tables, the derived ones, and a role that only reads.
    """
    policy = settings_with(None).policy
    if not re.fullmatch(r"\d+ (second|minute|hour|day)s?", lag):
        raise click.BadParameter("not a time such as '30 minutes'.", param_hint="--lag")
    if where == "postgresql":
        import_module("dashboard.warehouse.postgresql_sessions").needed()
        click.echo(
            import_module("dashboard.warehouse.setting_up.postgresql").set_up(policy), nl=False
        )
        return
    scripts = import_module("dashboard.warehouse.setting_up.snowflake")
    click.echo(scripts.after_load(policy) if after_load else scripts.set_up(policy, lag), nl=False)
