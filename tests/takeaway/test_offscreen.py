"""What a page shows where nobody looks is what it shows on the screen."""

import html
import re
import threading
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import session
from dashboard.access import ROLES, role_in_words
from dashboard.filters import Filters
from dashboard.navigation import SHOWING, entry_at
from dashboard.shown import Shown
from dashboard.takeaway.offscreen import Chosen, NotOnOfferError, Opened, in_a_run, shown_on
from tests.key_numbers import key_numbers
from tests.takeaway.conftest import somebody

ROOT = Path(__file__).parent.parent.parent
FINDING = re.compile(r'<h3 class="finding">(.*)</h3>')
FILES = [entry.file for entry in SHOWING]
NO_EXHIBIT = re.compile(
    r"rating for |as their managers rated$|after calibration|^\d+ notes? pinned|^This meeting, "
    r"|^(No action|\d+ actions?) carried over$"
    r"|^No (?:scenario is assumed|move is planned|parent and no account|advocacy is known)"
    r"|^Ratings are kept for |^\d+ metrics, each with its |^\d+ columns of the contract$"
)
"""Headings of what people write in, of empty places and of reference: they are no exhibits."""


def itself(shown: Shown) -> Shown:
    return shown


def screen(file: str, viewer=None, **link: str | list[str]) -> AppTest:
    """A page in Streamlit's own runner, by its link."""
    test = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    if viewer is not None:
        link["viewer"] = f"{viewer.name}, {role_in_words(viewer.role)}"
    for name, value in link.items():
        test.query_params[name] = value
    if file != FILES[0]:
        test.switch_page(f"dashboard/pages/{file}.py")
    test.run()
    assert not test.exception
    return test


def titles(test: AppTest) -> list[str]:
    found = [FINDING.search(each.proto.body) for each in test.get("html")]
    said = [html.unescape(each[1]) for each in found if each]
    return [each for each in said if not NO_EXHIBIT.search(each)]


def assert_same(test: AppTest, shown: Shown) -> None:
    assert [each.title for each, _ in shown.exhibits] == titles(test)
    figures = [(each.label, each.value) for each in shown.figures]
    assert figures == [(each.label, each.value) for each in key_numbers(test)]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("file", FILES)
def test_every_view_of_a_page_is_the_same_without_a_screen(company, file):
    first = shown_on(Opened(entry_at(file)), itself, viewer=None)
    assert first.exhibits or first.figures or first.remarks or file == "data"
    assert_same(screen(file), first)
    for view in first.views[1:]:
        shown = shown_on(Opened(entry_at(file), link={"view": view}), itself, viewer=None)
        assert_same(screen(file, view=view), shown)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_shown_the_same_without_a_screen(company, role):
    viewer = somebody(company, role)
    # Whoever sees all accounts is shown what the operator is: every third page of them will do.
    sees_all = role in {"executive", "finance"}
    for entry in SHOWING[::3] if sees_all else SHOWING:
        if entry.may_open(viewer):
            shown = shown_on(Opened(entry), itself, viewer=viewer)
            assert f"seen as {viewer.name}" in shown.reading
            assert_same(screen(entry.file, viewer), shown)
        else:
            with pytest.raises(NotOnOfferError, match="not on offer"):
                shown_on(Opened(entry), itself, viewer=viewer)


FILTERED = ("overview", "churn", "renewals", "coverage")


@pytest.mark.parametrize("file", FILTERED)
def test_filters_do_the_same_without_a_screen(company, file):
    entry = entry_at(file)

    def offered() -> tuple[dict[str, dict[str, str]], list[str], list[str]]:
        names = {name: session.choices(name) for name in ("segment", "region", "csm")}
        quarters = [each.label for each in session.quarters()]
        return names, quarters, list(session.retention_policies())

    names, quarters, policies = in_a_run(offered, viewer=None)
    day = in_a_run(session.today, viewer=None).replace(day=1)
    one = {name: next(iter(values)) for name, values in names.items()}
    sets = [
        {"segment": (one["segment"],), "region": (one["region"],), "policy": policies[-1]},
        {"csm": (one["csm"],), "as_of": day, "quarter": quarters[3]},
    ]
    unfiltered = shown_on(Opened(entry), itself, viewer=None)
    for filters in sets:
        link = {}
        for name, value in filters.items():
            if name == "policy" and not entry.by_policy:
                continue
            if name == "quarter" and not entry.by_quarter:
                continue
            if isinstance(value, tuple):
                link[name] = [names[name][each] for each in value]
            else:
                link[name] = str(value)

        shown = shown_on(Opened(entry, Chosen(**filters)), itself, viewer=None)

        assert_same(screen(file, **link), shown)
        assert shown.reading != unfiltered.reading
        assert shown.figures != unfiltered.figures


