"""How much room text takes, measured wide, so that it fits with whatever font draws it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_NARROW: Final = frozenset("iljtfrI.,:;'|!()[]{}-/\\` ")
_WIDEST: Final = frozenset("WmM@%—…")
_WIDE: Final = frozenset("mwMWQOGDHNUCRAVXYKB@%&#+=<>~")
_SQUARE: Final = "\u2e80"
"""Ideographs and emoji are as wide as they are high."""
_EM: Final = 12_700
"""A point in the units of a slide."""
LINE: Final = 1.22
"""Height of a line in sizes of its font."""


@lru_cache(maxsize=20_000)
def width(text: str, size: float, *, bold: bool = False) -> int:
    """Width of text on one line in units of a slide; wider than common fonts draw it."""
    ems = sum(
        1.05
        if letter >= _SQUARE or letter in _WIDEST
        else 0.42
        if letter in _NARROW
        else 0.88
        if letter in _WIDE
        else 0.68
        for letter in text
    )
    return round(ems * size * _EM * (1.08 if bold else 1.0))


def wrapped(text: str, size: float, room: int, *, bold: bool = False) -> list[str]:
    """Lines of text in a room of that width; a word that is wider than it is broken."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for each in paragraph.split(" "):
            word = each
            longer = f"{line} {word}" if line else word
            if width(longer, size, bold=bold) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            while width(word, size, bold=bold) > room and len(word) > 1:
                fits = max(1, int(len(word) * room / width(word, size, bold=bold)))
                lines.append(word[:fits])
                word = word[fits:]
            line = word
        lines.append(line)
    return lines


def height(lines: int, size: float) -> int:
    """Height of so many lines."""
    return round(lines * size * LINE * _EM)


def fitted(
    text: str, sizes: Sequence[float], room: int, tall: int, *, bold: bool = False
) -> tuple[str, float]:
    """Text and the largest of ``sizes`` that fits a room; cut with dots where none does."""
    fit = [s for s in sizes if height(len(wrapped(text, s, room, bold=bold)), s) <= tall]
    whole = [s for s in fit if all(width(word, s, bold=bold) <= room for word in text.split())]
    if fit:
        return text, (whole or fit)[0]
    size = sizes[-1]
    most = max(1, int(tall / height(1, size)))
    lines = wrapped(text, size, room, bold=bold)[:most]
    lines[-1] = cut(lines[-1] + " …", size, room, bold=bold)
    return " ".join(lines), size


def cut(text: str, size: float, room: int, *, bold: bool = False) -> str:
    """Text on one line, its end replaced by dots where it is too long."""
    if width(text, size, bold=bold) <= room:
        return text
    kept = text.rstrip("… ")
    while kept and width(f"{kept}…", size, bold=bold) > room:
        kept = kept[: -max(1, len(kept) // 20)]
    return f"{kept.rstrip()}…"
