"""Files that somebody hands over on a page: which are let in, what each is, and their load.

A file comes from a browser and may be anything. It is kept under its plain name in a folder of its
own, and only if it is a CSV, Excel or Parquet file within bounds; an archive, a workbook with
macros and one that unpacks to more than the bound are refused with the reason.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import BadZipFile, ZipFile

import polars as pl
import yaml

from dashboard import contract
from dashboard.ingest.files import found
from dashboard.ingest.sources import UnreadableFileError
from dashboard.mapping.folders import SOURCE_FILE, Fault, MappingError, mappings_in
from dashboard.mapping.loading import MappedLoad, load
from dashboard.mapping.source_files import sample
from dashboard.mapping.suggesting import likely_table
from dashboard.policy import Policy

KINDS: Final = ("csv", "xlsx", "parquet")
MOST_BYTES: Final = 200 * 1024 * 1024
"""Bytes of one file; a larger one is imported from the command line."""
MOST_UNPACKED: Final = 1024 * 1024 * 1024
"""Bytes a workbook may unpack to."""
SOURCE: Final = "files"
_NAME: Final = re.compile(r"[\w][\w .()+&-]{0,120}\.(?:csv|xlsx|parquet)", re.IGNORECASE)
_BINARY: Final = (b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"PAR1")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that was let in.

    Attributes
    ----------
    table
        The contract table that it fills as it is, or the likeliest one where it must be mapped.
    is_known
        Whether it fills the table as it is: name and required columns are those of the contract.
    headers
        Names of its columns, where it must be mapped.
    problem
        Why it cannot be read, in words; else empty.
    """

    file: str
    table: str
    is_known: bool
    headers: tuple[str, ...] = ()
    problem: str = ""


def refusal(name: str, content: bytes) -> str:
    """Why a file is not let in, as a sentence; empty where it is."""
    if not _NAME.fullmatch(name):
        return "is not let in: plain names that end in .csv, .xlsx or .parquet are."
    if not content:
        return "is empty."
    if len(content) > MOST_BYTES:
        return (
            f"has {len(content):,} bytes; {MOST_BYTES:,} are let in here. "
            "Import it from the command line."
        )
    kind = name.rpartition(".")[2].lower()
    if kind == "csv":
        archive = content.startswith(_BINARY) or b"\x00" in content[:65536]
        return "is no text, whatever its name says: an archive or a program." if archive else ""
    if kind == "parquet":
        whole = content.startswith(b"PAR1") and content.endswith(b"PAR1")
        return "" if whole else "is no whole Parquet file."
    return _refused_workbook(content)


def _refused_workbook(content: bytes) -> str:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, OSError):
        return "is no Excel file that can be read."
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        return "is an archive, not a workbook."
    if any(name.endswith(("vbaproject.bin", ".exe", ".dll")) for name in names):
        return "holds macros. Save it as a workbook without them."
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        return f"unpacks to more than {MOST_UNPACKED:,} bytes."
    return ""


def keep(folder: Path, files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Put the files that are let in into a folder, and nothing else; refusals by name."""
    refused = {}
    for old in folder.iterdir():
        old.unlink()
    for name, content in files:
        if why := refusal(name, content):
            refused[name] = why
        elif (folder / name).exists():
            refused[name] = "is there twice; the first was taken."
        else:
            (folder / name).write_bytes(content)
    return refused


def arrived(folder: Path) -> list[Arrived]:
    """What each file of a folder is, by name."""
    return [_recognised(path) for path in sorted(folder.iterdir()) if path.is_file()]


def _recognised(path: Path) -> Arrived:
    with TemporaryDirectory() as alone:
        Path(alone, path.name).symlink_to(path)
        by_contract = found(Path(alone))
    tables = [source.table.name for source in by_contract.sources]
    if tables and not by_contract.refused:
        return Arrived(path.name, ", ".join(tables), is_known=True)
    try:
        headers = tuple(sample(path, 1).columns)
    except UnreadableFileError as error:
        return Arrived(path.name, "", is_known=False, problem=str(error))
    return Arrived(path.name, likely_table(headers, path.stem), is_known=False, headers=headers)


def mapping_text(table: str, file: str, chosen: Mapping[str, str]) -> str:
    """The mapping of a file as YAML: contract column to the file's own."""
    content = {"table": table, "from": Path(file).stem, "columns": dict(chosen)}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=10_000)


def lacking(table: str, chosen: Mapping[str, str]) -> list[str]:
    """Required columns of a table that nothing was chosen for."""
    return [name for name in contract.tables()[table].required if name not in chosen]


def tried(
    folder: Path,
    mappings: Mapping[str, str],
    left_aside: Iterable[str],
    target: Path,
    *,
    policy: Policy,
    as_of: date,
    time_zone: str = "UTC",
    quarantine: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> MappedLoad:
    """Build a warehouse of the files at ``target``.

    Parameters
    ----------
    folder
        The files that were let in.
    mappings
        YAML of a mapping by file; the files without one have the contract's shape.
    left_aside
        Files that shall not be loaded.
    time_zone
        Where the days of the mapped files begin.

    Raises
    ------
    MappingError
        A mapping does not fit its file.
    UnreadableFileError
        A file is not what its name says.
    """
    with TemporaryDirectory() as made:
        place, beside, folder_of_maps = (Path(made, each) for each in ("place", "beside", SOURCE))
        for each in (place, beside, folder_of_maps):
            each.mkdir()
        source = {"name": SOURCE, "schema": SOURCE, "time_zone": time_zone, "deleted": []}
        (folder_of_maps / SOURCE_FILE).write_text(yaml.safe_dump(source), encoding="utf-8")
        aside = set(left_aside)
        for path in folder.iterdir():
            if path.name in aside:
                continue
            mapped = path.name in mappings
            (place if mapped else beside).joinpath(path.name).symlink_to(path.resolve())
            if mapped:
                text = mappings[path.name]
                table = yaml.safe_load(text)["table"]
                file = folder_of_maps / f"{table}.yaml"
                if file.exists():
                    raise MappingError([Fault(path.name, "table", table, "is filled twice")])
                file.write_text(text, encoding="utf-8")
        return load(
            mappings_in([folder_of_maps]) if mappings else [],
            place,
            target,
            policy=policy,
            as_of=as_of,
            quarantine=quarantine,
            beside=beside,
            progress=progress,
        )


def sample_of(folder: Path, file: str) -> pl.DataFrame:
    """Some rows of a file as text."""
    return sample(folder / file, 200)
