"""What a column's text is worth: the contract's words, its kind, its unit."""

from decimal import Decimal
from typing import Final

from sqlglot import exp

from dashboard.contract import Column
from dashboard.mapping import dialects
from dashboard.mapping.declared import ColumnMapping
from dashboard.mapping.dialects import Dialect
from dashboard.mapping.folders import Mapped
from dashboard.vocabulary import compared

FACTORS: Final = {
    "cents": Decimal("0.01"),
    "percent": Decimal("0.01"),
    "thousands": Decimal(1000),
    "per_month": Decimal(12),
    "per_quarter": Decimal(4),
}
NO_MINOR_UNIT: Final = tuple(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
THOUSANDTHS: Final = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
"""Currencies whose minor unit is not a hundredth, as Stripe counts them (UGX in hundredths)."""

_MULTIPLIED: Final = "decimal(28, 6)"
"""A number that a factor will be applied to: engines refuse products of more than 38 digits."""


def read(
    column: Column, given: ColumnMapping, text: exp.Expr, mapped: Mapped, dialect: Dialect
) -> exp.Expr:
    """A column's text as the contract's kind of value, at full precision."""
    times_in = mapped.source.times_in
    read: exp.Expr
    match column.kind:
        case "text":
            read = text
        case "boolean":
            read = dialects.truth(text)
        case "timestamp":
            read = dialects.moment(text, times_in, dialect)
        case "date" if given.cast == "calendar_day":
            read = dialects.written_day(text)
        case "date":
            read = dialects.day(text, times_in, mapped.time_zone, dialect)
        case "integer" if not given.unit:
            read = dialects.whole(text)
        case _ if given.unit:
            read = exp.paren(dialects.number(text, _MULTIPLIED)) * _factor(given)
        case _:
            read = dialects.number(text, "decimal(38, 12)")
    return read


def worded(column: Column, given: ColumnMapping, raw: exp.Expr) -> exp.Expr:
    """The contract's word for the source's, and what stands where the source has nothing."""
    text: exp.Expr = raw
    if given.words or column.vocabulary:
        case = exp.Case(this=as_compared(raw))
        said = {compared(word): word for word in column.vocabulary}
        said |= {compared(word): to for word, to in given.words.items()}
        for word, to in said.items():
            case = case.when(exp.Literal.string(word), exp.Literal.string(to))
        text = case.else_(raw.copy())
    if column.name == "currency":
        text = exp.Upper(this=exp.Trim(this=text))
    if given.default is not None:
        text = exp.func("coalesce", text, exp.Literal.string(given.default))
    return text


def known_words(column: Column, given: ColumnMapping) -> set[str]:
    """Words that need no mapping; empty where any word will do."""
    if not given.words and not column.vocabulary:
        return set()
    return {*given.words, *given.words.values(), *column.vocabulary}


def as_compared(value: exp.Expr) -> exp.Expr:
    """``vocabulary.compared`` in SQL."""
    text = value.copy()
    for sign in "_-":
        text = exp.func("replace", text, exp.Literal.string(sign), exp.Literal.string(" "))
    return exp.Lower(this=exp.Trim(this=text))


def _factor(given: ColumnMapping) -> exp.Expr:
    fixed = Decimal(1)
    for unit in given.unit:
        fixed *= FACTORS.get(unit, Decimal(1))
    if "minor_units" not in given.unit:
        return _decimal(fixed)
    currency = exp.Upper(this=exp.column("text_currency"))

    def among(codes: tuple[str, ...]) -> exp.Expr:
        words = [exp.Literal.string(code) for code in codes]
        return exp.In(this=currency.copy(), expressions=words)

    case = exp.Case().when(among(NO_MINOR_UNIT), _decimal(fixed))
    case = case.when(among(THOUSANDTHS), _decimal(fixed / 1000))
    return exp.paren(case.else_(_decimal(fixed / 100)))


def _decimal(number: Decimal) -> exp.Expr:
    return exp.cast(exp.Literal.number(f"{number.normalize():f}"), "decimal(10, 4)")
