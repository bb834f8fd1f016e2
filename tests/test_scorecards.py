"""Saved scorecards: read back, refused, and written as settings."""

import tomllib
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from dashboard.policy import Band, HealthPolicy, Policy
from dashboard.scorecard_policy import (
    CARDS,
    EngagementScorecard,
    MaturityScorecard,
    Scorecards,
    VendorScorecard,
    packed,
)
from dashboard.scorecards import (
    UnreadableScorecardError,
    complaints,
    differences,
    read,
    saved_scorecards,
    settings_text,
    written,
)
from dashboard.store.base import SavedScorecard
from dashboard.store.store import Store

DEFINITIONS = {
    "health": HealthPolicy(
        weights={"roi": 2, "nps": 1}, outcomes_weight=3, measures={"roi": Band(red_below=1)}
    ),
    "vendor": VendorScorecard(weights={"retention": 2.5}, expansion_full_share=0.1),
    "engagement": EngagementScorecard(touches_full=9, overall=Band(red_below=10)),
    "maturity": MaturityScorecard(levels={"Level 1: new": 5, 'The "best"': 100, "plain": 7}),
}
AT = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def saved(definition: str) -> SavedScorecard:
    return SavedScorecard("Ours", 2, definition, "ada@example.com", AT, None)


@pytest.mark.parametrize("card", CARDS)
def test_a_scorecard_is_read_as_it_was_written(card):
    found = read(saved(written(card, DEFINITIONS[card])), Policy())

    assert (found.title, found.card, found.saved_by) == ("Ours, version 2", card, "ada@example.com")
    assert found.definition == DEFINITIONS[card]


@pytest.mark.parametrize(
    "definition",
    [
        "[]",
        "{}",
        '{"scorecard": "mood", "definition": {}}',
        '{"scorecard": "vendor", "definition": {"charm": 1}}',
        '{"scorecard": "vendor"}',
    ],
)
def test_what_this_version_does_not_know_is_refused(definition):
    with pytest.raises(UnreadableScorecardError, match="Ours has choices"):
        read(saved(definition), Policy())


def test_the_store_s_latest_versions_are_on_offer(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'app.sqlite'}")
    first, second = DEFINITIONS["vendor"], VendorScorecard()
    for number, definition in enumerate((first, second)):
        store.save_scorecard(
            "Ours",
            written("vendor", definition),
            on_top_of=number or None,
            by="ada",
            at=AT,
            token=f"token {number}",
        )
    store.save_scorecard("Odd", '{"a": 1}', on_top_of=None, by="ada", at=AT, token="token 3")  # noqa: S106

    found = saved_scorecards(store, Policy())

    assert {name: (each.version, each.definition) for name, each in found.items()} == {
        "Ours": (2, second)
    }
    assert read(store.scorecard("Ours", 1), Policy()).definition == first
    store.close()


@pytest.mark.parametrize("card", CARDS)
def test_the_settings_to_paste_make_the_definition_the_company_s(card):
    text = settings_text(card, DEFINITIONS[card])

    policy = Policy.model_validate(tomllib.loads(text)["policy"])

    assert policy.definition(card) == DEFINITIONS[card]
    untouched = Policy().scorecards if card == "health" else Policy().health
    assert (policy.scorecards if card == "health" else policy.health) == untouched


def test_a_definition_says_in_what_it_differs():
    assert differences(VendorScorecard(), DEFINITIONS["vendor"]) == [
        "Weights: retention 2.5 instead of 1",
        "Weights: expansion nothing instead of 1",
        "Weights: advocacy nothing instead of 1",
        "Expansion that scores 100, share of ARR 0.1 instead of 0.2",
    ]
    assert differences(EngagementScorecard(), DEFINITIONS["engagement"]) == [
        "Red below 10 instead of 40",
        "Touches that score 100 9 instead of 6",
    ]
    assert differences(MaturityScorecard(), MaturityScorecard(levels={"New": 5})) == [
        "Levels: New 5 instead of nothing",
        "Levels: Starting nothing instead of 0",
        "Levels: Growing nothing instead of 50",
        "Levels: Advanced nothing instead of 100",
    ]
    assert differences(HealthPolicy(), HealthPolicy()) == []


def test_complaints_are_sentences():
    with pytest.raises(ValidationError) as caught:
        EngagementScorecard.model_validate(
            {"touches_full": 0, "weights": {"touches": -1}, "overall": {"red_below": 80}}
        )

    assert complaints(caught.value) == [
        "Thresholds: red_below 80.0 lies above amber_below 70.0.",
        "Touches that score 100: Input should be greater than or equal to 1.",
    ]


def test_scorecards_bind_their_weights_as_shares():
    scorecards = Scorecards(vendor=VendorScorecard(weights={"retention": 3, "advocacy": 1}))
    params = scorecards.params()

    assert [params[f"weight_{each}"] for each in VendorScorecard.measures] == [0.75, 0.0, 0.25]
    assert params["maturity_levels"] == "|starting=0.000000|growing=50.000000|advanced=100.000000|"
    assert params["card_engagement_red_below"] == 40
    assert packed({}) == "||"
