"""One kind of change of an account in words: what stands after the account's name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dashboard.formats import Unit, count_of

NAMED: Final = 3
"""Categories of risk that a sentence names; of more it gives the number alone."""
MEASURES: Final = {"roi": "ROI", "nps": "NPS"}
"""Measures that are written otherwise than they are named."""
Row = dict[str, Any]
"""A row of ``queries.overview.CHANGES``."""


def total(rows: Iterable[Row]) -> Decimal:
    """Sum of the known amounts."""
    return sum((row["arr"] or Decimal(0) for row in rows), Decimal(0))


def phrase(kind: str, rows: list[Row], currency: str, *, first: bool) -> str:
    """The changes of one kind; the first thing said of an account has its amount and its day."""
    said = _WORDS[kind](_Said(rows, currency, first=first))
    return f"{said} on {rows[-1]['changed_on']:%-d %b %Y}" if first else said


@dataclass(frozen=True, slots=True)
class _Said:
    """The rows of one kind, the latest last, and how their amounts read."""

    rows: list[Row]
    currency: str
    first: bool

    @property
    def last(self) -> Row:
        return self.rows[-1]

    @property
    def sum(self) -> str:
        return self.money(total(self.rows))

    @property
    def due(self) -> str:
        return self.money(sum((row["arr_before"] or Decimal(0) for row in self.rows), Decimal(0)))

    @property
    def stake(self) -> str:
        """ARR concerned, where it has not been said of the account."""
        largest = max((row["arr"] or Decimal(0) for row in self.rows), key=abs)
        return f", {self.money(largest)} of ARR," if self.first else ""

    def money(self, value: Decimal | None) -> str:
        return Unit.MONEY.text(None if value is None else abs(value), currency=self.currency)

    @property
    def moved(self) -> str:
        return f"moved from {_word(self.last['before'])} to {_word(self.last['after'])}"


def _renewed(said: _Said) -> str:
    if said.due == said.sum:
        return f"renewed all {said.due} due"
    return f"renewed {said.due} as {said.sum}"


def _lost(said: _Said) -> str:
    reason = f" ({_word(said.last['detail'])})" if said.last["detail"] else ""
    return f"did not renew {said.sum}{reason}"


def _crossed(said: _Said) -> str:
    return (
        f"turned {said.last['after']} from {said.last['before']}{_measure(said.last)}{said.stake}"
    )


def _measure(row: Row) -> str:
    """The measure that moved most, where the rows of a one-on-one name it."""
    if "measure" not in row:
        return ""
    if row["measure"] is None:
        return " (no measure moved that way: one came, went, or went stale)"
    name = MEASURES.get(row["measure"], row["measure"])
    return f" ({name} {row['score_before']:.0f} to {row['score_now']:.0f})"


def _ahead(said: _Said) -> str:
    if len(said.rows) > 1:
        return f"{count_of(len(said.rows), 'renewal')} of {said.sum} came into the window"
    due = date.fromisoformat(said.last["after"])
    return f"renewal of {said.money(said.last['arr'])} due {due:%-d %b %Y} came into the window"


def _stage(said: _Said) -> str:
    return f"went from {said.last['before']} to {said.last['after']}{said.stake}"


def _opportunity_stage(said: _Said) -> str:
    if len(said.rows) > 1:
        return f"{len(said.rows)} opportunities moved to another stage{said.stake}"
    before, after = (said.last[each] or "no stage" for each in ("before", "after"))
    what = f"{_word(said.last['detail'])} of {said.money(said.last['arr'])}"
    return f"{what} moved from {before} to {after}"


def _opportunity(said: _Said) -> str:
    if len(said.rows) > 1:
        return f"{len(said.rows)} opportunities forecast anew{said.stake}"
    return f"{_word(said.last['detail'])} of {said.money(said.last['arr'])} {said.moved}"


def _renewal(said: _Said) -> str:
    if len(said.rows) > 1:
        return f"{len(said.rows)} renewals called anew{said.stake}"
    return f"renewal of {said.money(said.last['arr'])} {said.moved}"


def _risk(verb: str) -> Callable[[_Said], str]:
    def words(said: _Said) -> str:
        about = sorted({str(row["detail"]) for row in said.rows})
        what = f"{about[0]} risk" if len(said.rows) == 1 else f"{len(said.rows)} risks"
        of = f" ({', '.join(about)})" if len(said.rows) > 1 and len(about) <= NAMED else ""
        return f"{what} {verb}{of}{said.stake}"

    return words


def _detractor(said: _Said) -> str:
    if len(said.rows) > 1:
        return f"{len(said.rows)} detractor answers{said.stake}"
    who = _word(said.last["detail"]) if said.last["detail"] else ""
    who = f"{'an' if who[:1] in 'aeiou' else 'a'} {who}" if who else "somebody"
    return f"{who} answered {said.last['after']} of 10{said.stake}"


_WORDS: Final[Mapping[str, Callable[[_Said], str]]] = {
    "new": lambda said: f"became a customer with {said.sum}",
    "reactivation": lambda said: f"came back with {said.sum}",
    "expansion": lambda said: f"grew by {said.sum} to {said.money(said.last['arr_after'])}",
    "contraction": lambda said: f"shrank by {said.sum} to {said.money(said.last['arr_after'])}",
    "churn": lambda said: f"left, {said.sum} gone",
    "renewed": _renewed,
    "renewal lost": _lost,
    "became red": _crossed,
    "became green": _crossed,
    "left red": _crossed,
    "renewal forecast": _renewal,
    "opportunity forecast": _opportunity,
    "risk opened": _risk("opened"),
    "risk escalated": _risk("escalated"),
    "risk resolved": _risk("resolved"),
    "detractor": _detractor,
    "renewal ahead": _ahead,
    "customer stage": _stage,
    "opportunity stage": _opportunity_stage,
}


def _word(code: str | None) -> str:
    words = {"cross_sell": "cross-sell", "decision_maker": "decision-maker", None: "no category"}
    return words.get(code, str(code).replace("_", " "))
