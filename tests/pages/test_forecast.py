"""The forecast: what it says of itself, its states, its scenarios, and what is behind its marks."""

import re
import shutil
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from dashboard.demo import build_demo
from dashboard.policy import Policy
from dashboard.store.store import Store
from tests.key_numbers import key_numbers


def said(page) -> str:
    kinds = (page.info, page.warning, page.error, page.markdown, page.caption)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def findings(page) -> list[str]:
    found = [each.proto.body for each in page.get("html")]
    return [each for each in found if "finding" in each]


def cards(page) -> dict[str, str]:
    return {metric.label: metric.value for metric in key_numbers(page)}


@pytest.fixture
def company(demo_file, tmp_path):
    """Makes a copy of the demo company with some statements run on it."""

    def changed(*statements):
        path = tmp_path / f"company {len(list(tmp_path.iterdir()))}.duckdb"
        shutil.copy(demo_file, path)
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement)
        return path

    return changed


def without(table):
    """Statements after which a table was never loaded."""
    return (
        f"delete from {table}",
        f"update loaded_tables set is_loaded = false where table_name = '{table}'",
    )


def test_the_page_says_how_the_forecast_is_made_and_how_good_it_was(app, demo_file):
    page = app(demo_file, "forecast")

    assert "base rate" in said(page)
    assert "80% ranges held" in said(page)
    assert re.fullmatch(r"\$[\d.]+M", cards(page)["Expected to renew"])
    assert list(cards(page)) == [
        *("Expected to renew", "ARR due", "Expected loss", "CSMs' call", "Base rate"),
        "Year-end NRR",
    ]


def test_without_enough_history_the_base_rate_speaks_and_says_so(app, tmp_path):
    file = tmp_path / "young.duckdb"
    build_demo(file, policy=Policy(), as_of=date(2026, 10, 31), accounts=40, seed=5)
    with duckdb.connect(str(file)) as connection:
        connection.execute("delete from renewals where due_on < '2026-10-01'")

    page = app(file, "forecast")

    assert not page.exception
    (info,) = [each.value for each in page.info if "base rate" in each.value]
    assert "The forecast is the base rate of each segment" in info
    assert "No forecast quarter is over yet" in said(page)


def test_without_an_open_renewal_the_page_says_what_to_do(app, company):
    file = company("update renewals set status = 'churned', closed_on = '2026-01-05'")

    page = app(file, "forecast")

    assert "No renewal is open and due" in said(page)
    assert not key_numbers(page)


def test_without_calls_the_rest_of_the_page_stands(app, company):
    page = app(company("delete from forecast_calls"), "forecast")

    assert not page.exception
    assert cards(page)["CSMs' call"] == "n/a"
    assert "No CSM has called any" in said(page)
    page.segmented_control(key="view").set_value("Calls").run()
    assert any("No call of" in each for each in findings(page))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("forecast_calls", "How calls moved needs `forecast_calls`"),
        ("opportunities", None),
        ("arr_movements", None),
        ("targets", None),
        ("opportunity_history", None),
    ],
)
def test_a_table_that_was_not_loaded_takes_only_its_own_part_away(app, company, table, sentence):
    page = app(company(*without(table)), "forecast")

    assert not page.exception
    assert "This page needs" not in said(page)
    assert cards(page)["ARR due"].startswith("$")
    assert ("the target is" in said(page)) == (table != "targets")
    page.segmented_control(key="view").set_value("Calls").run()
    assert not page.exception
    assert sentence is None or sentence in said(page)


def test_whole_and_segments_are_two_views_of_the_same(app, demo_file):
    page = app(demo_file, "forecast")
    whole = cards(page)

    page.segmented_control(key="forecast_by").set_value("segment").run()

    assert not page.exception
    assert cards(page) == whole
    assert any("is expected to keep" in each for each in findings(page))


@pytest.mark.parametrize("made", ["one quarter before", "three quarters before"])
def test_the_record_is_shown_for_each_day_a_forecast_was_made(app, demo_file, made):
    page = app(demo_file, "forecast", view="Record")

    page.segmented_control(key="made").set_value(made).run()

    assert any(f"Forecasts made {made} were off by" in each for each in findings(page))


@pytest.mark.parametrize(
    ("view", "card"),
    [
        ("Outlook", "outlook"),
        ("Outlook", "churn"),
        ("Outlook", "at_stake"),
        ("Calls", "calls_between"),
        ("Record", "record"),
        ("Record", "calibration"),
        ("Scenarios", "scenario_effect"),
    ],
)
def test_every_card_explains_itself(app, demo_file, view, card):
    page = app(demo_file, "forecast", view=view)
    if view == "Scenarios":
        page.multiselect(key="moves").set_value([("health_band", "red")]).run()

    page.segmented_control(key=f"{card}_panel").set_value("Explain").run()

    assert not page.exception
    sql = " ".join(each.value for each in page.code)
    assert "visible_accounts" in sql
    assert "python -m dashboard ask" in sql


def test_accounts_behind_a_step_of_the_calls_sum_to_it(app, demo_file):
    page = app(demo_file, "forecast", view="Calls", call_due="every quarter")

    page.segmented_control(key="calls_between_panel").set_value("Accounts").run()
    steps = page.selectbox(key="calls_between_mark")
    amounts = {}
    for place, name in enumerate(steps.options):
        page.selectbox(key="calls_between_mark").set_value(place).run()
        (behind,) = [
            each.proto.body for each in page.get("html") if 'class="behind"' in each.proto.body
        ]
        sign, amount = re.search(r"(\(?)\$([\d,]+\.\d\d)", behind).groups()
        amounts[name] = Decimal(amount.replace(",", "")) * (-1 if sign else 1)

    opening, closing = amounts.pop("Opening call"), amounts.pop("Closing call")
    assert len(amounts) >= 3
    assert opening + sum(amounts.values()) == closing


