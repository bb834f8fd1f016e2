"""The weekly one-on-one in Chromium: written, done, taken away, printed, and there next week."""

import itertools
import re
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.exports.agenda import Paper, Section, document, fitted
from dashboard.policy import Policy
from dashboard.store.store import Store
from tests.browser.conftest import AS_OF, serving, settle, show
from tests.conftest import build
from tests.factories import account, member, note, opportunity, renewal, scored, subscription

pytestmark = pytest.mark.browser

WEEK = timedelta(days=7)
WAIT = 15_000
NAMES = (
    "<img src=x onerror=alert(1)> ![x](http://example.invalid/x) =1+1",
    "=cmd|'/c calc'!A1 with a name that goes on for sixty letters",
    "Wonderful Company Management Wholesale GmbH and Sons Limited",
    "株式会社" * 15,
)


def pages(page, path: Path | None = None) -> int:
    """Pages of paper that the browser prints."""
    printed = page.pdf(prefer_css_page_size=True, path=path)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


@pytest.fixture(scope="module")
def meeting_server(demo_file, tmp_path_factory):
    """The app with a store of its own."""
    with serving(demo_file, tmp_path_factory.mktemp("meeting_server")) as url:
        yield url


def write(page, kind, text):
    named = re.compile(f"^{kind}$", re.IGNORECASE)
    page.locator("[class*=_writing] button", has_text=named).click()
    page.wait_for_timeout(300)
    settle(page)
    page.locator("textarea").fill(text)
    page.get_by_role("button", name=f"Keep the {kind}").click()
    expect(page.get_by_text(f"The {kind} is kept")).to_be_visible(timeout=WAIT)
    settle(page)


def line(page, text):
    return page.locator("[class*=st-key-line_]", has_text=text)


