from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.findings import voice
from dashboard.metrics.personas import DIFFERENCES
from dashboard.queries.loops import BY_DAYS, UNCLOSED
from dashboard.queries.personas import BY_CSM, DISAGREEMENTS
from dashboard.queries.responses import BY_MONTH
from dashboard.themes.questions.comments import BY_THEME


def rows(schema: pl.Schema, *given: dict) -> pl.DataFrame:
    return pl.DataFrame(list(given), schema=schema)


def pair(value, low, high, verdict):
    return {
        "segment": "A", "one": "decision_maker", "other": "end_user", "value": value, "low": low,
        "high": high, "verdict": verdict,
    }  # fmt: skip


APART = pair(-20.0, -30.4, -9.6, "apart")
ALIKE = pair(50.0, -10.0, 110.0, "no detectable difference")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            [APART, ALIKE],
            "In A end users are 20 points happier than decision-makers, between 10 and 30",
        ),
        ([ALIKE, ALIKE], "No detectable difference in any of 2 comparisons"),
        (
            [pair(9.0, None, None, "too few answers")],
            "No two personas gave enough answers to be compared",
        ),
    ],
)
def test_differences(given, said):
    assert voice.differences(rows(DIFFERENCES, *given)) == said


def test_disagreements():
    one = {"arr": Decimal(2_000_000), "compared": 9}
    assert voice.disagreements(rows(DISAGREEMENTS, one), currency="USD") == (
        "1 customer of 9 with answers of both sides disagrees within, $2.0M of ARR"
    )
    assert "2 customers of 9 with answers of both sides disagree within" in voice.disagreements(
        rows(DISAGREEMENTS, one, one), currency="USD"
    )
    nobody = voice.disagreements(rows(DISAGREEMENTS), currency="USD")
    assert nobody == "No customer's decision-makers and end users disagree"


def test_by_csm():
    low = {"csm_id": "a", "nps": 0.0, "margin_of_error": 10.0}
    high = {"csm_id": "b", "nps": 30.0, "margin_of_error": 10.0}
    near = high | {"nps": 20.0}
    hidden = {"csm_id": "c"}
    assert voice.by_csm(rows(BY_CSM, low, high, hidden)) == "NPS of 2 CSMs from +0 to +30"
    assert voice.by_csm(rows(BY_CSM, low, near)).endswith(
        "no detectable difference even between these"
    )
    assert voice.by_csm(rows(BY_CSM, low, hidden)) == "NPS of 1 CSM"


def test_response():
    asked = {"settled": 10, "settled_answered": 4, "still_open": 3}
    assert (
        voice.response(rows(BY_MONTH, asked)) == "40.0% of 10 surveys were answered; 3 still open"
    )
    young = {"settled": 0, "settled_answered": 0, "still_open": 3}
    assert voice.response(rows(BY_MONTH, young)) == (
        "No survey is old enough for a response rate; 3 still open"
    )


def test_rates():
    low = {"name": "Low", "settled": 10, "value": 0.1, "low": 0.0, "high": 0.3}
    high = {"name": "High", "settled": 10, "value": 0.9, "low": 0.3, "high": 1.0}
    said = "High answer most, 90%, Low least, 10%"
    assert voice.rates(pl.DataFrame([low, high])) == f"{said}, which may be chance"
    assert voice.rates(pl.DataFrame([low, high | {"low": 0.31}])) == said
    assert "no two groups" in voice.rates(pl.DataFrame([low, high | {"settled": 9}]))


def test_closing():
    closed = {"state": "closed in time", "days": 5, "loops": 1}
    waiting = {"state": "open, overdue", "days": 9, "loops": 1}
    assert voice.closing(rows(BY_DAYS, closed, waiting), 7) == (
        "Half of 2 detractors heard back within 5 days, 50.0% within 7 days"
    )
    assert voice.closing(rows(BY_DAYS, closed, waiting, waiting), 7) == (
        "Nobody came back to half of 3 detractors: 33% so far, 33.3% within 7 days"
    )
    young = {"state": "open, in time", "days": 2, "loops": 1}
    assert (
        voice.closing(rows(BY_DAYS, young), 7)
        == "Nobody came back to half of 1 detractor: 0% so far"
    )
    assert voice.closing(rows(BY_DAYS), 7) == "No detractor answered"


def test_open_loops():
    one = {
        "account_id": "a",
        "arr": Decimal(1000),
        "state": "open, overdue",
        "responded_on": date(2026, 1, 1),
    }
    young = one | {"state": "open, in time"}
    assert voice.open_loops(rows(UNCLOSED, one, young), 7, currency="USD") == (
        "2 loops are open, 1 for more than 7 days, with $1.0K of ARR behind"
    )
    unknown = voice.open_loops(rows(UNCLOSED, one | {"arr": None}), 7, currency="USD")
    assert unknown == "1 loop is open, 1 for more than 7 days, with ARR unknown behind"
    assert voice.open_loops(rows(UNCLOSED), 7, currency="USD").startswith("No loop is open")


def test_satisfaction():
    both = pl.DataFrame(
        {"source": ["support case", "survey"], "value": [0.6, 0.7], "ratings": [1234, 10]}
    )
    assert (
        voice.satisfaction(both, "share")
        == "Satisfied: 70% in surveys (10), 60% in support cases (1,234)"
    )
    assert (
        voice.satisfaction(both.head(1), "rating") == "Mean rating: 0.60 in support cases (1,234)"
    )
    assert voice.satisfaction(both.clear(), "share") == "Nobody rated anything"


def test_by_priority():
    low = {"name": "Low", "ratings": 10, "value": 0.5, "low": 0.4, "high": 0.6}
    high = {"name": "High", "ratings": 10, "value": 0.9, "low": 0.6, "high": 1.0}
    assert voice.by_priority(pl.DataFrame([high, low]), "share") == (
        "No detectable difference between priorities: 50% to 90%"
    )
    apart = pl.DataFrame([high | {"low": 0.7}, low])
    assert voice.by_priority(apart, "share") == "High cases rate best, 90%, Low ones worst, 50%"
    few = pl.DataFrame([high, low | {"ratings": 9}])
    assert voice.by_priority(few, "share") == "Ratings of 19 support cases"


def test_themes():
    one = {"theme": 1, "words": "price, high", "comments": 9, "nps": -20.0, "is_read": True}
    other = {"theme": 2, "words": "support", "comments": 9, "nps": 20.0, "is_read": True}
    none = {"theme": None, "comments": 4, "is_read": True}
    said = voice.themes(rows(BY_THEME, one, other, none), 5)
    assert said == "2 themes in 22 comments; lowest NPS, -20, where they say: price, high"
    assert voice.themes(rows(BY_THEME, none), 5) == "4 comments: themes are looked for from 5 on"
    assert voice.themes(rows(BY_THEME, none), 4) == "No words in common in 4 comments"
    assert voice.themes(rows(BY_THEME, one | {"nps": None}), 5) == "1 theme in 9 comments"
