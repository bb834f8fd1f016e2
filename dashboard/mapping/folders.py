"""Folders of mappings: ``source.yaml`` and one file per contract table, read and checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dashboard.mapping import gate
from dashboard.mapping.declared import SourceMapping, TableMapping, column_faults

SOURCE_FILE: Final = "source.yaml"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a mapping: where, what stands there, and what to do."""

    file: str
    key: str
    value: str
    problem: str

    def __str__(self) -> str:
        """The fault as one line."""
        shown = f" {self.value[:80]!r}" if self.value else ""
        return f"{self.file}: {self.key}{shown} {self.problem}"


class MappingError(Exception):
    """Mappings that cannot be used; ``faults`` says why, one for each thing to mend."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping with the source it belongs to and the file it stands in."""

    file: Path
    source: SourceMapping
    mapping: TableMapping

    @property
    def name(self) -> str:
        """Folder and file, as messages name it."""
        return f"{self.file.parent.name}/{self.file.name}"

    @property
    def table(self) -> str:
        """The contract table that it fills."""
        return self.mapping.table

    @property
    def time_zone(self) -> str:
        """Where the days of this table begin."""
        return self.mapping.time_zone or self.source.time_zone

    @property
    def deleted(self) -> tuple[str, ...]:
        """Columns that mark a row as deleted."""
        return self.source.deleted if self.mapping.deleted is None else self.mapping.deleted

    @property
    def uses_identities(self) -> bool:
        """Whether ids of the source become accounts on the way."""
        translated = any(column.identity for column in self.mapping.columns.values())
        return translated or (
            self.mapping.query is not None and gate.uses_identities(gate.query(self.mapping.query))
        )


def mappings_in(folders: Iterable[Path], *, without: Iterable[str] = ()) -> list[Mapped]:
    """Every mapping of some folders, each with a ``source.yaml``.

    Parameters
    ----------
    folders
        Folders of mappings; sub-folders are not entered.
    without
        Files to leave aside, as ``stripe/accounts``.

    Raises
    ------
    MappingError
        A file cannot be used, or two fill one table.
    """
    faults: list[Fault] = []
    found: list[Mapped] = []
    aside = {name.removesuffix(".yaml") for name in without}
    unknown = set(aside)
    for folder in folders:
        files = [file for file in sorted(folder.glob("*.yaml")) if file.name != SOURCE_FILE]
        source = _parsed(folder / SOURCE_FILE, SourceMapping, faults)
        if not files:
            faults.append(Fault(folder.name, "folder", "", "holds no mapping; add TABLE.yaml"))
        for file in files:
            name = f"{folder.name}/{file.stem}"
            unknown.discard(name)
            if name in aside:
                continue
            mapping = _parsed(file, TableMapping, faults)
            if source is not None and mapping is not None:
                one = Mapped(file, source, mapping)
                faults.extend(_faults(one))
                found.append(one)
    faults.extend(Fault(name, "--without", "", "is no file of these folders") for name in unknown)
    faults.extend(_two_for_one_table(found))
    if faults:
        raise MappingError(faults)
    return found


def _faults(one: Mapped) -> Iterable[Fault]:
    mapping = one.mapping
    for key, value, problem in column_faults(mapping):
        yield Fault(one.name, key, value, problem)
    if not mapping.accepted:
        yield Fault(one.name, "accepted", "false", "is a proposal; read it and take this line away")
    texts = {f"leave_out.{reason}": text for reason, text in mapping.leave_out.items()}
    texts |= {
        f"columns.{name}.sql": column.sql for name, column in mapping.columns.items() if column.sql
    }
    for key, text in texts.items():
        if problem := gate.fault_of_expression(text):
            yield Fault(one.name, key, text, problem)
    if mapping.query and (problem := gate.fault_of_query(mapping.query)):
        yield Fault(one.name, "query", mapping.query, problem)


def _two_for_one_table(found: list[Mapped]) -> Iterable[Fault]:
    by_table: dict[str, list[Mapped]] = {}
    for one in found:
        key = one.table if one.table != "identity" else f"identity of {one.source.name}"
        by_table.setdefault(key, []).append(one)
    for table, several in by_table.items():
        if len(several) > 1:
            names = " and ".join(each.name for each in several)
            yield Fault(
                names, "table", table, "is filled twice; leave one aside, such as by --without"
            )


class _Texts(yaml.BaseLoader):
    """Every value as text, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping; the second of two equal keys would win in silence."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value} is there twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _parsed(file: Path, model: type[Model], faults: list[Fault]) -> Model | None:
    name = f"{file.parent.name}/{file.name}"
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _Texts)  # noqa: S506 -- texts only
        return model.model_validate(content)
    except FileNotFoundError:
        faults.append(Fault(name, "file", "", "is missing; it names the source and its schema"))
    except (OSError, UnicodeError):
        faults.append(Fault(name, "file", "", "cannot be read as UTF-8 text"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        said = getattr(error, "problem", None) or "the file is no YAML"
        faults.append(Fault(name, where, "", f"is no YAML: {said}; mend that line"))
    except ValidationError as error:
        faults.extend(_fault(name, each) for each in error.errors(include_url=False))
    return None


def _fault(file: str, error: ErrorDetails) -> Fault:
    key = ".".join(str(part) for part in error["loc"]) or "file"
    value = error["input"] if isinstance(error["input"], str) else ""
    kind = error["type"]
    if kind == "extra_forbidden":
        return Fault(file, key, value, "is no key of a mapping; take it away or mend its name")
    if kind == "missing":
        return Fault(file, key, "", "is missing; add it")
    if kind == "literal_error":
        return Fault(file, key, value, f"is not known; write one of {error['ctx']['expected']}")
    problem = error["msg"].removeprefix("Value error, ")
    return Fault(file, key, value, problem[0].lower() + problem[1:])
