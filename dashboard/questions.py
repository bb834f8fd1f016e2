"""Every question the dashboard can answer, found by walking ``dashboard.queries``.

A question is a function ``subject/name`` with its ``pl.Schema`` beside it. The page, ``ask`` and
the tests all go through here, so a new query function is in each of them by existing.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from dashboard import queries
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

    @property
    def params(self) -> tuple[str, ...]:
        """Names of all parameters, shared ones first."""
        return self.filters + tuple(param.name for param in self.own_params)


@cache
def questions() -> dict[str, Question]:
    """Every question by name, sorted."""
    found = [
        _question(module.name, name, function)
        for module in pkgutil.iter_modules(queries.__path__)
        for name, function in inspect.getmembers(
            importlib.import_module(f"dashboard.queries.{module.name}"), inspect.isfunction
        )
        if "warehouse" in inspect.signature(function).parameters and not name.startswith("_")
    ]
    return {question.name: question for question in sorted(found, key=lambda each: each.name)}


def name_of(function: Callable[..., pl.DataFrame]) -> str:
    """Name of the question that a query function answers."""
    return f"{function.__module__.rpartition('.')[2]}/{function.__name__}"


def _question(subject: str, name: str, function: Callable[..., pl.DataFrame]) -> Question:
    module = importlib.import_module(f"dashboard.queries.{subject}")
    placeholders = sql.read(f"{subject}/{name}").placeholders
    own = tuple(
        Param(param.name, param.annotation, param.default)
        for param in inspect.signature(function).parameters.values()
        if param.kind is inspect.Parameter.KEYWORD_ONLY
    )
    return Question(
        name=f"{subject}/{name}",
        function=function,
        schema=getattr(module, name.upper()),
        title=(inspect.getdoc(function) or "").splitlines()[0],
        filters=tuple(each for each, needs in FILTERS.items() if placeholders & set(needs)),
        own_params=own,
    )