@pytest.mark.parametrize(
    "chosen",
    [
        {"segment": ("no such segment",)},
        {"region": ("no such region",)},
        {"csm": ("M999",)},
        {"policy": "no such policy"},
        {"quarter": "FY99 Q9"},
    ],
)
def test_a_filter_that_is_not_on_offer_is_refused_and_not_left_out(company, chosen):
    with pytest.raises(NotOnOfferError, match="on offer to this viewer"):
        shown_on(Opened(entry_at("churn"), Chosen(**chosen)), itself, viewer=None)


def test_a_day_after_the_data_is_refused(company):
    tomorrow = in_a_run(session.today, viewer=None).replace(year=2099)
    with pytest.raises(NotOnOfferError, match="on offer"):
        shown_on(Opened(entry_at("overview"), Chosen(as_of=tomorrow)), itself, viewer=None)


def test_a_csm_of_another_book_is_no_filter_of_a_csm(company):
    csm, other = somebody(company, "csm"), somebody(company, "executive")
    with pytest.raises(NotOnOfferError):
        shown_on(Opened(entry_at("overview"), Chosen(csm=(other.member_id,))), itself, viewer=csm)


@pytest.mark.parametrize("file", ["health", "overview"])
def test_a_view_that_is_not_there_is_refused(company, file):
    with pytest.raises(NotOnOfferError, match="has no view"):
        shown_on(Opened(entry_at(file), link={"view": "Nowhere"}), itself, viewer=None)


def test_a_widget_takes_the_value_of_the_link(company):
    account = in_a_run(
        lambda: session.load(_accounts(), Filters(as_of=session.as_of())).row(-1, named=True),
        viewer=None,
    )
    link = {"account": account["account_id"]}

    shown = shown_on(Opened(entry_at("account"), link=link), itself, viewer=None)

    assert {ex.source.params.get("account_id") for ex, _ in shown.exhibits} == {
        account["account_id"]
    }


def _accounts():
    from dashboard.queries import account  # noqa: PLC0415

    return account.choices


def test_runs_at_one_time_know_only_their_own_viewer(company):
    viewers = [somebody(company, role) for role in ("csm", "cs_manager", "executive", "finance")]
    alone = [shown_on(Opened(entry_at("renewals")), itself, viewer=each) for each in viewers]
    ready, found = threading.Barrier(2 * len(viewers)), {}

    def run(place: int) -> None:
        viewer = viewers[place % len(viewers)]

        def seen() -> tuple[object, object]:
            ready.wait(60)
            return session.viewer(), session.scope()

        found[place] = (
            in_a_run(seen, viewer=viewer),
            shown_on(Opened(entry_at("renewals")), itself, viewer=viewer),
        )

    threads = [threading.Thread(target=run, args=(place,)) for place in range(2 * len(viewers))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == len(threads)
    for place, ((viewer, _), shown) in found.items():
        before = alone[place % len(viewers)]
        assert viewer == viewers[place % len(viewers)]
        assert shown.reading == before.reading
        assert shown.figures == before.figures
        assert [each.title for each, _ in shown.exhibits] == [e.title for e, _ in before.exhibits]


def test_a_run_takes_nothing_from_the_session_that_asks_for_it_and_leaves_nothing_there(company):
    csm, executive = somebody(company, "csm"), somebody(company, "executive")

    def outer() -> tuple[object, object, dict[str, object]]:
        st.session_state["segment"] = ["Enterprise"]
        st.session_state["mine"] = "a secret"
        before = dict(st.session_state)

        def inner() -> tuple[object, dict[str, object]]:
            st.session_state["theirs"] = "another"
            return session.viewer(), dict(st.session_state)

        who, state = in_a_run(inner, viewer=executive)
        assert dict(st.session_state) == before
        return session.viewer(), who, state

    looking, other, state = in_a_run(outer, viewer=csm)

    assert (looking, other) == (csm, executive)
    assert "mine" not in state
    assert "segment" not in state


def test_without_an_offscreen_run_the_session_of_the_app_is_who_it_was(company):
    csm = somebody(company, "csm")
    test = screen("renewals", csm)
    shown_on(Opened(entry_at("renewals")), itself, viewer=None)
    test.run()
    assert any(f"seen as {csm.name}" in each.value for each in test.caption)


def test_a_page_that_lacks_its_tables_says_which(served, empty_file):
    served(empty_file)
    for entry in SHOWING:
        shown = shown_on(Opened(entry), itself, viewer=None)
        if entry.file != "data":
            assert any("not loaded" in each for each in shown.remarks), entry.file
            assert not shown.exhibits
        # A view of a page that stopped before its views is no mistake of whoever asks.
        if entry.file == "health":
            shown_on(Opened(entry, link={"view": "Movement"}), itself, viewer=None)


def test_a_page_without_a_row_says_that_there_is_nothing(served, headers_only):
    served(headers_only)
    for entry in SHOWING:
        shown = shown_on(Opened(entry), itself, viewer=None)
        said = shown.remarks or [each.title for each, _ in shown.exhibits]
        assert said or entry.file == "data", entry.file


def test_what_goes_wrong_in_a_run_is_raised_where_it_was_asked_for(company):
    def wrong() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_a_run(wrong, viewer=None)
