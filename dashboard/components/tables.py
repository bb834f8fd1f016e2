"""Tables that read like the numbers of the cards."""

from typing import Final

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.formats import NOT_AVAILABLE, SYMBOLS
from dashboard.session import policy

HEADINGS: Final = {
    "account_id": "Account id",
    "account_name": "Account",
    "csm_name": "CSM",
    "csm_id": "CSM id",
    "member_id": "Member id",
    "arr": "ARR",
    "arr_in_bar": "ARR in the bar",
    "arr_due": "ARR due",
    "arr_open": "Open ARR due",
    "arr_red": "ARR at red",
    "arr_renewed": "ARR renewed",
    "arr_renewed_capped": "ARR renewed, capped at due",
    "nps": "NPS",
    "url": "Link",
    "lifecycle_stage": "Stage",
    "health_band": "Health",
    "overall_score": "Score",
}
_ID_COLUMNS: Final = frozenset({"renewal_id", "opportunity_id", "response_id"})


def rows_table(frame: pl.DataFrame, *, key: str, label: str) -> None:
    """Rows as a sortable, searchable table; all of them, with dates, money and scores formatted."""
    st.dataframe(
        shown(frame),
        hide_index=True,
        key=key,
        column_config=columns(frame),
        alt=label,
        placeholder=NOT_AVAILABLE,
        height="auto" if len(frame) <= _SHORT else _TALL,
    )


def columns(frame: pl.DataFrame) -> dict[str, ColumnConfig | str | None]:
    """Column settings by type: money with its symbol, dates without a time zone's shift."""
    symbol = SYMBOLS.get(policy().reporting_currency, "")
    settings: dict[str, ColumnConfig | str | None] = {}
    for name, dtype in frame.schema.items():
        heading = HEADINGS.get(name, name.replace("_", " ").capitalize())
        if isinstance(dtype, pl.Decimal):
            settings[name] = st.column_config.NumberColumn(heading, format=f"{symbol}%,.2f")
        elif dtype == pl.Date:
            settings[name] = st.column_config.DateColumn(heading, format="D MMM YYYY")
        elif isinstance(dtype, pl.Datetime):
            settings[name] = st.column_config.DatetimeColumn(
                f"{heading} (UTC)", format="D MMM YYYY HH:mm", timezone="UTC"
            )
        elif dtype.is_float():
            share = name.endswith(("_share", "coverage", "weight"))
            settings[name] = st.column_config.NumberColumn(
                heading, format="percent" if share else "%.1f"
            )
        elif name == "url":
            settings[name] = st.column_config.LinkColumn(heading, display_text="open")
        elif dtype == pl.Boolean:
            settings[name] = st.column_config.CheckboxColumn(heading)
        else:
            settings[name] = st.column_config.Column(heading)
    return settings


def shown(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as the browser draws them: money as numbers, ids of records last."""
    ids = [name for name in frame.columns if name in _ID_COLUMNS]
    if "url" in frame.columns:
        web = pl.col("url").str.contains("^https?://")
        frame = frame.with_columns(url=pl.when(web).then(pl.col("url")))
    return drawn(frame.select(*(name for name in frame.columns if name not in ids), *ids))


def drawn(frame: pl.DataFrame) -> pl.DataFrame:
    """Money as floats: exact in the data, drawn on a screen."""
    return frame.with_columns(pl.selectors.decimal().cast(pl.Float64))


_SHORT: Final = 12
_TALL: Final = 460
