"""The retention policy of the sidebar: chosen, compared, saved, and in the link."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.retention import POLICY_FORM
from tests.key_numbers import key_numbers


def sentence(page) -> str:
    """What stands under the cards."""
    return next(each.value for each in page.caption if "GRR" in each.value)


def cards(page) -> dict[str, str]:
    return {metric.label: metric.value for metric in key_numbers(page)}


def test_the_policy_stands_beside_the_numbers_and_comes_from_the_link(app, demo_file):
    page = app(demo_file, "retention")
    board = cards(page)

    assert "Board, version 1" in sentence(page)
    page = app(demo_file, "retention", policy="Finance TTM")

    assert "Finance TTM, version 1" in sentence(page)
    assert cards(page).keys() == board.keys()
    assert any("policy Finance TTM" in each.value for each in page.caption)


def test_a_policy_with_another_period_shows_its_own(app, demo_file):
    page = app(demo_file, "retention")

    page.selectbox(key="policy").set_value("CS renewals").run()

    assert "CS renewals" in sentence(page)


@pytest.mark.parametrize("period", ["month", "quarter", "fiscal year", "fiscal year to date"])
def test_every_period_has_its_numbers(app, demo_file, period):
    page = app(demo_file, "retention")

    page.segmented_control(key="period").set_value(period).run()

    assert not page.exception
    assert all(value.endswith("%") for value in list(cards(page).values())[:3])


def test_two_policies_are_compared_choice_by_choice(app, demo_file):
    page = app(demo_file, "retention")

    page.selectbox(key="compare").set_value("Finance TTM").run()

    assert not page.exception
    found = [each.proto.body for each in page.get("html")]
    assert any("Finance TTM" in each and "Board" in each for each in found)


def with_form(page: AppTest) -> AppTest:
    """The page with the form for a policy open."""
    page.session_state[POLICY_FORM] = True
    return page.run()


def test_a_policy_of_ones_own_is_saved_chosen_and_versioned(app, demo_file):
    page = with_form(app(demo_file, "retention"))

    page.selectbox(key="policy_reactivated").set_value("excluded")
    page.text_input(key="policy_name").set_value("  Ours  this year ")
    page.button[0].click().run()

    assert page.selectbox(key="policy").value == "Ours this year"
    assert "Ours this year, version 1" in sentence(page)
    assert "reactivated customers excluded" in sentence(page)

    page.selectbox(key="policy_price_rises").set_value("excluded")
    page.text_input(key="policy_name").set_value("Ours this year")
    page.button[0].click().run()

    assert "Ours this year, version 2" in sentence(page)
    assert "price rises excluded" in sentence(page)


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "needs a name"), ("Board", "Choose another name"), ("a@2", "needs a name")],
)
def test_a_name_that_cannot_be_saved_is_said(app, demo_file, name, said):
    page = with_form(app(demo_file, "retention"))

    page.text_input(key="policy_name").set_value(name)
    page.button[0].click().run()

    assert said in " ".join(each.value for each in page.info)
    assert page.selectbox(key="policy").value == "Board"


def test_the_bridge_of_an_earlier_quarter_shows_what_was_restated(app, demo_file):
    page = app(demo_file, "bridge")
    page.segmented_control(key="period").set_value("quarter").run()

    page.selectbox(key="bridge_period").set_value(
        page.selectbox(key="bridge_period").options[2]
    ).run()

    assert not page.exception
    assert len(key_numbers(page)) == 6