def test_days_in_the_wrong_order_are_said(app, demo_file):
    page = app(demo_file, "forecast", view="Calls", call_from="2026-10-20", call_to="2026-10-20")

    assert not page.exception
    assert "Choose a later day" in said(page)


# ------------------------------------------------------------------ scenarios
def assume(page, name="Red gets worse"):
    """Move the red band to a tenth, on a page, under a name that is not saved yet."""
    page.multiselect(key="moves").set_value([("health_band", "red")]).run()
    page.segmented_control(key="scenario_how_health_band_red").set_value("to a value").run()
    page.number_input(key="scenario_to_health_band_red").set_value(10).run()
    page.text_input(key="scenario_name").set_value(name).run()
    return page


def effect(page) -> str:
    (title,) = [each for each in findings(page) if "The scenario" in each]
    return title


def test_a_scenario_is_seen_against_the_forecast(app, demo_file):
    page = assume(app(demo_file, "forecast", view="Scenarios"))

    assert re.search(r"The scenario brings \$[\d.]+[KM] less over four quarters", effect(page))
    assert len(key_numbers(page)) == 3
    assert all(metric.delta for metric in key_numbers(page)[-3:-1])


def test_a_scenario_is_saved_with_its_name_in_the_link_and_opens_again(app, demo_file):
    page = assume(app(demo_file, "forecast", view="Scenarios"))
    before = effect(page)

    page.button(key="save_scenario").click().run()

    assert "Red gets worse is saved" in said(page)
    assert page.selectbox(key="scenario").value == "Red gets worse"
    assert "version 1, made for 31 Oct 2026." in said(page)
    again = app(demo_file, "forecast", scenario="Red gets worse")
    assert effect(again) == before
    assert "Changed since" not in said(again)
    again.number_input(key="scenario_to_health_band_red").set_value(90).run()
    assert "Changed since, and not saved" in said(again)
    again.button(key="save_scenario").click().run()
    assert "version 2" in said(again)


def test_a_scenario_that_somebody_saved_meanwhile_is_not_overwritten(app, demo_file, tmp_path):
    page = assume(app(demo_file, "forecast", view="Scenarios"))
    page.button(key="save_scenario").click().run()
    store = Store(f"sqlite:///{tmp_path / 'app.sqlite'}")
    seen = store.scenario("Red gets worse")
    store.save_scenario(
        seen.name,
        seen.definition.replace("0.1", "0.2"),
        "{}",
        seen.as_of,
        on_top_of=1,
        by="m9@example.com",
        at=seen.saved_at,
        token="other",  # noqa: S106
    )

    page.number_input(key="scenario_to_health_band_red").set_value(30).run()
    page.button(key="save_scenario").click().run()

    assert "Nothing was written" in said(page)
    assert "m9@example" in said(page)
    assert page.number_input(key="scenario_to_health_band_red").value == 30
    assert "Version 2 was saved meanwhile" in said(page)
    page.button(key="show_scenario").click().run()
    assert page.number_input(key="scenario_to_health_band_red").value == 20
    store.close()


def test_a_name_that_is_in_use_is_not_taken_over(app, demo_file):
    page = assume(app(demo_file, "forecast", view="Scenarios"))
    page.button(key="save_scenario").click().run()
    other = assume(app(demo_file, "forecast", view="Scenarios"))

    other.button(key="save_scenario").click().run()

    assert "Nothing was written" in said(other)
    assert other.number_input(key="scenario_to_health_band_red").value == 10


def test_a_scenario_is_withdrawn_and_restored(app, demo_file):
    page = assume(app(demo_file, "forecast", view="Scenarios"))
    page.button(key="save_scenario").click().run()

    page.button(key="withdraw_scenario").click().run()

    assert "is withdrawn" in said(page)
    assert page.selectbox(key="scenario").value is None
    assert not [each for each in findings(page) if "The scenario" in each]
    page.button(key="restore_scenario").click().run()
    assert page.selectbox(key="scenario").value == "Red gets worse"
    assert effect(page)


def test_a_link_to_a_scenario_that_is_not_saved_says_so(app, demo_file):
    page = app(demo_file, "forecast", scenario="No such")

    assert "asks for the scenario No such" in said(page)
    assert not page.exception


def test_without_the_store_the_forecast_stands_and_the_page_says_what_is_away(
    app, demo_file, tmp_path
):
    (tmp_path / "app.sqlite").write_text("This is no database. " * 100)

    page = assume(app(demo_file, "forecast", view="Scenarios"))
    page.button(key="save_scenario").click().run()

    assert not page.exception
    assert "Saved scenarios cannot be shown" in said(page)
    assert "Nothing was written" in said(page)
    assert effect(page)


def test_a_scenario_needs_a_name(app, demo_file):
    page = assume(app(demo_file, "forecast", view="Scenarios"), name="  ")

    page.button(key="save_scenario").click().run()

    assert "It needs a name" in said(page)


def test_segments_that_are_not_drawn_are_counted_and_stand_in_the_table(app, company):
    file = company(
        "update account_spans set segment = 'Segment ' || (hash(account_id) % 9)",
    )
    page = app(file, "forecast")
    page.segmented_control(key="forecast_by").set_value("segment").run()

    assert not page.exception
    assert re.search(r"\d segments beyond the 6 with the most ARR due, in the table", said(page))
