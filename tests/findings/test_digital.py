import polars as pl
import pytest

from dashboard.findings import digital as findings
from dashboard.metrics.behaviours import BY_YEAR, LIFTS
from dashboard.metrics.trials import COMPARED
from dashboard.queries.digital import BY_MONTH, FUNNEL


def rows(schema: pl.Schema, *given: dict) -> pl.DataFrame:
    return pl.DataFrame(list(given), schema=schema)


def test_funnel():
    sent = {"program": "A", "step": "sent", "accounts": 8}
    acted = {"program": "A", "step": "acted", "accounts": 2}
    assert findings.funnel(rows(FUNNEL, sent, acted)) == (
        "Of 8 accounts written to 2 acted, 25%, once for each programme"
    )
    assert findings.funnel(rows(FUNNEL)) == "No message is old enough to say who acted"


def test_reach():
    sent = {"arm": "test", "settled": 10, "reached": 5, "reached_acted": 1}
    assert findings.reach(rows(BY_MONTH, sent)) == (
        "50.0% of messages reach the right contact; 20.0% of those act"
    )
    nobody = sent | {"reached": 0, "reached_acted": 0}
    assert findings.reach(rows(BY_MONTH, nobody)) == "0.0% of messages reach the right contact"
    assert findings.reach(rows(BY_MONTH)).startswith("No message is old enough")


def test_channels():
    low = {"name": "A", "group": "mail", "n": 10, "value": 0.1, "low": 0.0, "high": 0.3}
    high = {"name": "B", "group": "app", "n": 10, "value": 0.9, "low": 0.3, "high": 1.0}
    said = "Reach from 10% (A, mail) to 90% (B, app)"
    assert findings.channels(pl.DataFrame([low, high]), "Reach") == f"{said}, which may be chance"
    assert findings.channels(pl.DataFrame([low, high | {"low": 0.4}]), "Reach") == said
    assert "no two were used" in findings.channels(pl.DataFrame([low, high | {"n": 9}]), "Reach")


MORE = {"program": "Welcome", "test": 56, "test_accounts": 70, "control": 48,
        "control_accounts": 80, "value": 0.2, "low": 0.0524, "high": 0.3339, "adjusted": 0.04,
        "needed": 354}  # fmt: skip
SAME = MORE | {"program": "Other", "low": -0.02, "adjusted": 0.3}
LESS = MORE | {"value": -0.3, "low": -0.4, "high": -0.1, "adjusted": 0.06}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            [MORE, SAME],
            "Welcome: the test arm did what was asked 20 points more often than the control arm; "
            "1 of 2 programmes differs, 1 after adjusting for their number",
        ),
        (
            [MORE, LESS],
            "Welcome: the test arm did what was asked 30 points less often than the control arm; "
            "2 of 2 programmes differ, 1 after adjusting for their number",
        ),
        ([SAME], "No detectable difference in any of 1 programme"),
        ([], "No programme has accounts in both arms to say who did what was asked"),
    ],
)
def test_trials(given, said):
    assert findings.trials(rows(COMPARED, *given), "acted") == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            MORE,
            "Welcome: the test arm renewed 20 points more often, between 5 and 33 "
            "(test 56 of 70, control 48 of 80).",
        ),
        (
            LESS,
            "Welcome: the test arm renewed 30 points less often, between 10 and 40 "
            "(test 56 of 70, control 48 of 80).",
        ),
        (
            SAME,
            "Other: no detectable difference, +20 points, between -2 and +33 "
            "(test 56 of 70, control 48 of 80). To see 10 points there would have to be about 354 "
            "accounts in each arm.",
        ),
    ],
)
def test_verdict(row, said):
    assert findings.verdict(row, "renewed", 0.1) == said


def test_after():
    acted = {"group": "acted", "part": 6, "n": 10}
    not_reached = {"group": "not reached", "part": 1, "n": 5}
    not_asked = {"group": "not asked", "part": 1, "n": 5}
    given = pl.DataFrame([acted, not_reached, not_asked])
    assert findings.after(given, "expanded", 90) == (
        "Within 90 days 60% of accounts that acted expanded, 20% of those that did not"
    )
    assert "too few" in findings.after(given.head(2), "expanded", 90)
    assert "too few" in findings.after(given.tail(2), "expanded", 90)


def test_lifts():
    sure = {"behaviour": "API", "value": 0.2, "low": 0.05, "high": 0.33, "adjusted": 0.049}
    chance = {"behaviour": "Report", "value": 0.5, "low": 0.1, "high": 0.9, "adjusted": 0.05}
    assert findings.lifts(rows(LIFTS, chance, sure), "renewal") == (
        "API early: renews 20 points more often, between 5 and 33; 1 of 2 behaviours stand out"
    )
    less = sure | {"value": -0.2, "low": -0.33, "high": -0.05}
    assert "expands 20 points less often, between 5 and 33" in findings.lifts(
        rows(LIFTS, less), "expansion"
    )
    assert findings.lifts(rows(LIFTS, chance), "renewal") == (
        "No detectable difference in who renews by any of 1 behaviour"
    )
    assert findings.lifts(rows(LIFTS), "renewal").startswith("No behaviour sets customers apart")


def test_years():
    given = [
        {"name": year, "group": group, "value": value}
        for year, early, rest in (("2023", 0.9, 0.8), ("2024", 0.5, 0.5), ("2025", 0.4, None))
        for group, value in (("early", early), ("not early", rest))
        if value is not None
    ]
    assert findings.years(rows(BY_YEAR, *given), "API", "renewal") == (
        "API: in 1 of 2 years customers who did it early renew more often"
    )
