"""Vega's expressions as far as charts of the dashboard use them, without a browser.

Filters (``datum.points >= 0``), values of a layer (``'in use'``) and labels of an axis are small
programs. What is not understood is an error, never a guess: see ``UnknownExpressionError``.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final

WIDTH: Final = 960
"""Width of a chart on a slide in a browser's pixels: labels are those of a wide screen."""
Meaning = Callable[[Mapping[str, Any]], Any]
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]{}]))"
)
_LEVELS: Final[tuple[dict[str, Callable[[Any, Any], Any]], ...]] = (
    {"||": lambda one, other: one or other},
    {"&&": lambda one, other: one and other},
    {
        "===": lambda one, other: one == other,
        "!==": lambda one, other: one != other,
        "==": lambda one, other: one == other,
        "!=": lambda one, other: one != other,
    },
    {
        "<": lambda one, other: _ordered(one, other) and one < other,
        ">": lambda one, other: _ordered(one, other) and one > other,
        "<=": lambda one, other: _ordered(one, other) and one <= other,
        ">=": lambda one, other: _ordered(one, other) and one >= other,
    },
    {
        "+": lambda one, other: _sum(one, other),  # noqa: PLW0108 -- defined below
        "-": lambda one, other: _number(one) - _number(other),
    },
    {
        "*": lambda one, other: _number(one) * _number(other),
        "/": lambda one, other: _number(one) / _number(other) if other else math.nan,
    },
)


class UnknownExpressionError(ValueError):
    """An expression that this module does not understand."""


@cache
def expression(source: str) -> Meaning:
    """What an expression means: a function from a row (``datum``) to its value."""
    reader = _Reader(source)
    meaning = reader.choice()
    if reader.rest:
        raise UnknownExpressionError(source)
    return meaning


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.rest: list[tuple[str, str]] = []
        place = 0
        while source[place:].strip():
            found = _TOKEN.match(source, place)
            if found is None:
                raise UnknownExpressionError(source)
            self.rest.append((found.lastgroup or "", found.group(found.lastgroup or 0)))
            place = found.end()

    def next(self) -> tuple[str, str]:
        if not self.rest:
            raise UnknownExpressionError(self.source)
        return self.rest.pop(0)

    def taken(self, sign: str) -> bool:
        if self.rest and self.rest[0] == ("sign", sign):
            self.rest.pop(0)
            return True
        return False

    def expected(self, sign: str) -> None:
        if not self.taken(sign):
            raise UnknownExpressionError(self.source)

    def choice(self) -> Meaning:
        test = self.operation(0)
        if not self.taken("?"):
            return test
        chosen = self.choice()
        self.expected(":")
        other = self.choice()
        return lambda row: chosen(row) if test(row) else other(row)

    def operation(self, level: int) -> Meaning:
        if level == len(_LEVELS):
            return self.signed()
        left = self.operation(level + 1)
        while self.rest and self.rest[0][0] == "sign" and self.rest[0][1] in _LEVELS[level]:
            operator = _LEVELS[level][self.rest.pop(0)[1]]
            left = _both(operator, left, self.operation(level + 1))
        return left

    def signed(self) -> Meaning:
        if self.taken("!"):
            inner = self.signed()
            return lambda row: not inner(row)
        if self.taken("-"):
            inner = self.signed()
            return lambda row: -_number(inner(row))
        return self.member()

    def member(self) -> Meaning:
        value = self.atom()
        while True:
            if self.taken("."):
                value = _part(value, _constant(self.next()[1]))
            elif self.taken("["):
                value = _part(value, self.choice())
                self.expected("]")
            else:
                return value

    def atom(self) -> Meaning:  # noqa: PLR0911 -- a kind of token, a line
        if self.taken("("):
            inner = self.choice()
            self.expected(")")
            return inner
        if self.taken("{"):
            return self.table()
        kind, text = self.next()
        if kind == "number":
            return _constant(float(text) if "." in text or "e" in text.lower() else int(text))
        if kind == "text":
            return _constant(re.sub(r"\\(.)", r"\1", text[1:-1]))
        if kind == "name" and self.taken("("):
            return self.call(text)
        known = {"null": None, "true": True, "false": False, "width": WIDTH}
        if text in known:
            return _constant(known[text])
        if text == "datum":
            return lambda row: row
        raise UnknownExpressionError(self.source)

    def table(self) -> Meaning:
        entries: dict[str, Meaning] = {}
        while not self.taken("}"):
            key = self.next()[1].strip("'\"")
            self.expected(":")
            entries[key] = self.choice()
            self.taken(",")
        return lambda row: {key: value(row) for key, value in entries.items()}

    def call(self, function: str) -> Meaning:
        arguments: list[Meaning] = []
        while not self.taken(")"):
            arguments.append(self.choice())
            self.taken(",")
        if function not in _FUNCTIONS:
            raise UnknownExpressionError(self.source)
        return lambda row: _FUNCTIONS[function](*(argument(row) for argument in arguments))


def _constant(value: Any) -> Meaning:
    return lambda _: value


def _both(operator: Callable[[Any, Any], Any], left: Meaning, right: Meaning) -> Meaning:
    return lambda row: operator(left(row), right(row))


def _part(whole: Meaning, key: Meaning) -> Meaning:
    def part(row: Mapping[str, Any]) -> Any:
        value = whole(row)
        return value.get(key(row)) if isinstance(value, Mapping) else None

    return part


def _ordered(one: Any, other: Any) -> bool:
    return one is not None and other is not None and isinstance(one, str) == isinstance(other, str)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, str) or isinstance(other, str):
        return f"{one}{other}"
    return _number(one) + _number(other)


def is_valid(value: object) -> bool:
    """Whether Vega takes a value for one: neither missing nor no number."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _formatted(value: Any, pattern: str) -> str:
    if pattern != "~s":
        raise UnknownExpressionError(pattern)
    size = abs(float(value))
    for scale, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= scale:
            return f"{float(value) / scale:g}{letter}"
    return f"{float(value):g}"


def _day(moment: date | None, pattern: str) -> str:
    # Days without a leading zero are written differently by each platform's own library.
    return "" if moment is None else moment.strftime(pattern.replace("%-d", str(moment.day)))


def _parsed(text: str, pattern: str) -> date | None:
    try:
        return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day, no moment
    except ValueError:
        return None


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "isValid": is_valid,
    "abs": abs,
    "format": _formatted,
    "replace": lambda text, old, new: str(text).replace(old, new, 1),
    "split": lambda text, at: str(text).split(at),
    "utcFormat": _day,
    "utcParse": _parsed,
}
