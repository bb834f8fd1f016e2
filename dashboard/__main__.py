"""``python -m dashboard``."""

from dashboard.commands import main

main(prog_name="python -m dashboard")
