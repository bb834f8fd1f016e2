"""The command line: ``python -m dashboard``."""

import click

from dashboard.commands.ask import ask, questions_command
from dashboard.commands.audit import audit
from dashboard.commands.backup import backup, restore
from dashboard.commands.digest import digest
from dashboard.commands.load import check, demo, import_command
from dashboard.commands.mapping import map_command
from dashboard.commands.person import person
from dashboard.commands.set_up import set_up_command
from dashboard.commands.settings import settings_command
from dashboard.commands.workbook import workbook_command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Customer-success dashboard: the demo company, your own data, questions, and digests.

    Exit codes: 0 all is well, 1 the data are broken or missing or a digest failed, 2 the command
    was misused.
    """


for command in (
    demo,
    import_command,
    map_command,
    check,
    questions_command,
    ask,
    settings_command,
    set_up_command,
    audit,
    backup,
    restore,
    person,
    digest,
    workbook_command,
):
    main.add_command(command)
