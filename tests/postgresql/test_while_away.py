"""A page whose warehouse goes away: last good answers, since when, and back when it is back."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import polars as pl
import pytest
import streamlit as st
from pptx import Presentation
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard import answering, visitor, writes
from dashboard.components.cards import about
from dashboard.components.staleness import FADED, stamped
from dashboard.exports import files
from dashboard.navigation import entry_at
from dashboard.server import health
from dashboard.settings import ROOT
from dashboard.shown import Shown
from dashboard.takeaway.exhibits import made
from dashboard.takeaway.offscreen import Opened, shown_on
from dashboard.takeaway.printing import page_of
from dashboard.takeaway.slides import slides_of, whole
from dashboard.warehouse import manifest
from dashboard.warehouse.setting_up.postgresql import SCHEMA
from tests.asked_alike import AS_OF
from tests.key_numbers import key_numbers
from tests.postgresql.conftest import SECRET
from tests.proxy import Proxy

AWAY = re.compile(
    r"\*\*As of \d\d\\:\d\d UTC; the warehouse cannot be reached since \d\d\\:\d\d UTC\\\.\*\*"
)
STALE = re.compile(r"STALE\. As of .+ UTC; the warehouse cannot be reached since .+ UTC\.")


@pytest.fixture
def proxy(database) -> Iterator[Proxy]:
    with Proxy(database.port) as proxy:
        yield proxy


@pytest.fixture
def opened(database, proxy, monkeypatch, tmp_path) -> Iterator[Callable[[], AppTest]]:
    """Opens the renewals page over a warehouse behind the proxy, as a server that just started."""
    for name, value in {
        "WAREHOUSE": str(database.set(port=proxy.port)), "POSTGRESQL__SCHEMA": SCHEMA,
        "POSTGRESQL__PASSWORD": SECRET, "OPERATOR": "true", "AS_OF": str(AS_OF),
        "STORE": f"sqlite:///{tmp_path / 'app.sqlite'}", "KEPT__ENABLED": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"CS_DASHBOARD_{name}", value)
    components = manifest_scanner.scan_component_manifests()
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", lambda: components)
    monkeypatch.setattr(manifest, "FAILURE_HOLDS", 0.0)
    monkeypatch.setattr(visitor, "request_headers", lambda: [("Host", "127.0.0.1:8501")])

    def start() -> AppTest:
        restart()
        app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
        return app.switch_page("dashboard/pages/renewals.py").run()

    yield start
    restart()


def restart() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def numbers(app: AppTest) -> list[str]:
    assert not app.exception
    return [each.value for each in key_numbers(app)]


def banners(app: AppTest) -> list[str]:
    return [each.value for each in app.warning if "cannot be reached" in each.value]


def is_faded(app: AppTest) -> bool:
    return any(each.proto.body == FADED.strip() for each in app.get("html"))


def test_a_page_shows_its_last_good_answers_and_is_up_to_date_when_the_warehouse_is_back(
    opened, proxy
):
    app = opened()
    shown = numbers(app)
    assert shown
    assert not banners(app)
    visitor.kept().settle()

    proxy.set("refuse")
    answering.forget()  # As a quarter of an hour later.
    for _ in range(2):
        app.run()
        assert numbers(app) == shown
        (banner,) = banners(app)
        assert AWAY.match(banner), banner
        assert not app.error
        # The first click waited; no other did.
        failed = visitor.warehouse().asked.told()["last_query"]["failed_in_a_row"]
    assert failed <= 6
    told = health.warehouse_now()
    assert (told["warehouse"], told["circuit"]["state"]) == ("does not answer", "open")
    assert told["data"]["stale"] is False

    # Rows behind a mark that nobody looked at: the card says so, and the page stays.
    app.segmented_control(key="due_by_quarter_panel").set_value("Accounts").run()
    app.selectbox(key="due_by_quarter_mark").set_value(0).run()
    assert numbers(app) == shown
    assert "No earlier answer to this is kept" in app.error[0].value
    assert banners(app)

    never_seen = app.switch_page("dashboard/pages/expansion.py").run()
    assert not never_seen.exception
    assert "The warehouse does not answer" in never_seen.error[0].value
    assert visitor.warehouse().asked.told()["last_query"]["failed_in_a_row"] == failed

    # Also for a server that starts meanwhile; until it is too old to say who may see what.
    app = opened()
    assert numbers(app) == shown
    assert AWAY.match(banners(app)[0])
    visitor.settings().server.stale_after_hours = 1e-9
    app.run()
    assert "They are 0 hours old" in banners(app)[0]
    assert is_faded(app)

    proxy.set("pass")
    assert visitor.warehouse().circuit.is_back()
    app.run()
    assert numbers(app) == shown
    assert not banners(app)
    assert not is_faded(app)


def test_files_that_are_made_meanwhile_say_that_they_are_stale(opened, proxy, tmp_path):
    assert numbers(opened())
    visitor.kept().settle()
    page = Opened(entry_at("renewals"))

    def taken(shown: Shown) -> tuple[str, str, bytes, bytes, bytes]:
        exhibit, among = next(each for each in shown.exhibits if each[0].chart is not None)
        picture = made(exhibit, among, "svg", reading=shown.of_what)
        columns = made(exhibit, among, "parquet", reading="")
        deck = whole(slides_of(shown))
        said = about(exhibit, among).get("Age", "")
        assert files.csv(exhibit.frame)
        assert page_of(shown).reading.startswith(said)
        return stamped("due_2026.csv"), said, picture, columns, deck

    name, said, picture, columns, deck = shown_on(page, taken, viewer=None)
    assert (name, said) == ("due_2026.csv", "")
    assert b"STALE" not in picture

    proxy.set("refuse")
    answering.forget()
    name, said, picture, columns, deck = shown_on(page, taken, viewer=None)
    assert name == "due_2026_STALE.csv"
    assert STALE.fullmatch(said)
    assert b"STALE. As of" in picture
    assert pl.read_parquet_metadata(BytesIO(columns))["age"] == said
    slides = Presentation(BytesIO(deck)).slides
    stamps = [
        shape.text_frame.text for each in slides for shape in each.shapes if shape.name == "Stale"
    ]
    assert stamps == [said] * len(slides)


def test_after_somebody_was_erased_no_earlier_answer_is_shown_while_the_warehouse_is_away(
    opened, proxy, tmp_path
):
    app = opened()
    visitor.kept().settle()
    assert list((tmp_path / "kept").iterdir())
    writes.erase("m1")
    assert not list((tmp_path / "kept").iterdir())
    proxy.set("refuse")
    answering.forget()
    assert not app.run().exception
    assert app.error
