"""How a number reads: the same on a card, in a sentence, on an axis and in a spreadsheet."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import Final

Number = float | int | Decimal

NOT_AVAILABLE: Final = "n/a"
SYMBOLS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)
_IRREGULAR: Final = {
    "person": "people",
    "opportunity": "opportunities",
    "loss": "losses",
    "touch": "touches",
}


class Unit(Enum):
    """What a number measures."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    SCORE = "score"
    POINTS = "points"
    RATING = "rating"

    def text(self, value: Number | None, *, currency: str = "USD") -> str:  # noqa: PLR0911 -- a unit, a line
        """Value as a person reads it: ``$1.9M``, ``1,204``, ``21.0%``, ``n/a`` where undefined."""
        if value is None or not math.isfinite(value):
            return NOT_AVAILABLE
        match self:
            case Unit.MONEY:
                return money(value, currency=currency)
            case Unit.COUNT:
                return f"{value:z,.0f}"
            case Unit.SHARE:
                return f"{100 * float(value):z.1f}%"
            case Unit.SCORE:
                return f"{value:z.0f}"
            case Unit.POINTS:
                return f"{value:+z.0f}"
            case Unit.RATING:
                return f"{value:z.2f}"

    def change(self, now: Number, before: Number, *, currency: str = "USD") -> str:
        """Difference in words a reader of the unit uses; shares change in percentage points."""
        difference = Decimal(str(now)) - Decimal(str(before))
        size = abs(difference)
        if self is Unit.SHARE:
            text = f"{100 * float(size):.1f} pp"
        elif self is Unit.RATING:
            text = f"{float(size):.2f}"
        elif self in {Unit.SCORE, Unit.POINTS}:
            text = f"{float(size):.1f} points"
        else:
            text = self.text(size, currency=currency)
        # The sign is that of what is shown: a change that rounds to nothing is none.
        shown = any(digit in "123456789" for digit in text)
        return f"{('+' if difference > 0 else '-') if shown else '±'}{text}"


def money(value: Number, *, currency: str = "USD") -> str:
    """Amount with one decimal and a magnitude: ``$950``, ``$1.0M`` for 999,950, ``-$2.5M``."""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    size = abs(float(value))
    for divisor, suffix in ((1e3, ""), (1e6, "K"), (1e9, "M"), (1e12, "B"), (math.inf, "T")):
        scale = divisor / 1e3 if math.isfinite(divisor) else 1e12
        shown = f"{size / scale:,.0f}" if not suffix else f"{size / scale:,.1f}"
        number = float(shown.replace(",", ""))
        if number < 1e3 or suffix == "T":  # noqa: PLR2004 -- next suffix
            sign = "-" if value < 0 and number else ""
            return f"{sign}{symbol}{shown}{suffix}"
    raise AssertionError(value)


def axis_money(currency: str) -> str:
    """Vega expression that labels an axis of money as ``money`` does."""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"'{symbol}' + replace(replace(format(datum.value, '~s'), 'G', 'B'), 'k', 'K')"


def money_exact(value: Decimal, *, currency: str = "USD") -> str:
    """Amount to the cent, negative in brackets: ``$1,234.50``, ``($1,234.50)``."""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    text = f"{symbol}{abs(value):,.2f}"
    return f"({text})" if value < 0 else text


def plain(text: str) -> str:
    """Text from outside, made safe where Streamlit reads Markdown: it shows as it is written.

    Account names are anybody's words: one called ``![x](http://...)`` makes a browser call out.
    Invisible direction marks and control characters are dropped, so that a name cannot disguise
    itself. Options of a select box and cells of a table read no Markdown: see ``visible``.
    """
    return _MARKDOWN.sub(r"\\\1", visible(text))


def visible(text: str) -> str:
    """Text from outside without characters that nobody sees, for places that read no Markdown."""
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)


def distinct_names(named: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """How each id reads where people choose between them, in the order given.

    Its name without what nobody sees, or the id where nothing is left of it. Names that look the
    same carry their id: ``Acme (a1)``.
    """
    looks = {key: " ".join(visible(name or "").split()) or visible(key) for key, name in named}
    number = Counter(looks.values())
    return {
        key: look if number[look] == 1 else f"{look} ({visible(key)})"
        for key, look in looks.items()
    }


def count_of(number: int, one: str, many: str | None = None) -> str:
    """Number with its noun: ``1 renewal``, ``1,204 renewals``, ``2 open opportunities``."""
    if many is None:
        before, space, noun = one.rpartition(" ")
        many = f"{before}{space}{_IRREGULAR.get(noun, f'{noun}s')}"
    return f"{number:,} {one if number == 1 else many}"
