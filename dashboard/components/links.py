"""Links to other pages that keep the filters of this one, and to the page of any account."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from dashboard.formats import plain, visible

SHOWN_NAME: Final = r"[?&]name=([^&]*)"
"""What a column of addresses shows of each: the name in it, decoded."""
LONGEST: Final = 120
_KEPT: Final = ("viewer", "as_of")
"""What the page of an account needs of the present link: it is of no part of the book."""
_ENCODED: Final = re.compile(r"[^\w ,.()'-]")
"""Letters and spaces stay as they are: a table is searched and sorted by them."""


def link(file: str, label: str, *, icon: str = "", strong: bool = False, **more: str) -> None:
    """A link to a page by its file, with the filters of this one and parameters of its own.

    The filters stand in the address as long as their widgets live; named here they would stand in
    it twice. Where the page does not exist for the viewer, the label stands without a link.
    """
    said = f"**{plain(label)}**" if strong else plain(label)
    try:
        st.page_link(f"dashboard/pages/{file}.py", label=said, icon=icon, query_params=more or None)
    except StreamlitPageNotFoundError:
        st.markdown(said, width="content")


def links(**pages: str) -> None:
    """Where the numbers above are taken apart: links side by side, titles by file."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for file, title in pages.items():
            link(file, title, icon=":material/arrow_forward:")


def account_addresses(accounts: Iterable[tuple[str | None, str | None]]) -> list[str | None]:
    """Addresses of the pages of accounts, by id and name, relative to the page they stand on.

    Each starts with a path of ours, whatever the name: nothing in a name leads anywhere else. The
    name is in it for the table alone, before the id, so that a table is sorted by names; the page
    takes it out of the address. Without an id there is no page.
    """
    kept = "".join(f"&{name}={quote(value, safe='')}" for name, value in _kept().items())
    return [
        account_id and f"account?name={_readable(name, account_id)}&{_named(account_id)}{kept}"
        for account_id, name in accounts
    ]


def _named(account_id: str) -> str:
    return f"account={quote(account_id, safe='')}"


def _readable(name: str | None, account_id: str) -> str:
    shown = visible(name or "").strip() or account_id
    if len(shown) > LONGEST:
        shown = f"{shown[:LONGEST]}…"
    return _ENCODED.sub(lambda found: quote(found[0], safe=""), shown)


def _kept() -> dict[str, str]:
    return {name: st.query_params[name] for name in _KEPT if name in st.query_params}
