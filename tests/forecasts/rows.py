"""Rows of the forecast's questions with sensible defaults, for tests of pure functions."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl

from dashboard.queries.forecast import OPPORTUNITIES_SEEN, RENEWALS_SEEN, SHORT_TERMS


def quarter_of(day):
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def after(quarter, count=1):
    months = quarter.year * 12 + quarter.month - 1 + 3 * count
    return date(months // 12, months % 12 + 1, 1)


def seen(renewal_id, snapshot_on, due_on, **fields):
    """A renewal as it was known on a day; open unless a status is given."""
    due, then = quarter_of(due_on), quarter_of(snapshot_on)
    status = fields.get("status", "open")
    return {
        "snapshot_on": snapshot_on,
        "renewal_id": renewal_id,
        "account_id": f"a {renewal_id}",
        "account_name": renewal_id,
        "segment": "Enterprise",
        "due_on": due_on,
        "due_quarter": due,
        "due_quarter_end": after(due),
        "due_year": date(due_on.year, 1, 1),
        "horizon": (due.year - then.year) * 4 + (due.month - then.month) // 3,
        "days_to_due": (due_on - snapshot_on).days,
        "arr_due": Decimal(100),
        "term_months": 12,
        "is_short_term": False,
        "tenure_days": 700,
        "open_risks": 0,
        "status": status,
        "closed_on": None if status == "open" else due_on,
        "arr_renewed": {"renewed": Decimal(100), "churned": Decimal(0)}.get(status),
        "renewed_share": {"renewed": 1.0, "churned": 0.0}.get(status),
    } | fields


def frame(rows):
    return pl.DataFrame(rows, schema=RENEWALS_SEEN)


def terms(rows):
    return pl.DataFrame(rows, schema=SHORT_TERMS)


def sales(rows):
    return pl.DataFrame(rows, schema=OPPORTUNITIES_SEEN)


NO_TERMS = terms([])


def company(
    seed=1, *, days=10, a_quarter=40, tells=True, loss=0.15, segments=("Enterprise", "Mid")
):
    """Renewals of quarters since 2024, each seen on up to four days; health tells who leaves.

    The last snapshot day is the as-of date of the rows, on which later outcomes are unknown.
    """
    rng = np.random.default_rng(seed)
    first = date(2024, 1, 1)
    starts = [after(first, count) for count in range(days)]
    rows = []
    for place in range(days + 3):
        quarter = after(first, place)
        for number in range(a_quarter):
            stays = rng.random() > loss
            score = float(np.clip(rng.normal(70 if stays else 40, 12), 1, 99))
            due_on = quarter + timedelta(days=int(rng.integers(0, 88)))
            share = float(np.round(rng.normal(1.02, 0.05), 4)) if stays else 0.0
            arr = round(float(rng.lognormal(4, 0.5)), 2)
            for day in starts[max(place - 3, 0) : place + 1]:
                decided = due_on <= starts[-1]
                rows.append(
                    seen(
                        f"{place}-{number:02}",
                        day,
                        due_on,
                        segment=segments[number % len(segments)],
                        overall_score=score if tells else 55.0,
                        arr_due=Decimal(str(arr)),
                        **(
                            {
                                "status": "renewed" if stays else "churned",
                                "closed_on": due_on,
                                "arr_renewed": Decimal(str(round(arr * share, 2))),
                                "renewed_share": share,
                            }
                            if decided
                            else {}
                        ),
                    )
                )
    return frame(rows)
