"""What advocacy says."""

import polars as pl

from dashboard.formats import Unit, count_of

NAMES = {"csqa": "qualified advocate", "csql": "qualified lead"}


def by_quarter(
    rows: pl.DataFrame, quarter: str, qualifies_as: str, target: float | None, *, whole: bool
) -> str:
    """The quarter against its target; over its ``BY_QUARTER`` rows of one qualification.

    ``whole`` says that the rows are the whole company's, which alone the target is for.
    """
    number = int(rows["events"].sum())
    said = f"{quarter}: {count_of(number, NAMES[qualifies_as])}"
    if not number:
        said = f"No {NAMES[qualifies_as]} in {quarter}"
    if target is None:
        return f"{said}, without a target"
    promised = f"{target:,.0f}"
    if not whole:
        return f"{said}, by these filters; the company's target is {promised}"
    difference = number - target
    if not difference:
        return f"{said}, exactly the target"
    where = "above" if difference > 0 else "short of"
    return f"{said}, {abs(difference):,.0f} {where} the target of {promised}"


def by_csm(rows: pl.DataFrame, span: str) -> str:
    """Who arranged most; over the columns of ``queries.advocacy.BY_CSM``."""
    if rows.is_empty():
        return f"No advocacy event in {span}"
    named = rows.filter(pl.col("member_id").is_not_null())
    unnamed = int(rows["events"].sum()) - int(named["events"].sum())
    without = f"; {unnamed:,} name nobody" if unnamed else ""
    events = count_of(int(rows["events"].sum()), "event")
    if named.is_empty():
        return f"{events} in {span}, and nobody is named for any"
    most = (
        named.group_by("member_id", "member_name")
        .agg(pl.col("events").sum())
        .sort("events", "member_id", descending=[True, False])
        .row(0, named=True)
    )
    who = most["member_name"] or most["member_id"]
    people = count_of(named["member_id"].n_unique(), "person")
    return f"{people} arranged {events} in {span}, most of all {who} ({most['events']:,}){without}"


def asked(references: pl.DataFrame, limit: int) -> str:
    """Who is left to ask; over the columns of ``queries.advocacy.REFERENCES``."""
    if references.is_empty():
        return "No customer is referenceable"
    never = len(references.filter(pl.col("asked") == 0))
    often = len(references.filter("is_asked_too_often"))
    said = (
        f"{never:,} of {count_of(len(references), 'referenceable customer')} "
        f"{'was' if never == 1 else 'were'} not asked"
    )
    if not often:
        return f"{said}; nobody more than {count_of(limit, 'time')}"
    return f"{said}; {often:,} {'was' if often == 1 else 'were'} asked more than {limit} times"


def references(rows: pl.DataFrame) -> str:
    """Whom to ask next; over the columns of ``queries.advocacy.REFERENCES``."""
    if rows.is_empty():
        return "No customer is referenceable"
    first = rows.row(0, named=True)
    before = (
        f"last on {first['last_asked_on']:%-d %b %Y}" if first["last_asked_on"] else "never asked"
    )
    return (
        f"{count_of(len(rows), 'referenceable customer')}, whom to ask next first: "
        f"{first['account_name']}, {before}"
    )


def influenced(drawn: pl.DataFrame, share: float, span: str, *, currency: str) -> str:
    """What was recorded and what is credited; over what ``charts.references.influenced`` draws."""
    recorded, credited = drawn["recorded"].sum(), drawn["credited"].sum()
    events = int(drawn["events"].sum())
    with_amount = events - int(drawn["without_amount"].sum())
    if not with_amount:
        return f"No amount is recorded for {count_of(events, 'event')} in {span}"
    return (
        f"{Unit.MONEY.text(credited, currency=currency)} influenced in {span} if {share:.0%} of "
        f"the {Unit.MONEY.text(recorded, currency=currency)} recorded is credited; "
        f"{with_amount:,} of {count_of(events, 'event')} name an amount"
    )
