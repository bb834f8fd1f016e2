"""Files into an embedded warehouse, and the contract's rules over what is in one."""

from dashboard.ingest.checks import check_warehouse
from dashboard.ingest.importing import import_folder
from dashboard.ingest.report import FileRead, ImportReport, RuleSum, Violation

__all__ = [
    "FileRead",
    "ImportReport",
    "RuleSum",
    "Violation",
    "check_warehouse",
    "import_folder",
]
