"""The font that comes with the app for files on paper, and which letters it can draw.

The same family draws the charts, inside vl-convert: a chart's letters lie where it measured them.
"""

from functools import cache
from pathlib import Path
from struct import iter_unpack, unpack, unpack_from
from typing import Final

FOLDER: Final = Path(__file__).parent / "fonts"
MISSING: Final = "□"
"""Stands for a letter that the font has not."""
_NEAREST: Final = str.maketrans("✓✕◆▽", "√\u00d7♦▼")
"""Signs of the app that the font has not, and those that stand for them on paper."""
_TABLE: Final = 16
_RECORD: Final = 8
_SEGMENTS: Final = 4
"""The number of the form of a font's table that names its letters in segments."""


@cache
def letters() -> frozenset[str]:
    """Every letter that the font can draw, read from its table of letters (*cmap*, form 4)."""
    font = (FOLDER / "LiberationSans-Regular.ttf").read_bytes()
    (number,) = unpack_from(">H", font, 4)
    tables = {
        tag: start for tag, _, start, _ in iter_unpack(">4sIII", font[12 : 12 + _TABLE * number])
    }
    start = tables[b"cmap"]
    (number,) = unpack_from(">H", font, start + 2)
    records = iter_unpack(">HHI", font[start + 4 : start + 4 + _RECORD * number])
    forms = {unpack_from(">H", font, start + offset)[0]: start + offset for *_, offset in records}
    segments = forms[_SEGMENTS]
    (twice,) = unpack_from(">H", font, segments + 6)
    ends = unpack(f">{twice // 2}H", font[segments + 14 : segments + 14 + twice])
    begin = segments + 16 + twice
    firsts = unpack(f">{twice // 2}H", font[begin : begin + twice])
    found = {
        chr(code)
        for first, last in zip(firsts, ends, strict=True)
        for code in range(first, last + 1)
        if code < 0xFFFF  # noqa: PLR2004 -- the last segment says that there is nothing more
    }
    return frozenset(found | {"\n"})


def drawable(text: str) -> str:
    """Text with a box in place of each letter that the font has not."""
    known = letters()
    return "".join(letter if letter in known else MISSING for letter in text.translate(_NEAREST))
