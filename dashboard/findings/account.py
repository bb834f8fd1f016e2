"""What one account's records say."""

from datetime import date, timedelta

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total


def facts(row: dict[str, object], as_of: date) -> str:
    """Who the customer is and since when; over one row of ``queries.account.FACTS``."""
    since = row["customer_since"]
    if not isinstance(since, date) or since > as_of:
        return f"{row['account_name']} is no customer yet on {as_of:%-d %b %Y}"
    if isinstance(row["churned_on"], date):
        return (
            f"{row['account_name']} was a customer from {since:%b %Y} to {row['churned_on']:%b %Y}"
        )
    years = (as_of - since).days / 365.25
    length = f"{years:.1f} years" if years >= 1 else count_of((as_of - since).days, "day")
    return f"{row['account_name']} has been a customer for {length}"


def arr_over_time(history: pl.DataFrame, *, currency: str) -> str:
    """Where ARR came from; over rows with ``arr`` in the order of time."""
    known = history.filter(pl.col("arr").is_not_null())
    if known.is_empty():
        return "No ARR is known of this account"
    first, last = known["arr"][0], known["arr"][-1]
    now = f"ARR is {Unit.MONEY.text(last, currency=currency)}"
    if first == last:
        return f"{now}, as at the start"
    return f"{now}, {Unit.MONEY.change(last, first, currency=currency)} since {_on(known):%b %Y}"


def health(weeks: pl.DataFrame, as_of: date) -> str:
    """The score now and its turn; over the columns of ``queries.account.WEEKS``."""
    scored = weeks.filter(pl.col("overall_score").is_not_null())
    if scored.is_empty():
        return "No week of this account has a health score"
    last = scored.row(-1, named=True)
    if last["week_on"] < as_of - _RECENT:
        return (
            f"Health was last scored in the week of {last['week_on']:%-d %b %Y}: "
            f"{last['health_band']} at {last['overall_score']:.0f} of 100"
        )
    same = scored.with_columns(
        run=(pl.col("health_band") != pl.col("health_band").shift(1)).cum_sum()
    )
    run = same.filter(pl.col("run").fill_null(0) == (same["run"][-1] or 0))
    return (
        f"Health is {last['health_band']} at {last['overall_score']:.0f} of 100, "
        f"{last['health_band']} for {count_of(len(run), 'week')}"
    )


def use(weeks: pl.DataFrame, as_of: date) -> str:
    """Seats in use now and a quarter before; over the columns of ``queries.account.WEEKS``."""
    used = weeks.filter(pl.col("active_users").is_not_null() & (pl.col("licensed_seats") > 0))
    if used.is_empty():
        return "No week of use with licensed seats is known"
    if used["week_on"][-1] < as_of - _RECENT:
        return f"Use was last seen in the week of {used['week_on'][-1]:%-d %b %Y}"
    shares = (used["active_users"] / used["licensed_seats"]).to_list()
    now = f"{used['active_users'][-1]:,} of {used['licensed_seats'][-1]:,} seats are in use"
    if len(shares) <= _QUARTER:
        return f"{now} ({shares[-1]:.0%})"
    change = Unit.SHARE.change(shares[-1], shares[-1 - _QUARTER])
    return f"{now} ({shares[-1]:.0%}), {change} against 13 weeks before"


def features(weeks: pl.DataFrame, as_of: date) -> str:
    """How much of what may be used is; over the columns of ``queries.account.WEEKS``."""
    used = weeks.filter(pl.col("features_used").is_not_null())
    if used.is_empty():
        return "No week with features used is known"
    row = used.row(-1, named=True)
    of = f" of {row['features_entitled']}" if row["features_entitled"] else ""
    recent = row["week_on"] >= as_of - _RECENT
    week = "the last week" if recent else f"the week of {row['week_on']:%-d %b %Y}, the last one"
    return f"{row['features_used']}{of} features were used in {week}"


