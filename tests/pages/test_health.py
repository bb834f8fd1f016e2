"""Health's views: each asks only for its own, and a scorecard of one's own is tried and kept."""

import pytest

from dashboard import answering
from dashboard.policy import Policy
from dashboard.warehouse.build import building
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.pages.conftest import AS_OF

VIEWS = {
    "Now": ["is weakest", "fresh"],
    "Outcomes and experience": ["false green", "disagree", "largest false green"],
    "Movement": ["red in the week", "lower band"],
    "Scorecards": ["weakest", "is red", "lowest of"],
    "Thresholds": ["thresholds in use", "would move"],
    "Outcome check": ["renewed", "tells most"],
    "One customer": ["scores", "since"],
}

EVERY_PAGE = {"access/members", "accounts/filter_choices", "accounts/without_rate"}


def titles(page) -> list[str]:
    return [each.proto.body for each in page.get("html") if 'class="finding"' in each.proto.body]


def said(page) -> str:
    kinds = (page.info, page.warning, page.error, page.markdown, page.caption)
    return " ".join(element.value for kind in kinds for element in kind)


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """Questions that reached the warehouse."""
    found: list[str] = []
    fetch = EmbeddedWarehouse.fetch

    def noted(self, question, **rest):
        found.append(question)
        return fetch(self, question, **rest)

    monkeypatch.setattr(EmbeddedWarehouse, "fetch", noted)
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_its_findings_and_asks_at_most_six_questions(app, demo_file, asked, view):
    page = app(demo_file, "health")
    answering.forget()
    asked.clear()
    page.segmented_control(key="view").set_value(view).run()

    assert not page.exception
    found = titles(page)
    assert len(found) == len(VIEWS[view]), found
    assert all(part in title for part, title in zip(VIEWS[view], found, strict=True)), found
    assert 3 < len(of_the_page(asked)) <= 6


def test_customers_of_one_name_and_segment_can_be_told_apart(app, tmp_path):
    file = tmp_path / "names.duckdb"
    named = [("a1", "Same"), ("a2", "Same"), ("a3", "\u200bSame"), ("a4", "Other")]
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        connection.executemany(
            "insert into accounts (account_id, account_name, segment, lifecycle_stage,"
            " customer_since) values (?, ?, 'SMB', 'Adoption', '2024-01-01')",
            named,
        )
        connection.executemany(
            "insert into subscriptions (subscription_id, account_id, starts_on, arr)"
            " values (?, ?, '2024-01-01', 100)",
            [[f"s{account}", account] for account, _ in named],
        )
        connection.execute(
            "insert into health_scores (account_id, measure, score, measured_on)"
            " values ('a1', 'adoption', 50, ?)",
            [AS_OF],
        )
    page = app(file, "health", view="One customer")
    assert not page.exception
    assert sorted(page.selectbox(key="account").options) == [
        "Other (SMB)",
        "Same (SMB) (a1)",
        "Same (SMB) (a2)",
        "Same (SMB) (a3)",
    ]


def of_the_page(asked: list[str]) -> list[str]:
    """Questions of the page itself, without those that every page asks."""
    return [name for name in asked if name not in EVERY_PAGE]


def test_a_scorecard_of_ones_own_shows_its_effect_and_is_saved_in_versions(app, demo_file):
    page = app(demo_file, "health", view="Thresholds")

    page.selectbox(key="compared_health").set_value("Your own").run()
    assert "would leave all" in titles(page)[1]

    page.slider(key="own_health_overall_red_below").set_value(69.5).run()
    assert "to a lower band, 0 to a higher one" in titles(page)[1]
    page.text_input(key="scorecard_name").set_value("  Ours  this year ")
    page.button(key="save_scorecard").click().run()

    assert not page.exception
    assert "Ours this year, version 1 is saved" in said(page).replace("\\", "")
    assert titles(page)[1].count("Ours this year, version 1 would move")
    assert any("version 1, saved by" in each.value.replace("\\", "") for each in page.caption)
    assert "red_below = 69.5" in page.code[-1].value

    page.selectbox(key="compared_health").set_value("Your own").run()
    page.slider(key="own_health_overall_red_below").set_value(10.0).run()
    page.text_input(key="scorecard_name").set_value("Ours this year")
    page.button(key="save_scorecard").click().run()
    assert "version 2 is saved" in said(page).replace("\\", "")
    page.selectbox(key="version_Ours this year").set_value(1).run()
    assert "Ours this year, version 1 would move" in titles(page)[1]


def test_what_cannot_be_a_scorecard_is_said_in_a_sentence(app, demo_file):
    page = app(demo_file, "health", view="Thresholds")
    page.selectbox(key="scorecard").set_value("vendor").run()
    page.selectbox(key="compared_vendor").set_value("Your own").run()

    page.slider(key="own_vendor_overall_red_below").set_value(90.0).run()

    assert not page.exception
    assert [each.value.replace("\\", "") for each in page.error] == [
        "Thresholds: red_below 90.0 lies above amber_below 70.0."
    ]
    for name in ("retention", "expansion", "advocacy"):
        page.number_input(key=f"own_vendor_weights_{name}").set_value(0.0)
    page.slider(key="own_vendor_overall_red_below").set_value(40.0).run()
    assert [each.value.replace("\\", "") for each in page.error] == [
        "no weight on any of retention, expansion, advocacy."
    ]


def test_a_scorecard_without_a_name_is_not_saved(app, demo_file):
    page = app(demo_file, "health", view="Thresholds")

    page.button(key="save_scorecard").click().run()

    assert "It needs a name" in said(page)


@pytest.mark.parametrize("card", ["vendor", "engagement", "maturity"])
def test_every_scorecard_has_its_own_choices(app, demo_file, card):
    page = app(demo_file, "health", view="Thresholds")
    page.selectbox(key="scorecard").set_value(card).run()
    page.selectbox(key=f"compared_{card}").set_value("Your own").run()

    assert not page.exception
    assert not page.error
    assert "would leave all" in titles(page)[1]
    assert f"policy.scorecards.{card}" in page.code[-1].value


@pytest.mark.parametrize("view", VIEWS)
def test_every_exhibit_explains_itself_and_lists_its_rows(app, demo_file, view):
    page = app(demo_file, "health", view=view)
    panels = [each.key for each in page.segmented_control if each.key.endswith("_panel")]
    assert panels

    for key in panels:
        page.segmented_control(key=key).set_value("Explain").run()
        assert not page.exception
        assert any(each.language == "sql" and each.value for each in page.code)
        if "Accounts" in page.segmented_control(key=key).options:
            page.segmented_control(key=key).set_value("Accounts").run()
            mark = key.replace("_panel", "_mark")
            page.selectbox(key=mark).set_value(0).run()
            assert not page.exception
            assert any('class="behind"' in each.proto.body for each in page.get("html"))
        page.segmented_control(key=key).set_value(None).run()
