"""What views of pages ask is counted by running them, and a week is reckoned from it."""

from dataclasses import replace

import pytest
import streamlit as st
from click.testing import CliRunner

from dashboard.takeaway.round_trips import round_trips_command
from dashboard.warehouse.cost import Assumptions, week


def test_a_view_is_asked_once_and_opened_again_without_a_question(demo_file, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_OPERATOR", "true")
    st.cache_resource.clear()
    told = CliRunner().invoke(
        round_trips_command,
        ["--page", "churn", "--warehouse", str(demo_file), "--credit-price", "2", "--viewers", "0"],
    )
    st.cache_resource.clear()
    assert told.exit_code == 0, told.output
    [row] = [line.split() for line in told.output.splitlines() if line.startswith("Churn")]
    asked, _, again = map(float, row[1:])
    assert 1 <= asked <= 6
    assert again == 0
    # Nobody looks: the hours are those of one suspension a day, and of the loads.
    assert "cost" in told.output


def test_a_week_by_hand():
    given = Assumptions(
        viewers=1, views_a_day=1, days=2, hours=1, again=0, seconds_a_question=6,
        suspend_after=54, credits_an_hour=2, loads_a_day=1, seconds_a_load=306,
    )  # fmt: skip
    found = week(6, given)
    assert (found.views, found.round_trips) == (2, 12)
    # One view an hour keeps it running for a minute: 1 - exp(-1/60) of an hour, and a minute more.
    assert found.hours_asked == pytest.approx(2 * (0.0165285 + 1 / 60), abs=1e-6)
    assert found.hours_loaded == pytest.approx(0.2)
    assert found.used == pytest.approx(2 * (found.hours_asked + found.hours_loaded))


def test_a_crowd_keeps_it_running_and_no_longer():
    crowd = week(4, Assumptions(viewers=5000))
    assert crowd.hours_asked == pytest.approx(45, rel=0.01)
    assert week(4, replace(Assumptions(), viewers=50, again=1)).hours_asked < 1
