"""The least that a dashboard in Streamlit can be: one chart that never changes, and one choice."""

import altair as alt
import polars as pl
import streamlit as st

st.set_page_config(page_title="Floor", layout="wide")
chosen = st.sidebar.selectbox("Segment", ["All", "Enterprise", "Mid-Market", "Small Business"])
st.markdown(f"### {chosen}")
rows = pl.DataFrame({"quarter": ["Q1", "Q2", "Q3", "Q4"], "arr": [4.0, 7.0, 5.0, 6.0]})
st.altair_chart(alt.Chart(rows).mark_bar().encode(x="quarter", y="arr"))
