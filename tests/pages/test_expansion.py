"""The views of Expansion by Streamlit's test runner: each loads its own and says what it lacks."""

import duckdb
import pytest

from dashboard.warehouse.base import Warehouse
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.key_numbers import key_numbers
from tests.pages.test_every_page import said

VIEWS = {
    "White space": ("$", "of potential is in no pipeline yet"),
    "Propensity and potential": ("likely and large", "promises most"),
    "Pipeline created": ("closed opportunit", "opened in"),
    "Return": ("NRR is", "From opening to winning"),
}
MOST = 6


def findings(page) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def seen(app, file, view):
    """The page in one of its views."""
    return app(file, "expansion").segmented_control(key="view").set_value(view).run()


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_its_numbers_with_few_questions(app, demo_file, view, monkeypatch):
    asked: set[str] = set()
    fetch = EmbeddedWarehouse.fetch

    def counted(self: Warehouse, question: str, **given: object) -> object:
        asked.add(question)
        return fetch(self, question, **given)

    page = app(demo_file, "expansion")
    monkeypatch.setattr(EmbeddedWarehouse, "fetch", counted)
    page.segmented_control(key="view").set_value(view).run()

    assert not page.exception
    assert not page.error
    assert key_numbers(page)
    assert all(metric.value for metric in key_numbers(page))
    for words in VIEWS[view]:
        assert words in findings(page)
    assert 0 < len(asked) <= MOST
    assert not any(question.startswith("expansion/") for question in asked)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_so_when_every_table_is_empty(app, headers_only, view):
    page = seen(app, headers_only, view)

    assert not page.exception
    assert "could not be drawn" not in said(page)
    assert page.info


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_names_the_table_it_lacks_and_the_others_work(app, demo_file, tmp_path, view):
    table = (
        "product_fit" if view in {"White space", "Propensity and potential"} else "opportunities"
    )
    file = tmp_path / "less.duckdb"
    file.write_bytes(demo_file.read_bytes())
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"delete from {table}")
        connection.execute(
            f"update loaded_tables set is_loaded = false where table_name = '{table}'"
        )

    page = seen(app, file, view)

    assert not page.exception
    assert f"`{table}`, which your company has not loaded" in said(page)
    if table == "product_fit":
        page = app(file, "expansion")
        assert key_numbers(page)
        assert not page.exception


@pytest.mark.parametrize("view", VIEWS)
def test_a_csm_sees_a_view_of_the_own_book(app, demo_file, view):
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        (email,) = connection.execute(
            "select min(email) from team_members where role = 'csm' and left_on is null"
        ).fetchone()
    page = seen(app, demo_file, view)
    whole = [metric.value for metric in key_numbers(page)]

    page.selectbox(key="viewer").set_value(email).run()
    page.switch_page("dashboard/pages/expansion.py").run()
    page.segmented_control(key="view").set_value(view).run()

    assert not page.exception
    assert "could not be drawn" not in said(page)
    assert [metric.value for metric in key_numbers(page)] != whole


def test_the_bars_of_pipeline_created_part_by_kind_and_stage(app, demo_file):
    page = seen(app, demo_file, "Pipeline created")
    for by, measure in (("stage", "ARR"), ("kind", "count")):
        page.segmented_control(key="created_by").set_value(by)
        page.segmented_control(key="created_measure").set_value(measure).run()
        assert not page.exception
        assert "could not be drawn" not in said(page)
        assert key_numbers(page)
