"""What the renewal model looks at, in groups with the words that people use for them."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]

CATEGORY_LIKELIHOODS: Final = {"commit": 0.9, "best_case": 0.65, "pipeline": 0.5, "at_risk": 0.3}
"""What a call says that names a category and no probability; other words say nothing."""

NEAR_DAYS: Final = 90.0
"""Health counts more the nearer the due day: by a third less for so many days."""

_LONGEST_SILENCE: Final = 400
_MOST_RISKS: Final = 4
_LONG_TERM: Final = 12
_CLOSING: Final = ((-366, 0), (0, 15), (15, 30), (30, 60), (60, 120))
"""Days to the due day, in steps: who has not left shortly before it mostly stays."""

HEALTH: Final = "health"
TREND: Final = "health trend"
CALLS: Final = "calls"
RISKS: Final = "open risks"
EXECUTIVE: Final = "executive contact"
TENURE: Final = "tenure"
SIZE: Final = "size"
TERM: Final = "term"
CLOSENESS: Final = "closeness of the due day"
PRICE: Final = "price rise"
SEGMENT: Final = "segment"

_SCORES: Final = (
    "overall_score",
    "outcomes",
    "experience",
    "nps",
    "adoption",
    "deployment",
    "engagement",
)


def names_of(segments: Sequence[str]) -> list[str]:
    """The group of each column of ``columns_of``."""
    return [
        *(HEALTH for _ in _SCORES),
        *(HEALTH, HEALTH, TREND, TREND),
        *(CALLS, CALLS, CALLS),
        *(RISKS, EXECUTIVE, TENURE, SIZE, TERM, PRICE),
        *(CLOSENESS for _ in _CLOSING),
        *(SEGMENT for _ in segments),
    ]


def columns_of(rows: pl.DataFrame, segments: Sequence[str]) -> Floats:
    """Rows of ``queries.forecast.RENEWALS_SEEN`` as numbers; NaN where nothing is known."""
    days = rows["days_to_due"].to_numpy().astype(np.float64)
    near = np.exp(-np.clip(days, 0, None) / NEAR_DAYS)
    score, change = _floats(rows, "overall_score"), _floats(rows, "overall_change")
    csm, manager = called(rows, "csm"), called(rows, "manager")
    silent = rows["days_since_executive"].fill_null(_LONGEST_SILENCE).clip(0, _LONGEST_SILENCE)
    term = rows["term_months"].fill_null(_LONG_TERM).to_numpy()
    return np.column_stack(
        [
            *(_floats(rows, name) for name in _SCORES),
            (score - 60) * near,
            np.isnan(score),
            change,
            change * near,
            csm,
            manager,
            np.isnan(csm) & np.isnan(manager),
            rows["open_risks"].fill_null(0).clip(0, _MOST_RISKS).to_numpy(),
            np.log1p(silent.to_numpy().astype(np.float64)),
            np.log1p(rows["tenure_days"].fill_null(0).clip(0).to_numpy().astype(np.float64)),
            np.log1p(rows["arr_due"].cast(pl.Float64).fill_null(0.0).clip(0).to_numpy()),
            term > _LONG_TERM,
            _floats(rows, "uplift_share"),
            *((days >= low) & (days < high) for low, high in _CLOSING),
            *((rows["segment"] == segment).to_numpy() for segment in segments),
        ]
    ).astype(np.float64)


def called(rows: pl.DataFrame, source: str) -> Floats:
    """Probability in the latest call of a CSM or manager; by its category where it names none."""
    likelihood = rows[f"{source}_likelihood"]
    category = rows[f"{source}_category"].replace_strict(
        CATEGORY_LIKELIHOODS, default=None, return_dtype=pl.Float64
    )
    return likelihood.fill_null(category).fill_null(np.nan).to_numpy().astype(np.float64)


def in_words(row: dict[str, object], group: str) -> str:
    """A group of columns of one row in a few words; empty where there is nothing to say."""
    return _WORDS[group](row)


def _health(row: dict[str, object]) -> str:
    score = row["overall_score"]
    return "not scored" if score is None else f"health score {score:.0f}"


def _trend(row: dict[str, object]) -> str:
    change = row["overall_change"]
    if not isinstance(change, float):
        return ""
    return f"health {'up' if change > 0 else 'down'} {abs(change):.0f} in 13 weeks"


def _calls(row: dict[str, object]) -> str:
    for name, source in (("CSM", "csm"), ("manager", "manager")):
        likelihood, category = row[f"{source}_likelihood"], row[f"{source}_category"]
        if likelihood is not None:
            return f"{name} calls {100 * float(str(likelihood)):.0f} %"
        if category is not None:
            return f"{name} calls {str(category).replace('_', ' ')}"
    return "no call"


def _risks(row: dict[str, object]) -> str:
    count = int(str(row["open_risks"]))
    return "no open risk" if not count else f"{count} open risk{'s' if count > 1 else ''}"


def _executive(row: dict[str, object]) -> str:
    days = row["days_since_executive"]
    return "no executive met" if days is None else f"executive met {days} days ago"


def _tenure(row: dict[str, object]) -> str:
    return f"customer for {int(str(row['tenure_days'])) / 365.25:.1f} years"


def _term(row: dict[str, object]) -> str:
    months = row["term_months"]
    return "" if months is None else f"term of {months} months"


def _closeness(row: dict[str, object]) -> str:
    days = int(str(row["days_to_due"]))
    return f"overdue {-days} days" if days < 0 else f"due in {days} days"


def _price(row: dict[str, object]) -> str:
    share = row["uplift_share"]
    return "" if share is None else f"price rise of {100 * float(str(share)):.0f} %"


_WORDS: Final[dict[str, Callable[[dict[str, object]], str]]] = {
    HEALTH: _health,
    TREND: _trend,
    CALLS: _calls,
    RISKS: _risks,
    EXECUTIVE: _executive,
    TENURE: _tenure,
    SIZE: lambda _: "its size",
    TERM: _term,
    CLOSENESS: _closeness,
    PRICE: _price,
    SEGMENT: lambda _: "",
}


def _floats(rows: pl.DataFrame, name: str) -> Floats:
    return rows[name].fill_null(np.nan).to_numpy().astype(np.float64)
