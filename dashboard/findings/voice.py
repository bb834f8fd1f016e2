"""What response, loops, satisfaction and comments say."""

import polars as pl

from dashboard.charts.intervals import RATING
from dashboard.charts.surveys import PERSONAS
from dashboard.formats import Unit, count_of, money
from dashboard.metrics import csat, loops, responses, total
from dashboard.metrics.loops import closed_by_day

ENOUGH = 10
"""Answers below which a title compares nothing."""


def differences(rows: pl.DataFrame) -> str:
    """The widest detectable difference of two personas; over ``metrics.personas.DIFFERENCES``."""
    compared = rows.filter(pl.col("verdict") != "too few answers")
    if compared.is_empty():
        return "No two personas gave enough answers to be compared"
    apart = compared.filter(pl.col("verdict") == "apart").sort(
        pl.col("value").abs(), descending=True, maintain_order=True
    )
    if apart.is_empty():
        return f"No detectable difference in any of {count_of(len(compared), 'comparison')}"
    row = apart.row(0, named=True)
    above, below = (row["one"], row["other"]) if row["value"] > 0 else (row["other"], row["one"])
    ends = sorted((abs(row["low"]), abs(row["high"])))
    return (
        f"In {row['segment']} {_small(above)} are {abs(row['value']):.0f} points happier than "
        f"{_small(below)}, between {ends[0]:.0f} and {ends[1]:.0f}"
    )


def disagreements(customers: pl.DataFrame, *, currency: str) -> str:
    """How many customers disagree within, and what they pay; over ``DISAGREEMENTS``."""
    if customers.is_empty():
        return "No customer's decision-makers and end users disagree"
    number = len(customers)
    arr = Unit.MONEY.text(total(customers["arr"]), currency=currency)
    verb = "disagrees" if number == 1 else "disagree"
    return (
        f"{count_of(number, 'customer')} of {int(customers['compared'][0]):,} with answers of both "
        f"sides {verb} within, {arr} of ARR"
    )


def by_csm(rows: pl.DataFrame) -> str:
    """The NPS of CSMs from lowest to highest; over ``queries.personas.BY_CSM``."""
    told = rows.filter(pl.col("nps").is_not_null() & pl.col("csm_id").is_not_null()).sort("nps")
    if len(told) < 2:  # noqa: PLR2004 -- a comparison
        return f"NPS of {count_of(len(told), 'CSM')}"
    low, high = told.row(0, named=True), told.row(-1, named=True)
    apart = low["nps"] + low["margin_of_error"] < high["nps"] - high["margin_of_error"]
    said = f"NPS of {len(told)} CSMs from {low['nps']:+.0f} to {high['nps']:+.0f}"
    return said if apart else f"{said}: no detectable difference even between these"


def response(invitations: pl.DataFrame) -> str:
    """The response rate of the window, and what is still open; over ``responses.BY_MONTH``."""
    rate = responses.response_rate(invitations)
    still_open = int(invitations["still_open"].sum())
    waiting = f"; {still_open:,} still open" if still_open else ""
    if rate is None:
        return f"No survey is old enough for a response rate{waiting}"
    settled = count_of(int(invitations["settled"].sum()), "survey")
    return f"{Unit.SHARE.text(rate)} of {settled} were answered{waiting}"


def rates(rows: pl.DataFrame) -> str:
    """The highest and the lowest response rate; over ``metrics.responses.rates`` with ``name``."""
    enough = rows.filter(pl.col("settled") >= ENOUGH).sort("value")
    if len(enough) < 2:  # noqa: PLR2004 -- a comparison
        return "Response rate by segment and persona; no two groups were asked often enough"
    low, high = enough.row(0, named=True), enough.row(-1, named=True)
    said = (
        f"{high['name']} answer most, {high['value']:.0%}, {low['name']} least, {low['value']:.0%}"
    )
    return f"{said}, which may be chance" if low["high"] >= high["low"] else said


