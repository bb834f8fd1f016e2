"""How a page and a file say how far they are behind."""

from datetime import UTC, datetime, timedelta

from dashboard.behind import Behind

ASKED = datetime(2026, 11, 30, 9, 40, 12, tzinfo=UTC)
SINCE = datetime(2026, 11, 30, 9, 52, 3, tzinfo=UTC)


def test_a_page_names_the_day_where_it_is_not_today_s_and_a_file_always():
    away = Behind(SINCE, ASKED)
    said = "As of 09:40 UTC; the warehouse cannot be reached since 09:52 UTC."
    assert away.sentence(on=SINCE + timedelta(hours=14)) == said
    assert Behind(SINCE, ASKED - timedelta(days=1)).sentence(on=SINCE) == (
        "As of 29 Nov 2026 09:40 UTC; the warehouse cannot be reached since 09:52 UTC."
    )
    assert away.sentence() == (
        "As of 30 Nov 2026 09:40 UTC; the warehouse cannot be reached since 30 Nov 2026 09:52 UTC."
    )
    assert Behind(SINCE).sentence(on=SINCE) == "The warehouse cannot be reached since 09:52 UTC."


def test_answers_are_old_by_the_rule_of_old_data():
    now = datetime.now(UTC)
    assert not Behind(now, now - timedelta(hours=23.9)).is_old
    assert Behind(now, now - timedelta(hours=24.1)).is_old
