from datetime import date

import pytest

from dashboard.filters import Filters
from tests.factories import AS_OF

NARROW = Filters(
    as_of=AS_OF,
    since=date(2026, 7, 1),
    until=date(2026, 10, 1),
    segments=("Enterprise", "Mid-Market"),
    regions=("EMEA",),
    csm_ids=("m1",),
)


def test_filters_bind_what_they_keep_and_whether_they_keep_everything():
    assert NARROW.params() == {
        "as_of": AS_OF,
        "since": date(2026, 7, 1),
        "until": date(2026, 10, 1),
        "all_segments": False,
        "segments": ["Enterprise", "Mid-Market"],
        "all_regions": False,
        "regions": ["EMEA"],
        "all_csms": False,
        "csm_ids": ["m1"],
    }
    assert Filters(as_of=AS_OF).params() == {
        "as_of": AS_OF,
        "since": None,
        "until": None,
        **{f"all_{name}": True for name in ("segments", "regions", "csms")},
        **{name: [""] for name in ("segments", "regions", "csm_ids")},
    }


def test_filters_of_another_window_keep_the_parts_of_the_book():
    moved = NARROW.window(None, date(2026, 1, 1))

    assert (moved.since, moved.until) == (None, date(2026, 1, 1))
    assert (moved.as_of, moved.segments, moved.regions, moved.csm_ids) == (
        *(AS_OF, NARROW.segments, NARROW.regions, NARROW.csm_ids),
    )
    assert NARROW.unfiltered() == Filters(as_of=AS_OF)


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="starts on 2026-10-02, after its end on 2026-10-01"):
        NARROW.window(date(2026, 10, 2), date(2026, 10, 1))
    assert NARROW.window(date(2026, 10, 1), date(2026, 10, 1)).since == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        (Filters(as_of=AS_OF), "as of 31 Oct 2026"),
        (
            Filters(as_of=AS_OF, until=date(2026, 10, 1)),
            "as of 31 Oct 2026; from the start to 30 Sep 2026",
        ),
        (
            Filters(as_of=AS_OF, since=date(2026, 10, 1), regions=("EMEA",)),
            "as of 31 Oct 2026; from 1 Oct 2026 to the end; region EMEA",
        ),
        (
            NARROW,
            "as of 31 Oct 2026; from 1 Jul 2026 to 30 Sep 2026; segment Enterprise, Mid-Market; "
            "region EMEA; CSM m1",
        ),
    ],
)
def test_filters_read_as_a_sentence(filters, sentence):
    assert filters.sentence() == sentence