def closing(by_days: pl.DataFrame, target: int) -> str:
    """Median days to close the loop, and the share in time; over ``queries.loops.BY_DAYS``."""
    number = int(by_days["loops"].sum())
    if not number:
        return "No detractor answered"
    share = loops.closed_in_time(by_days)
    in_time = "" if share is None else f", {Unit.SHARE.text(share)} within {target} days"
    median = loops.median_days(by_days)
    if median is None:
        days = closed_by_day(by_days)
        closed = days["closed_share"][-1] if len(days) else 0.0
        return (
            f"Nobody came back to half of {count_of(number, 'detractor')}: {closed:.0%} so far"
            f"{in_time}"
        )
    return f"Half of {count_of(number, 'detractor')} heard back within {median} days{in_time}"


def open_loops(unclosed: pl.DataFrame, target: int, *, currency: str) -> str:
    """How many loops are open, how many overdue, and the ARR behind; over ``UNCLOSED``."""
    if unclosed.is_empty():
        return "No loop is open: somebody came back to every detractor"
    number = len(unclosed)
    overdue = int((unclosed["state"] == "open, overdue").sum())
    arr = loops.arr_behind(unclosed)
    money_text = "ARR unknown" if arr is None else f"{money(arr, currency=currency)} of ARR"
    return (
        f"{count_of(number, 'loop')} {'is' if number == 1 else 'are'} open, {overdue:,} for more "
        f"than {target} days, with {money_text} behind"
    )


def satisfaction(rows: pl.DataFrame, kind: str) -> str:
    """The level of each source; over ``metrics.csat.levels`` by source."""
    by_source = {row["source"]: row for row in rows.iter_rows(named=True)}
    said = []
    for source, name in ((csat.SURVEY, "surveys"), (csat.CASE, "support cases")):
        if row := by_source.get(source):
            value = f"{row['value']:.2f}" if kind == RATING else f"{row['value']:.0%}"
            said.append(f"{value} in {name} ({row['ratings']:,})")
    what = "Mean rating" if kind == RATING else "Satisfied"
    return f"{what}: {', '.join(said)}" if said else "Nobody rated anything"


def by_priority(rows: pl.DataFrame, kind: str) -> str:
    """Best and worst priority; over ``metrics.csat.levels`` by priority with ``name``."""
    enough = rows.filter(pl.col("ratings") >= ENOUGH).sort("value")
    if len(enough) < 2:  # noqa: PLR2004 -- a comparison
        return f"Ratings of {count_of(int(rows['ratings'].sum()), 'support case')}"
    low, high = enough.row(0, named=True), enough.row(-1, named=True)
    form = ".2f" if kind == RATING else ".0%"
    if low["high"] >= high["low"]:
        return (
            f"No detectable difference between priorities: {low['value']:{form}} to "
            f"{high['value']:{form}}"
        )
    return (
        f"{high['name']} cases rate best, {high['value']:{form}}, {low['name']} ones worst, "
        f"{low['value']:{form}}"
    )


def themes(rows: pl.DataFrame, fewest: int) -> str:
    """The theme whose people answer worst; over ``themes.questions.comments.BY_THEME``."""
    read = int(rows.filter(pl.col("is_read"))["comments"].sum())
    found = rows.filter(pl.col("theme").is_not_null())
    if read < fewest:
        return f"{count_of(read, 'comment')}: themes are looked for from {fewest} on"
    if found.is_empty():
        return f"No words in common in {count_of(read, 'comment')}"
    told = found.filter(pl.col("nps").is_not_null()).sort("nps", "theme")
    said = f"{count_of(len(found), 'theme')} in {count_of(read, 'comment')}"
    if told.is_empty():
        return said
    worst = told.row(0, named=True)
    return f"{said}; lowest NPS, {worst['nps']:+.0f}, where they say: {worst['words']}"


def _small(persona: str) -> str:
    name = PERSONAS.get(persona, persona)
    return name[:1].lower() + name[1:]
