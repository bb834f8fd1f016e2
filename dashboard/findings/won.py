"""What won expansion says: who found it, how long it took, and what it did to NRR."""

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total


def by_quarter(rows: pl.DataFrame, label: str, *, currency: str) -> str:
    """What CSMs found in one quarter; over the columns of ``queries.won.BY_QUARTER``."""
    whole = total(rows["amount"])
    number = int(rows["opportunities"].sum())
    if not number:
        return f"No expansion was won in {label}"
    found = rows.filter(sourced_by="csm")
    return (
        f"CSMs found {Unit.MONEY.text(total(found['amount']), currency=currency)} of the "
        f"{Unit.MONEY.text(whole, currency=currency)} won in {label}, in "
        f"{int(found['opportunities'].sum())} of {count_of(number, 'opportunity')}"
    )


def days(rows: pl.DataFrame) -> str:
    """Days to win of CSMs and others; over the columns of ``queries.won.BY_SOURCE``."""
    found = {
        row["sourced_by"]: row["median_days"]
        for row in rows.drop_nulls("median_days").iter_rows(named=True)
    }
    if not found:
        return "No won opportunity has both its days"
    words = {"csm": "what CSMs found", "other": "what others found"}
    said = [f"{found[key]:.0f} days for {word}" for key, word in words.items() if key in found]
    return f"From opening to winning, the median is {' and '.join(said)}"


def beside(effect: pl.DataFrame, *, currency: str) -> str:
    """NRR with and without, in points; over one row of ``queries.won.IN_RETENTION``."""
    if effect.is_empty() or effect["nrr"][0] is None:
        return "No customer of twelve months ago: there is no NRR to compare"
    row = effect.row(0, named=True)
    points = 100 * (row["nrr"] - row["nrr_without"])
    return (
        f"NRR is {Unit.SHARE.text(row['nrr'])}; without "
        f"{Unit.MONEY.text(row['csm_found'], currency=currency)} that CSMs found it is "
        f"{Unit.SHARE.text(row['nrr_without'])}, {points:.1f} points less"
    )


def reconciled(effect: pl.DataFrame, *, currency: str) -> str:
    """Both amounts and why they differ, as one sentence."""
    row = effect.row(0, named=True)

    def money(*names: str) -> str:
        return Unit.MONEY.text(sum(row[name] for name in names), currency=currency)

    return (
        f"Won opportunities of {money('won_csm', 'won_other')} beside expansion of "
        f"{money('expansion_arr')} in NRR: {money('csm_found', 'other_found')} is in both, "
        f"{money('csm_not_found', 'other_not_found')} in opportunities alone and "
        f"{money('without_opportunity')} in movements alone."
    )
