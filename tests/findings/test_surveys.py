import math

import polars as pl
import pytest

from dashboard.findings import surveys as findings

NONE = (0, 0, 0)


def months(*rows: tuple[int, int, int]) -> pl.DataFrame:
    """Promoters, passives and detractors, month by month."""
    frame = pl.DataFrame(
        rows,
        schema={"promoters": pl.Int64, "passives": pl.Int64, "detractors": pl.Int64},
        orient="row",
    )
    return frame.with_columns(responses=pl.sum_horizontal("promoters", "passives", "detractors"))


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        ([], [], "Nobody has answered in this window"),
        ([NONE], [(9, 9, 9)], "Nobody has answered in this window"),
        ([(1, 0, 0)], [], "NPS is +100 ± 0 over 12 months (1 answer)"),
        ([(5, 2, 2)], [(20, 0, 80)], "NPS is +33 ± 53 over 12 months (9 answers)"),
        ([(20, 0, 80)], [(3, 3, 3)], "NPS is -60 ± 16 over 12 months (100 answers)"),
        (
            [(50, 30, 20)],
            [(45, 30, 25)],
            "NPS is +30 ± 15 over 12 months (100 answers): "
            "no detectable change from the 12 months before",
        ),
        (
            [(30, 20, 10), (30, 0, 10)],
            [(20, 30, 50)],
            "NPS is +40 ± 16 over 12 months (100 answers), up 70 from the 12 months before",
        ),
        (
            [(20, 30, 50)],
            [(60, 20, 20)],
            "NPS is -30 ± 15 over 12 months (100 answers), down 70 from the 12 months before",
        ),
        # Ten of one kind say nothing of how far the next ten would spread.
        ([(20, 0, 80)], [(10, 0, 0)], "NPS is -60 ± 16 over 12 months (100 answers)"),
        (
            [(499, 0, 501)],
            [NONE],
            "NPS is +0 ± 6 over 12 months (1,000 answers)",
        ),
    ],
)
def test_over_time_claims_a_change_only_beyond_chance(now, before, sentence):
    assert findings.over_time(months(*now), months(*before), "12 months") == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "Nobody has answered in this window"),
        ([(1, 0, 0)], "0% of 1 answer are detractors"),
        ([(1, 1, 1), (2, 0, 1)], "33% of 6 answers are detractors"),
    ],
)
def test_detractors_says_their_share(rows, sentence):
    assert findings.detractors(months(*rows)) == sentence


def groups(*rows: tuple[str, str | None, int, int]) -> pl.DataFrame:
    """Segment, persona, promoters and detractors; nobody is passive."""
    return pl.DataFrame(
        [
            {
                "segment": segment,
                "persona": persona,
                "promoters": promoters,
                "passives": 0,
                "detractors": detractors,
                "responses": promoters + detractors,
                "nps": 100 * (promoters - detractors) / (promoters + detractors),
                "margin_of_error": 196
                * math.sqrt(4 * promoters * detractors / (promoters + detractors) ** 3),
            }
            for segment, persona, promoters, detractors in rows
        ],
        schema={
            "segment": pl.String,
            "persona": pl.String,
            **dict.fromkeys(("promoters", "passives", "detractors", "responses"), pl.Int64),
            **dict.fromkeys(("nps", "margin_of_error"), pl.Float64),
        },
    )


AGREE = "Decision-makers and end users agree within the margin of error"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "NPS by segment and persona"),
        ([("A", "decision_maker", 9, 0), ("A", "end_user", 0, 90)], "NPS by segment and persona"),
        ([("A", "decision_maker", 55, 45), ("A", "end_user", 50, 50)], f"{AGREE} in 1 segment"),
        (
            [
                *(("A", "decision_maker", 80, 20), ("A", "end_user", 40, 60)),
                *(("B", "decision_maker", 10, 90), ("B", "end_user", 60, 40), ("B", None, 9, 9)),
            ],
            "End users in B are 100 points happier than decision-makers",
        ),
        (
            [("A", "decision_maker", 80, 20), ("A", "end_user", 40, 60), ("B", "admin", 0, 99)],
            "Decision-makers in A are 80 points happier than end users",
        ),
    ],
)
def test_disagreement_names_the_widest_gap_beyond_chance(rows, sentence):
    assert findings.disagreement(groups(*rows)) == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "NPS by persona"),
        ([("A", "decision_maker", 9, 0), ("A", "end_user", 0, 90)], "NPS by persona"),
        ([("A", "decision_maker", 55, 45), ("A", "end_user", 50, 50)], AGREE),
        (
            [("A", "decision_maker", 80, 20), ("A", "end_user", 20, 30), ("B", "end_user", 20, 30)],
            "Over all segments decision-makers are 80 points happier than end users",
        ),
        (
            [("A", "decision_maker", 20, 80), ("A", "end_user", 80, 20)],
            "Over all segments end users are 120 points happier than decision-makers",
        ),
    ],
)
def test_apart_pools_all_segments(rows, sentence):
    assert findings.apart(groups(*rows)) == sentence


def test_a_persona_is_named_as_people_say_it():
    assert findings.persona_name("decision_maker") == "Decision-makers"
    assert findings.persona_name("sponsor") == "sponsor"
    assert findings.persona_name(None) != ""
