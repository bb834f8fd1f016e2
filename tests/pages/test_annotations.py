"""Notes pinned to days and accounts: added, changed, withdrawn, and seen by whoever may."""

import html
import re
from datetime import UTC, date, datetime

import duckdb
import pytest

from dashboard.store.store import Store
from tests.key_numbers import key_numbers

DAY = date(2026, 10, 1)
HOSTILE = "<img src=x onerror=alert(1)> ![x](http://x.invalid/y.png) =1+1"


@pytest.fixture
def account_id(demo_file) -> str:
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        return connection.execute(
            "select min(account_id) from accounts where churned_on is null"
            " and customer_since < '2026-01-01'"
        ).fetchone()[0]


@pytest.fixture
def store(tmp_path):
    """The store that the app of the test keeps its notes in."""
    opened = Store(f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield opened
    opened.close()


def pinned(store, text, account_id=None, *, name="a", day=DAY, version=None):
    return store.save_annotation(
        name, text, day, account_id, on_top_of=version, by="ana@x.example",
        at=datetime(2026, 10, 2, 9, 30, tzinfo=UTC), token=f"{name} {version} {text}",
    )  # fmt: skip


def notes(page) -> list[str]:
    """Notes as they read in the panel of the page."""
    bodies = [each.proto.body for each in page.get("html")]
    return [
        html.unescape(re.sub(r"<[^>]*>", "", body)) for body in bodies if 'class="note"' in body
    ]


def under_charts(page) -> list[str]:
    bodies = [each.proto.body for each in page.get("html")]
    return [
        html.unescape(each)
        for body in bodies
        if 'class="notes"' in body
        for each in re.findall(r"<li>(.*?)</li>", body)
    ]


def said(page) -> list[str]:
    return [each.value.replace("\\", "") for each in (*page.success, *page.error)]


def submit(page, label):
    next(each for each in page.button if each.label == label).click().run()


def test_a_note_is_pinned_shown_on_the_charts_changed_withdrawn_and_put_back(
    app, demo_file, account_id, store
):
    page = app(demo_file, "account", account=account_id)
    assert notes(page) == []
    page.text_area[0].input("Sponsor left")
    page.date_input(key="account_notes_new_0_day").set_value(DAY)
    submit(page, "Pin the note")
    assert said(page) == ["The note is pinned."]
    (note,) = notes(page)
    assert note.startswith("1 Oct 2026 Sponsor left")
    (saved,) = store.annotations()
    assert (saved.note, saved.pinned_on, saved.account_id) == ("Sponsor left", DAY, account_id)
    assert any("Sponsor left" in each for each in under_charts(page))

    submit(page, "Change")
    page.text_area[0].input("Sponsor stayed")
    submit(page, "Save the change")
    assert said(page) == ["The note is changed."]
    assert [each.version for each in store.annotations()] == [2]
    assert "Sponsor stayed" in notes(page)[0]

    submit(page, "Withdraw")
    assert said(page) == ["The note is withdrawn. It can be put back."]
    assert notes(page) == []
    assert store.annotations() == ()
    submit(page, "Put the withdrawn note back")
    assert "Sponsor stayed" in notes(page)[0]
    assert not page.exception


def test_whoever_comes_second_is_told_and_nothing_is_lost(app, demo_file, account_id, store):
    pinned(store, "First", account_id)
    page = app(demo_file, "account", account=account_id)
    submit(page, "Change")
    pinned(store, "Meanwhile", account_id, version=1)
    page.text_area[0].input("Mine")
    submit(page, "Save the change")
    (message,) = said(page)
    assert "ana@x.example saved version 2 of the annotation" in message
    assert store.annotation("a").note == "Meanwhile"


def test_a_note_of_an_account_is_not_shown_elsewhere_and_one_of_a_day_everywhere(
    app, demo_file, account_id, store
):
    pinned(store, "Of this account", account_id)
    pinned(store, "Of another account", "no such account", name="b")
    pinned(store, "Of all", name="c")
    pinned(store, "Not yet", name="d", day=date(2027, 1, 1))
    page = app(demo_file, "account", account=account_id)
    assert [re.sub(r".*2026 (.*?)ana@.*", r"\1", each) for each in notes(page)] == [
        "Of this account",
        "Of all",
    ]
    page = app(demo_file, "health", view="Movement")
    assert len(under_charts(page)) == 1
    assert "Of all (ana@x.example, 2 Oct 2026 09:30 UTC)" in under_charts(page)[0]


def test_a_note_of_an_account_that_the_viewer_may_not_see_cannot_be_written(
    app, demo_file, account_id, store, monkeypatch
):
    from dashboard import annotations, session  # noqa: PLC0415
    from dashboard.access import Scope  # noqa: PLC0415

    saved = pinned(store, "Theirs", account_id)
    app(demo_file, "data")
    stranger = Scope(member_ids=("nobody",))
    monkeypatch.setattr(session, "scope", lambda: stranger)
    attempts = (
        lambda: annotations.keep(annotations.Draft("Mine", DAY, account_id), token="t1"),
        lambda: annotations.keep(annotations.Draft("Mine", DAY, None, saved.name, 1), token="t2"),
        lambda: annotations.withdraw(saved.name, 1, token="t3"),
        lambda: annotations.restore(saved.name, 1, token="t4"),
    )
    for attempt in attempts:
        with pytest.raises(session.StoreError, match="no account with this id that you may see"):
            attempt()
    monkeypatch.setattr(session, "scope", Scope)
    with pytest.raises(session.StoreError, match="may not pin"):
        annotations.keep(annotations.Draft("Mine", DAY, None), token="t5")
    assert annotations.notes_on(account_id, DAY) == ()
    assert store.annotations() == (saved,)


def test_the_text_of_a_note_stays_text(app, demo_file, account_id, store):
    pinned(store, HOSTILE, account_id)
    page = app(demo_file, "account", account=account_id)
    assert HOSTILE in notes(page)[0]
    drawn = [each.proto.body for each in page.get("html")]
    # The lines of key numbers are pictures, of numbers alone.
    bodies = " ".join(body for body in drawn if not body.startswith('<div class="kpis">'))
    assert bodies
    assert "<img" not in bodies
    assert "<img src=x" not in " ".join(drawn)
    assert all("x.invalid" not in each.value for each in page.markdown)


def test_where_the_store_is_away_the_page_works_and_says_so(
    app, demo_file, account_id, tmp_path, monkeypatch
):
    (tmp_path / "app.sqlite").write_text("no database " * 100)
    page = app(demo_file, "account", account=account_id)
    assert not page.exception
    assert key_numbers(page)
    assert any("Notes are not available" in each.value for each in page.info)
    assert under_charts(page) == []
    page = app(demo_file, "health", view="Movement")
    assert key_numbers(page)
    assert not page.exception


def test_notes_stand_beside_the_rows_of_their_period():
    import polars as pl  # noqa: PLC0415

    from dashboard.charts.annotated import Note  # noqa: PLC0415
    from dashboard.components.annotations import beside  # noqa: PLC0415
    from dashboard.exhibit import Timed  # noqa: PLC0415

    rows = pl.DataFrame({"week_on": [date(2026, 9, 28), date(2026, 10, 5)], "n": [1, 2]})
    given = [
        Note("1", DAY, "a"),
        Note("2", date(2026, 10, 4), "b"),
        Note("3", date(2020, 1, 1), "c"),
    ]
    assert beside(rows, Timed("week_on"), given).rows() == [
        (date(2026, 9, 28), 1, "1. a | 2. b"),
        (date(2026, 10, 5), 2, None),
    ]
    assert beside(rows, Timed("month"), given) is rows
