"""The demo company in three sizes, built once and kept outside the repository's history."""

import hashlib
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from dashboard import contract
from dashboard.demo import build_demo
from dashboard.policy import Policy
from dashboard.settings import ROOT
from dashboard.warehouse import sql
from dashboard.warehouse.build import MARTS

AS_OF: Final = date(2026, 10, 31)
SIZES: Final = (500, 10_000, 100_000)
"""Accounts: the demo company as everybody sees it first, a large one, and a very large one."""
FOLDER: Final = ROOT / ".cache" / "benchmarks"


def company(accounts: int, folder: Path = FOLDER) -> Path:
    """A warehouse file with so many accounts; built where there is none made by this code."""
    path = folder / f"{accounts}-{_made_by()}.duckdb"
    if not path.exists():
        for old in folder.glob(f"{accounts}-*.duckdb"):
            old.unlink()
        say(f"building a company of {accounts:,} accounts in {folder}")
        build_demo(path, policy=Policy(), as_of=AS_OF, accounts=accounts, progress=say)
    return path


def say(text: str) -> None:
    """What is being done, beside the answer."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@cache
def _made_by() -> str:
    """A digest of everything that makes the file what it is."""
    parts = [table.ddl for table in contract.tables().values()]
    parts += [sql.read(f"marts/{mart}").text for mart in MARTS]
    sources = (ROOT / "dashboard" / "demo").glob("*.py")
    parts += [path.read_text(encoding="utf-8") for path in sorted(sources)]
    parts.append(Policy().model_dump_json())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