def renewals(rows: pl.DataFrame, *, currency: str) -> str:
    """The next renewal and the record; over the columns of ``queries.account_records.RENEWALS``."""
    if rows.is_empty():
        return "No renewal is known of this account"
    waiting = rows.filter(status="open").sort("due_on")
    renewed, lost = (len(rows.filter(status=status)) for status in ("renewed", "churned"))
    record = f"{renewed} renewed and {lost} lost before" if renewed or lost else "the first one"
    if waiting.is_empty():
        return f"No renewal is open: {renewed} renewed and {lost} lost"
    due = waiting.row(0, named=True)
    amount = Unit.MONEY.text(due["arr_due"], currency=currency)
    return f"{amount} falls due on {due['due_on']:%-d %b %Y}; {record}"


def likelihood(rows: pl.DataFrame) -> str:
    """Whether three voices agree; over the rows the card of likelihood shows."""
    if rows.is_empty():
        return "No renewal of this account is forecast"
    row = rows.sort("due_on").row(0, named=True)
    due = f"the renewal of {row['due_on']:%-d %b %Y}"
    model = "no probability" if row["probability"] is None else f"{row['probability']:.0%}"
    call = (row["csm_category"] or "nothing").replace("_", " ")
    answer = (row["renewal_likelihood"] or "nothing").replace("_", " ")
    return f"The model gives {due} {model}; the CSM calls {call}, the customer said {answer}"


def opportunities(rows: pl.DataFrame, *, currency: str) -> str:
    """What is open and was won; over the columns of ``queries.account_records.OPPORTUNITIES``."""
    if rows.is_empty():
        return "No opportunity is known of this account"
    waiting, won = rows.filter(status="open"), rows.filter(status="won")
    amounts = [Unit.MONEY.text(total(part["amount"]), currency=currency) for part in (waiting, won)]
    number = count_of(len(waiting), "opportunity") if len(waiting) else "No opportunity"
    return f"{number} open ({amounts[0]}), {len(won)} won ({amounts[1]})"


def lines(rows: pl.DataFrame, *, currency: str) -> str:
    """What is live; over the columns of ``queries.account_records.LINES``."""
    live = rows.filter(pl.col("is_live"))
    if live.is_empty():
        return "No contract line is live"
    amount = Unit.MONEY.text(total(live["arr"]), currency=currency)
    products = live["product_name"].n_unique()
    return (
        f"{count_of(len(live), 'contract line')} of {count_of(products, 'product')} live: {amount}"
    )


def surveys(rows: pl.DataFrame) -> str:
    """What was answered; over the columns of ``queries.account_records.SURVEYS``."""
    if rows.is_empty():
        return "Nobody at this account was asked"
    given = rows.filter(pl.col("score").is_not_null())
    recommend = given.filter(survey="nps")
    counted = {name: len(recommend.filter(answer=name)) for name in ("promoter", "detractor")}
    return (
        f"{len(given)} of {count_of(len(rows), 'invitation')} answered; "
        f"{count_of(counted['promoter'], 'promoter')}, "
        f"{count_of(counted['detractor'], 'detractor')}"
    )


def cases(rows: pl.DataFrame) -> str:
    """What waits; over the columns of ``queries.account_records.SUPPORT_CASES``."""
    if rows.is_empty():
        return "No support case was opened"
    waiting = rows.filter(pl.col("closed_at").is_null())
    rated = rows["csat"].drop_nulls().to_list()
    said = f"; rated {sum(rated) / len(rated):.1f} of 5 ({len(rated)})" if rated else ""
    if waiting.is_empty():
        return f"None of {count_of(len(rows), 'support case')} is open{said}"
    oldest = int(waiting["days_open"].max())  # type: ignore[arg-type]
    return (
        f"{len(waiting)} of {count_of(len(rows), 'support case')} "
        f"{'is' if len(waiting) == 1 else 'are'} open, "
        f"the oldest for {count_of(oldest, 'day')}{said}"
    )