def test_a_meeting_is_held_taken_away_and_stands_in_next_weeks_agenda(
    open_page, meeting_server, record_property
):
    before, opened = AS_OF - WEEK, time.monotonic()
    page = open_page(f"{meeting_server}/one_on_one?as_of={before}")
    csm = page.locator(".st-key-member input").input_value()
    write(page, "note", "Budget of Acme is frozen")
    write(page, "decision", "Offer a smaller package")
    write(page, "action", "Call their CFO")
    line(page, "Call their CFO").get_by_role("button", name="Done").click()
    expect(page.get_by_text("The action is done.")).to_be_visible(timeout=WAIT)
    expect(line(page, "Call their CFO")).to_contain_text(f"done {before:%-d %b %Y}")
    line(page, "Call their CFO").get_by_role("button", name="Open again").click()
    expect(page.get_by_text("The action is open again.")).to_be_visible(timeout=WAIT)
    settle(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Agenda to take away").click()
    seconds = time.monotonic() - opened
    record_property("seconds", seconds)
    print(f"opened, written, done, undone and taken away in {seconds:.1f} s")  # noqa: T201 -- a measurement

    name = taken.value.suggested_filename
    assert name.startswith("one_on_one_")
    assert name.endswith(f"{before}.html")
    file = Path(taken.value.path()).read_text(encoding="utf-8")
    for said in (csm, "Budget of Acme is frozen", "Offer a smaller package", "Call their CFO"):
        assert said in file
    page.set_content(file)
    assert pages(page) == 1
    assert page.outside == []

    page = open_page(f"{meeting_server}/one_on_one?as_of={AS_OF}&member={csm}")
    assert f"The last one-on-one was held on {before:%-d %b %Y}" in page.inner_text("body")
    expect(line(page, "Call their CFO")).to_contain_text(f"of the meeting of {before:%-d %b %Y}")
    expect(line(page, "Offer a smaller package")).to_have_count(1)
    page.emulate_media(media="print")
    paper = page.locator(".paper").inner_text()
    assert "1 action carried over" in paper
    assert f"Last meeting, {before:%-d %b %Y}: 1 decision, 1 note" in paper


def changed(page):
    """Where the words of a line are changed; what is written anew has its own field."""
    return page.get_by_role("textbox", name="Change the note")


@pytest.mark.thorough
def test_two_who_change_one_line_are_told_and_lose_nothing(open_page, meeting_server):
    link = f"{meeting_server}/one_on_one?view=Notes&as_of=2026-09-30"
    mine = open_page(link)
    write(mine, "note", "As it was")
    theirs = open_page(link)
    for each, text in ((mine, "Mine"), (theirs, "Theirs")):
        line(each, "As it was").get_by_role("button", name="Change").click()
        expect(changed(each)).to_have_value("As it was", timeout=WAIT)
        settle(each)
        changed(each).fill(text)
    theirs.get_by_role("button", name="Save the change").click()
    expect(theirs.get_by_text("The note is changed")).to_be_visible(timeout=WAIT)

    mine.get_by_role("button", name="Save the change").click()
    expect(mine.get_by_text("It now says: Theirs")).to_be_visible(timeout=WAIT)
    expect(mine.get_by_text("saved version 2")).to_be_visible()
    expect(changed(mine)).to_have_value("Mine")
    settle(mine)
    mine.get_by_role("button", name="Save the change").click()
    expect(mine.get_by_text("The note is changed")).to_be_visible(timeout=WAIT)
    expect(line(mine, "Mine")).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_agenda_prints_black_on_one_white_page(open_page, meeting_server, theme, tmp_path):
    page = open_page(f"{meeting_server}/one_on_one", theme=theme)
    csm = page.locator(".st-key-member input").input_value()
    assert pages(page) == 1
    page.emulate_media(media="print")
    assert page.locator(".paper h1").inner_text() == f"One-on-one with {csm}, 31 Oct 2026"
    assert "As of 31 Oct 2026" in page.locator(".paper p").first.inner_text()
    assert page.locator(".paper").is_visible()
    assert not page.locator("[class*=st-key-card_agenda]").first.is_visible()
    colours = page.evaluate(
        "() => [...document.querySelectorAll('.paper, .paper *')].map("
        "each => getComputedStyle(each).color).filter(each => each !== 'rgb(0, 0, 0)')"
    )
    assert colours == []
    grounds = page.evaluate(
        "() => ['html', 'body', '[data-testid=stApp]', '.paper'].map("
        "each => getComputedStyle(document.querySelector(each)).backgroundColor)"
    )
    assert set(grounds) == {"rgb(255, 255, 255)"}


@pytest.fixture(scope="module")
def crowded_server(tmp_path_factory):
    """A book of 400 customers, all red, with long and hostile names, and 60 written lines."""
    folder = tmp_path_factory.mktemp("crowded_server")
    ids = [f"a{each:03}" for each in range(400)]
    store = Store(f"sqlite:///{folder / 'app.sqlite'}")
    for place in range(60):
        kind = ("note", "decision", "action")[place % 3]
        store.save_meeting_entry(
            f"line {place}", member_id="m1", held_on=AS_OF - WEEK * (place % 2), entry=kind,
            text=f"{NAMES[place % 4]} " * 20, account_id=ids[place], on_top_of=None,
            due_on=date(2026, 10, 1) if kind == "action" else None, done_on=None,
            by="ana@x.example", at=datetime(2026, 10, 24, tzinfo=UTC), token=f"{place}",
        )  # fmt: skip
    store.close()
    build(
        folder / "crowded.duckdb",
        {
            "team_members": [member("m1", name=NAMES[2])],
            "accounts": [
                account(each, account_name=NAMES[place % 4]) for place, each in enumerate(ids)
            ],
            "subscriptions": [subscription(1000, account_id=each) for each in ids],
            "health_scores": [
                row
                for each in ids
                for row in (
                    *scored(80, date(2026, 10, 12), each),
                    *scored(10, date(2026, 10, 26), each),
                )
            ],
            "renewals": [
                renewal(each, account_id=each, due_on=AS_OF + WEEK, arr_due=Decimal(10))
                for each in ids
            ],
            "opportunities": [opportunity(each, account_id=each) for each in ids],
            "timeline_entries": [
                note(each, datetime(2026, 10, 1, 9, tzinfo=UTC), account_id=each, kind="call")
                for each in ids
            ],
        },
        policy=Policy(),
    )
    with serving(folder / "crowded.duckdb", folder) as url:
        yield url


@pytest.mark.thorough
def test_a_book_of_400_with_hostile_names_prints_on_one_page_and_says_what_was_cut(
    open_page, crowded_server
):
    page = open_page(f"{crowded_server}/one_on_one?as_of={AS_OF}")
    assert pages(page) == 1
    assert page.outside == []
    with page.expect_download() as taken:
        page.get_by_role("button", name="Agenda to take away").click()
    file = Path(taken.value.path()).read_text(encoding="utf-8")
    assert "<img" not in file
    page.set_content(file)
    assert pages(page) == 1
    assert page.outside == []
    said = page.locator(".paper").inner_text()
    tables = page.locator(".paper table").count()
    cut = [int(each) for each in re.findall(r"(\d+) more (?:accounts?|customers?)", said)]
    shown = [
        page.locator(".paper table").nth(place).locator("tbody tr").count() for place in (0, 1)
    ]
    assert [a + b for a, b in zip(cut, shown, strict=True)] == [400, 400]
    assert tables >= 6
    assert "Texts that end in … are longer" in said


def test_what_is_worked_out_to_fit_fits(browser):
    page = browser.new_page()
    page.emulate_media(media="print")
    widths = ((36, 16, 16, 16, 16), (25, 75), (50, 22, 16, 12), (8, 54, 22, 16))
    texts = (*NAMES, "W" * 170, "i" * 170, "mw " * 60, "A note that goes on. " * 40, "🎉" * 90)
    for text, rows in itertools.product(texts, (1, 6, 400)):
        lists = [
            Section(text[:90], ("Head",) * len(each), each, [(text,) * len(each)] * rows,
                    "customer", "in the dashboard")
            for each in widths
        ]  # fmt: skip
        paper = Paper(text[:80], (text,), (("ARR of these renewals", "$1,234.5M"),) * 6, (*lists,))
        page.set_content(document(paper).decode())
        height = page.evaluate(
            "() => document.querySelector('.paper').getBoundingClientRect().height"
        )
        assert height < 277 / 25.4 * 96, (text, rows)
        assert pages(page) == 1, (text, rows)
        assert page.locator("tbody tr").count() == sum(fitted(paper))
    page.close()


@pytest.mark.thorough
def test_the_whole_book_is_on_the_other_views(open_page, crowded_server):
    page = open_page(f"{crowded_server}/one_on_one?as_of={AS_OF}&view=Book")
    assert "400 customers" in page.inner_text("body")
    show(page, "Notes")
    assert page.outside == []
