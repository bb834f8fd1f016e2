"""Workbooks as LibreOffice recomputes them, and as they were written."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
OFFICE = shutil.which("soffice")


@dataclass(frozen=True)
class Cell:
    value: float | str | bool | None
    formula: str | None


Sheets = dict[str, dict[str, Cell]]


def recomputed(books: dict[str, bytes], folder: Path) -> dict[str, Sheets]:
    """Every workbook, all its formulas computed anew, in one call of LibreOffice."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    for name, book in books.items():
        (folder / f"{name}.xlsx").write_bytes(book)
    subprocess.run(  # noqa: S603 -- our own files
        [
            OFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to",
            "xlsx", "--outdir", folder / "new", *(folder / f"{name}.xlsx" for name in books),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return {name: read((folder / "new" / f"{name}.xlsx").read_bytes()) for name in books}


def read(book: bytes) -> Sheets:
    """Value and formula of every cell that has one."""
    archive = ZipFile(BytesIO(book))
    texts = []
    if "xl/sharedStrings.xml" in archive.namelist():
        shared = etree.fromstring(archive.read("xl/sharedStrings.xml"))
        texts = [_unescaped(part.text or "" for part in each.iter(f"{MAIN}t")) for each in shared]
    return {
        name: {
            cell.get("r"): Cell(_value(cell, texts), cell.findtext(f"{MAIN}f"))
            for cell in etree.fromstring(archive.read(path)).iter(f"{MAIN}c")
            if len(cell)
        }
        for name, path in sheet_files(archive).items()
    }


def sheet_files(archive: ZipFile) -> dict[str, str]:
    """Where each sheet lies in the file."""
    targets = {
        each.get("Id"): each.get("Target").removeprefix("/xl/")
        for each in etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = etree.fromstring(archive.read("xl/workbook.xml")).find(f"{MAIN}sheets")
    return {each.get("name"): f"xl/{targets[each.get(RELATION)]}" for each in sheets}


def names(book: bytes) -> dict[str, str]:
    """Defined names and what they stand for."""
    found = etree.fromstring(ZipFile(BytesIO(book)).read("xl/workbook.xml"))
    return {each.get("name"): each.text for each in found.iter(f"{MAIN}definedName")}


def with_number(book: bytes, sheet: str, cell: str, number: float) -> bytes:
    """The workbook with a number typed into a cell that is there."""
    archive, written = ZipFile(BytesIO(book)), BytesIO()
    path = sheet_files(archive)[sheet]
    with ZipFile(written, "w", ZIP_DEFLATED) as copy:
        for each in archive.namelist():
            content = archive.read(each)
            if each == path:
                content, count = re.subn(
                    rf'<c r="{cell}"( s="\d+")?(/>|><v>[^<]*</v></c>)',
                    rf'<c r="{cell}"\1><v>{number}</v></c>',
                    content.decode(),
                )
                assert count == 1
            copy.writestr(each, content)
    return written.getvalue()


def _unescaped(parts: Iterable[str]) -> str:
    """Text with the characters that XML cannot hold, as spreadsheets spell them."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), "".join(parts))


def _value(cell, texts: list[str]) -> float | str | bool | None:
    value, kind = cell.findtext(f"{MAIN}v"), cell.get("t")
    if kind == "inlineStr":
        return _unescaped(part.text or "" for part in cell.iter(f"{MAIN}t"))
    if kind == "s":
        return texts[int(value)]
    if kind == "b":
        return value == "1"
    return value if kind in {"str", "e"} or value is None else float(value)
