"""A table on the screen: all rows of few, the first of very many, and that it says so."""

import polars as pl
import pytest
import streamlit as st

from dashboard.components import tables


@pytest.fixture
def page(monkeypatch):
    """What is drawn: frames and captions."""
    frames, captions = [], []
    monkeypatch.setattr(st, "dataframe", lambda frame, **_how: frames.append(frame))
    monkeypatch.setattr(st, "caption", captions.append)
    return frames, captions


def numbered(rows: int) -> pl.DataFrame:
    return pl.DataFrame({"renewals": range(rows)})


def test_a_table_holds_all_rows_up_to_its_most(page):
    frames, captions = page
    tables.rows_table(numbered(tables.MOST_ROWS), key="t", label="Rows")

    assert len(frames[0]) == tables.MOST_ROWS
    assert captions == []


def test_a_table_of_more_says_how_many_there_are(page):
    frames, captions = page
    tables.rows_table(numbered(tables.MOST_ROWS + 1), key="t", label="Rows")

    assert frames[0]["renewals"].to_list() == list(range(tables.MOST_ROWS))
    assert captions[0].startswith("The first 2,000 of 2,001 rows.")
