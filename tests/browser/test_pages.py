"""Every page and view in Chromium: light and dark, on a desk and in a hand, read aloud."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from dashboard.navigation import ENTRIES
from tests.browser.conftest import settle, show, views_of
from tests.browser.looking import (
    assert_accessible,
    assert_fits,
    assert_nothing_is_cut,
    assert_reached_by_keyboard,
    assert_shown,
)

pytestmark = pytest.mark.browser

PATHS = {entry.file: "" if number == 0 else entry.file for number, entry in enumerate(ENTRIES)}
CHARTS = {
    "overview": 2,
    "account": 2,
    "renewals": 3,
    "retention": 4,
    "bridge": 2,
    "lifecycle": 2,
    "health": 2,
    "success_plans": 4,
    "nps": 4,
    "digital": 3,
    "expansion": 1,
    "coverage": 2,
    "one_on_one": 0,
    "talent": 0,
    "cohorts": 2,
    "churn": 5,
    "forecast": 2,
    "risks": 2,
    "advocacy": 4,
}


@pytest.mark.parametrize("file", PATHS)
def test_page_is_whole_in_every_view_light_on_a_desk_and_dark_in_a_hand(
    open_page, server, file, thorough
):
    page = open_page(f"{server}/{PATHS[file]}")

    views = views_of(page) if thorough else views_of(page)[:1]
    for view in views:
        show(page, view)
        assert_shown(page, CHARTS.get(file, 0) if view == views[0] else None)
        assert_accessible(page)
        for width in (1280, 1920, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert_fits(page, view)
            assert_nothing_is_cut(page, view)
    assert page.outside == []
    if not thorough and PATHS[file]:  # By keyboard and in a hand: one page now, all at night.
        return
    assert_reached_by_keyboard(page)
    # A telephone loads the page at its own width, and charts are drawn for the theme it has then.
    page.set_viewport_size({"width": 390, "height": 900})
    page.emulate_media(color_scheme="dark")
    page.goto(f"{server}/{PATHS[file]}")
    settle(page)
    for view in views:
        show(page, view)
        assert_shown(page, CHARTS.get(file, 0) if view == views[0] else None)
        assert_accessible(page)
        assert_fits(page, view)
        assert_nothing_is_cut(page, view)
    assert page.outside == []


def test_the_first_page_shows_its_numbers(open_page, server):
    page = open_page(server)

    expect(page.locator(".kpi .label > span")).to_have_count(12, timeout=30_000)
    labels = page.locator(".kpi .label > span").all_inner_texts()
    values = page.locator(".kpi .value").all_inner_texts()
    assert [label.split("\n")[0] for label in labels] == [
        "ARR",
        "NRR",
        "GRR",
        "Logo retention",
        "NPS",
        "ARR at green",
        "ARR at red",
        "ARR due",
        "Renewals due",
        "ARR at risk",
        "Open expansion",
        "Weighted",
    ]
    number = r"\$[\d.]+[KMB]?|[\d.]+%|[\d,]+|[+-]\d+ ± \d+"
    assert all(re.fullmatch(number, value) for value in values), values


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    ("file", "card"),
    [
        ("overview", "at_stake"),
        ("overview", "growth"),
        ("renewals", "due_by_quarter"),
        ("renewals", "renewals_by_health"),
        ("coverage", "arr_by_csm"),
        ("expansion", "pipeline_by_month"),
        ("health", "health_by_segment"),
        ("forecast", "churn"),
        ("churn", "churn_by_quarter"),
        ("churn", "churn_by_reason"),
        ("churn", "churn_by_part"),
        ("churn", "surprise_churn"),
        ("churn", "days_from_red"),
        ("cohorts", "triangle"),
        ("risks", "risks_by_category"),
    ],
)
def test_the_rows_behind_a_mark_sum_to_the_mark(open_page, server, file, card):
    page = open_page(f"{server}/{PATHS[file]}")
    marks = page.locator(f".st-key-card_{card} path[aria-label*='ARR']")
    expect(marks.first).to_be_visible(timeout=15_000)
    chosen = marks.nth(marks.count() // 2)
    label = chosen.get_attribute("aria-label")
    drawn = re.search(
        r"(?:^|; )(?:ARR|Open ARR due|Their ARR|Gross ARR): ([\d,]+\.\d\d)(?:;|$)", label
    )
    assert drawn, label

    chosen.click(force=True)
    behind = page.locator(f".st-key-card_{card} p.behind")
    behind.wait_for(timeout=15_000)

    total = re.search(r"\$([\d,]+\.\d\d) together", behind.inner_text())
    assert Decimal(total[1].replace(",", "")) == Decimal(drawn[1].replace(",", ""))


def test_the_rows_behind_a_mark_are_reached_without_a_mouse(open_page, server):
    page = open_page(f"{server}/renewals")
    card = page.locator(".st-key-card_due_by_quarter")

    card.get_by_role("radio", name="Accounts").or_(card.get_by_text("Accounts")).first.click()
    page.locator(".st-key-due_by_quarter_mark input").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    card.locator("p.behind").wait_for(timeout=15_000)
    assert "renewal" in card.locator("p.behind").inner_text()


def test_a_copied_link_reopens_the_same_view(open_page, server):
    first = open_page(f"{server}/renewals?segment=Enterprise&quarter=FY26+Q3&by=segment")
    first.locator("[data-testid=stTopNavSection]", has_text="Customers").click()
    first.locator("[data-testid=stTopNavDropdownLink]", has_text="Health").click()
    first.wait_for_url("**/health?**")
    settle(first)

    second = open_page(first.url)

    assert "segment=Enterprise" in first.url
    assert (
        second.locator("h3.finding").all_inner_texts()
        == first.locator("h3.finding").all_inner_texts()
    )
    assert (
        second.locator(".kpi .value").all_inner_texts()
        == first.locator(".kpi .value").all_inner_texts()
    )


def test_explain_shows_the_sql_the_filters_and_the_reason(open_page, server):
    page = open_page(f"{server}/renewals?segment=Enterprise")
    card = page.locator(".st-key-card_due_by_quarter")

    card.get_by_text("Explain").first.click()
    card.get_by_text("Why can I see this?").wait_for(timeout=15_000)

    expect(card).to_contain_text("visible_accounts", timeout=15_000)
    text = card.inner_text()
    assert "segment Enterprise" in text
    assert "Executives see every account" in text


def test_a_csm_has_no_talent_page_and_sees_only_the_own_book(open_page, server):
    page = open_page(server)
    page.locator(".st-key-viewer").click()
    page.get_by_role("option", name=re.compile("CSM$")).first.click()
    page.wait_for_url("**viewer=**")
    settle(page)

    page.locator("[data-testid=stTopNavSection]", has_text="Team").click()
    menu = page.locator("[data-testid=stTopNavDropdownLink]")
    expect(menu.first).to_be_visible()
    assert not any("Talent" in entry for entry in menu.all_inner_texts())
    page.goto(page.url.replace("/?", "/talent?"))
    settle(page)
    assert page.locator(".st-key-card_nine_block").count() == 0


@pytest.mark.sampled(2)
@pytest.mark.parametrize("path", ["", "renewals", "retention", "churn"])
def test_a_chart_stays_where_it_is_and_draws_other_rows(open_page, server, path):
    page = open_page(f"{server}/{path}")
    page.evaluate(
        "document.querySelectorAll('[data-testid=stVegaLiteChart] svg')"
        ".forEach(each => { each.stays = true; })"
    )
    titles = page.locator("h3.finding").all_inner_texts()

    page.get_by_label("Segment", exact=False).locator("visible=true").first.click()
    page.keyboard.type("Mid-Market")
    page.keyboard.press("Enter")
    page.wait_for_url("**segment=Mid-Market**")
    settle(page)

    assert page.locator("h3.finding").all_inner_texts() != titles
    stays = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stVegaLiteChart] svg')]"
        ".map(each => Boolean(each.stays))"
    )
    assert stays
    assert all(stays)


def test_the_csv_of_a_card_holds_the_rows_of_the_answer(open_page, server, tmp_path):
    page = open_page(f"{server}/renewals")
    card = page.locator(".st-key-card_due_by_quarter")

    card.get_by_role("radio", name="Download").click()
    with page.expect_download(timeout=20_000) as waiting:
        card.get_by_role("button", name="CSV").click()
    file = tmp_path / "due.csv"
    waiting.value.save_as(file)

    header, *rows = file.read_text().splitlines()
    assert header.startswith("due_quarter,segment,health_band,renewals,arr_due")
    assert len(rows) > 20


def test_a_link_that_names_a_viewer_nobody_knows_shows_nothing(open_page, server):
    page = open_page(f"{server}/?viewer=nobody%40x.invalid")

    assert "not a current team member" in page.locator("[data-testid=stAlert]").inner_text()
    assert page.locator("h3.finding").count() == 0
    assert page.locator(".kpi .value").count() == 0


@pytest.mark.parametrize(
    ("query", "named"),
    [("segment=Bogus", "segment"), ("csm=nobody", "CSM"), ("as_of=2999-01-01", "day")],
)
def test_a_link_that_asks_for_what_is_not_on_offer_says_so(open_page, server, query, named):
    page = open_page(f"{server}/?{query}")

    alert = page.locator("[data-testid=stAlert]").first
    expect(alert).to_contain_text(f"This link asks for a {named} that is not on offer")
    assert query.partition("=")[2] not in alert.inner_text()
    assert page.locator("h3.finding").count() > 0


def test_a_page_says_what_it_is_of_where_no_filter_is_seen(open_page, server):
    page = open_page(f"{server}/renewals?segment=Enterprise", width=390)

    expect(page.get_by_text("segment Enterprise; seen as")).to_be_visible(timeout=15_000)
