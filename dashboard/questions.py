"""Every question the dashboard can answer, found by walking the modules that hold them.

A question is a function ``subject/name`` with its ``pl.Schema`` beside it. Those in
``dashboard.queries`` answer the SQL file of their name; those in ``dashboard.forecasts.questions``
and ``dashboard.themes.questions`` are computed from the answers of the SQL files that ``ASKS``
names, and their subjects are ``forecast`` and ``themes``. The page, ``ask`` and the tests all go
through here, so a new function is in each of them by existing.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Final

import polars as pl

from dashboard import queries
from dashboard.forecasts import questions as forecasts
from dashboard.themes import questions as themes
from dashboard.warehouse import sql

FILTERS: Final = {
    "as_of": ("as_of",),
    "since": ("since",),
    "until": ("until",),
    "segment": ("all_segments", "segments"),
    "region": ("all_regions", "regions"),
    "csm": ("all_csms", "csm_ids"),
}
"""Shared parameters by the placeholders that show that a question takes them."""
OF_TALENT: Final = frozenset({"all_talent", "talent_ids"})
"""Parameters that only questions about ratings of people take."""
COMPUTED: Final = {forecasts.__name__: "forecast", themes.__name__: "themes"}
"""Subject of computed questions by the package that holds them."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of one question alone."""

    name: str
    annotation: object
    default: object

    @property
    def required(self) -> bool:
        """Whether the question cannot be asked without it."""
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Question:
    """A query function with its name, what it takes and the columns it returns."""

    name: str
    function: Callable[..., pl.DataFrame]
    schema: pl.Schema
    title: str
    filters: tuple[str, ...]
    own_params: tuple[Param, ...]
    asks: tuple[str, ...]
    """Names of the SQL files behind it: its own, or those it is computed from."""
    of_talent: bool
    """Whether it tells how people were rated, so that no answer is given unless it is noted."""

    @property
    def computed(self) -> bool:
        """Whether it is computed from other answers and has no SQL file of its own."""
        return self.asks != (self.name,)

    @property
    def params(self) -> tuple[str, ...]:
        """Names of all parameters, shared ones first."""
        return self.filters + tuple(param.name for param in self.own_params)


@cache
def questions() -> dict[str, Question]:
    """Every question by name, sorted."""
    found = [
        _question(module, name, function)
        for package in (queries, forecasts, themes)
        for module in _modules(package)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if "warehouse" in inspect.signature(function).parameters
        and not name.startswith("_")
        and function.__module__ == module.__name__
    ]
    return {question.name: question for question in sorted(found, key=lambda each: each.name)}


def name_of(function: Callable[..., pl.DataFrame]) -> str:
    """Name of the question that a query function answers."""
    package, _, module = function.__module__.rpartition(".")
    subject = COMPUTED.get(package, module)
    return f"{subject}/{function.__name__}"


def _modules(package: ModuleType) -> list[ModuleType]:
    return [
        importlib.import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    ]


def _question(module: ModuleType, name: str, function: Callable[..., pl.DataFrame]) -> Question:
    asks: tuple[str, ...] = getattr(module, "ASKS", {}).get(name, (name_of(function),))
    placeholders = {each for file in asks for each in sql.read(file).placeholders}
    own = tuple(
        Param(param.name, param.annotation, param.default)
        for param in inspect.signature(function).parameters.values()
        if param.kind is inspect.Parameter.KEYWORD_ONLY
    )
    return Question(
        name=name_of(function),
        function=function,
        schema=getattr(module, name.upper()),
        title=(inspect.getdoc(function) or "").splitlines()[0],
        filters=tuple(each for each, needs in FILTERS.items() if placeholders & set(needs)),
        own_params=own,
        asks=asks,
        of_talent=module.__name__.endswith(".talent") or bool(placeholders & OF_TALENT),
    )
