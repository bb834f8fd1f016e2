"""The files of a folder: which fill a table, which are named after none, and their hashes."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from dashboard import contract
from dashboard.ingest.sources import FORMATS, Source, UnreadableFileError, opened
from dashboard.ingest.workbooks import sheets


@dataclass(slots=True)
class Found:
    """What lies in a folder."""

    sources: list[Source] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    hashes: dict[Path, str] = field(default_factory=dict)


def found(folder: Path) -> Found:
    """Every file of a folder, opened; what is unfit is named in ``refused``, never raised.

    Sub-folders are not entered and are named among the ignored.
    """
    result = Found()
    if not folder.is_dir():
        result.refused.append(f"There is no folder {folder}.")
        return result
    for path in sorted(folder.iterdir()):
        _open(path, result)
    _refuse_two_files_for_one_table(result)
    for source in result.sources:
        result.refused.extend(source.refusals())
    if not result.sources and not result.refused:
        names = ", ".join(contract.tables())
        result.refused.append(f"{folder.name} holds no file named after a table: {names}")
    order = list(contract.tables())
    result.sources.sort(key=lambda source: order.index(source.table.name))
    return result


def sha256(path: Path) -> str:
    """Hash of a file's content, read piece by piece."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _open(path: Path, result: Found) -> None:
    tables = contract.tables()
    if path.is_dir():
        result.ignored.append(f"{path.name}/")
        return
    suffix = path.suffix.lower()
    table = tables.get(path.stem.lower())
    try:
        # Any workbook may hold tables on its sheets; ~$ marks one that is open in Excel.
        if suffix == ".xlsx" and not path.name.startswith("~$"):
            sources, ignored = sheets(path, tables)
            result.ignored.extend(ignored if sources else [path.name])
        elif table is not None and suffix in FORMATS:
            sources = [opened(path, table)]
        else:
            result.ignored.append(path.name)
            return
        result.sources.extend(sources)
        result.hashes[path] = sha256(path)
    except UnreadableFileError as error:
        result.refused.append(str(error))
    except OSError as error:
        result.refused.append(f"{path.name}: {error.strerror or 'cannot be read'}")


def _refuse_two_files_for_one_table(result: Found) -> None:
    by_table: dict[str, list[str]] = {}
    for source in result.sources:
        by_table.setdefault(source.table.name, []).append(source.file)
    for table, files in by_table.items():
        if len(files) > 1:
            result.refused.append(f"{' and '.join(files)} both hold {table}; keep one of them")