def people(rows: pl.DataFrame) -> str:
    """Who is around; over the columns of ``queries.account.PEOPLE``."""
    ours, theirs = (rows.filter(side=side) for side in ("our team", "customer"))
    owner = ours.filter(pl.col("owns_it"))["person"].to_list()
    who = f"{owner[0]} owns it" if owner else "Nobody owns it"
    touched = len(ours.filter(pl.col("touches") > 0))
    asked = count_of(len(theirs), "person")
    return f"{who}; {count_of(touched, 'colleague')} touched it, {asked} asked"


def family(rows: pl.DataFrame, *, currency: str) -> str:
    """Whom it belongs to; over the columns of ``queries.account.FAMILY``."""
    parent, children = (rows.filter(relation=each) for each in ("parent", "child"))
    parts = []
    if len(parent):
        parts.append(f"Belongs to {parent['account_name'][0]}")
    if len(children):
        amount = Unit.MONEY.text(total(children["arr"]), currency=currency)
        parts.append(f"{count_of(len(children), 'account')} ({amount}) below it")
    return "; ".join(parts) or "No parent and no account below it that you may see"


def objectives(rows: pl.DataFrame) -> str:
    """How far it is; over the columns of ``queries.account_records.OBJECTIVES``."""
    if rows.is_empty():
        return "No objective is known of this account"
    counted = {name: len(rows.filter(status=name)) for name in ("attained", "on_track", "at_risk")}
    return (
        f"Of {count_of(len(rows), 'objective')} {counted['attained']} attained, "
        f"{counted['on_track']} on track, {counted['at_risk']} at risk"
    )


def risks(rows: pl.DataFrame) -> str:
    """What is open; over the columns of ``queries.account_records.RISKS``."""
    waiting = rows.filter(status="open")
    if waiting.is_empty():
        return f"No risk is open, {len(rows)} resolved"
    oldest = waiting.sort("days_open", descending=True).row(0, named=True)
    return (
        f"{count_of(len(waiting), 'risk')} open, the oldest ({oldest['category']}) for "
        f"{count_of(oldest['days_open'], 'day')}; {len(rows) - len(waiting)} resolved"
    )


def advocacy(rows: pl.DataFrame, *, currency: str) -> str:
    """What it did for us; over rows of ``queries.account.TIMELINE`` of that kind."""
    if rows.is_empty():
        return "No advocacy is known of this account"
    amount = total(rows["amount"])
    helped = f", {Unit.MONEY.text(amount, currency=currency)} of ARR influenced" if amount else ""
    last = rows["happened_on"][0]
    return f"{count_of(len(rows), 'act')} of advocacy, the last on {last:%-d %b %Y}{helped}"


def notes(number: int | None) -> str:
    """How many notes are pinned; ``None`` where nobody can tell."""
    if number is None:
        return "No note can be shown now"
    return f"{count_of(number, 'note')} pinned to this account or to the days of all"


def lanes(names: pl.Series) -> str:
    """What happens most; over the lanes that the chart draws."""
    counted = names.value_counts().sort("count", names.name, descending=[True, False])
    name, number = counted.row(0)
    return f"{name} are the most frequent: {number} of {count_of(len(names), 'event')}"


def timeline(rows: pl.DataFrame, kinds: int) -> str:
    """How much happened; over rows of ``queries.account.TIMELINE``."""
    if rows.is_empty():
        return "No event matches"
    return (
        f"{count_of(len(rows), 'event')} of {count_of(kinds, 'kind')}, "
        f"the last on {rows['happened_on'][0]:%-d %b %Y}"
    )


def _on(rows: pl.DataFrame) -> date:
    found = rows["week_on" if "week_on" in rows.columns else "changed_on"][0]
    assert isinstance(found, date)  # noqa: S101 -- both are days
    return found


_QUARTER = 13
_RECENT = timedelta(weeks=3)
