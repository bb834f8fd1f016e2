"""Signing in and out, and the link that somebody came with."""

import binascii
import hashlib
import json
import logging
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from dashboard import noting, visitor
from dashboard.identity import Identity, NotAdmittedError
from dashboard.store.base import StoreError

FORGET_AFTER: Final = timedelta(hours=48)
"""Twice as long as any sign-in may last: its end is kept longer than it could be used."""
KEPT_SECONDS: Final = 600
MOST_KEPT: Final = 1000
LONGEST: Final = 4000

Link = tuple[str, dict[str, list[str]]]
"""The last part of an address, which ``navigation.page_at`` makes a page of ours, and filters."""

_log: Final = logging.getLogger("dashboard.sign_in")
_NOTED: Final = "sign_in_noted"


def begin(link: Link) -> None:
    """Send the browser to the provider; ``link_back`` brings it back to the link."""
    if browser := _browser():
        kept = _kept_links()
        kept[browser] = (time.monotonic(), link)
        kept.move_to_end(browser)
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    st.login()
    st.stop()


def end() -> None:
    """End this sign-in here, in every other tab and process, and at the provider."""
    who = _identity()
    if who is not None:
        visitor.ended_here().add(who.key)
        visitor.look_up_again(who.key)
        now = datetime.now(UTC)
        try:
            visitor.store().end_session(who.key, at=now, forget=now - FORGET_AFTER)
        except StoreError:
            # Served by no process: whose end cannot be looked up is not served, here it is known.
            _log.warning("a sign-out could not be written down", extra={"sign_in": who.key[:8]})
        signed_out(who)
    st.logout()
    st.stop()


def noted(refusal: str | None = None) -> None:
    """Note that somebody came in or was refused, once and not at every run."""
    who = _identity()
    now = (who and who.key, refusal)
    if st.session_state.get(_NOTED) == now:
        return
    if refusal is not None:
        refused(str(st.user.get("email", "")) or "nobody", refusal)
    elif who is not None:
        signed_in(who)
    st.session_state[_NOTED] = now


def signed_in(who: Identity) -> None:
    """Somebody came in: all sign-ins pass here.

    Raises
    ------
    StoreError
        It cannot be written down: then nobody comes in.
    """
    noting.noted("sign in", "sign in", filters=_of(who))
    _log.info("signed in", extra={"sign_in": who.key[:8]})


def signed_out(who: Identity) -> None:
    """Somebody signed out: all sign-outs pass here. Nothing keeps anybody in."""
    try:
        noting.noted("sign out", "sign out", filters=_of(who), by=who.email)
    except StoreError:
        _log.warning("a sign-out is not in the audit log", extra={"sign_in": who.key[:8]})
    _log.info("signed out", extra={"sign_in": who.key[:8]})


def refused(email: str, sentence: str) -> None:
    """Somebody signed in and is not let in: all refusals pass here."""
    try:
        noting.noted("refused", "sign in", filters=json.dumps({"why": sentence}), by=email)
    except StoreError:
        _log.warning("a refusal is not in the audit log")
    _log.info("refused")  # No address in a log that others read.


def _of(who: Identity) -> str:
    return json.dumps({"sign_in": who.key[:8]})


def present_link() -> Link:
    """The page and the filters that the browser's address names."""
    last = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    if sum(len(name) + sum(map(len, values)) for name, values in query.items()) > LONGEST:
        query = {}
    return last[:LONGEST], query


def link_back() -> Link | None:
    """What this browser came with before it signed in: given once, and soon or not at all."""
    browser = _browser()
    found = _kept_links().pop(browser, None) if browser else None
    if found is None or time.monotonic() - found[0] > KEPT_SECONDS:
        return None
    return found[1]


def _identity() -> Identity | None:
    try:
        return visitor.identity()
    except NotAdmittedError:
        return None


def _browser() -> str | None:
    """A hash that stands for the browser: of the token against forged requests, in its cookie.

    Streamlit masks the token anew at each visit; beneath the mask it stays as it is.
    """
    try:
        _, mask, masked, _ = st.context.cookies.get("_streamlit_xsrf", "").strip("\"'").split("|")
        key, text = binascii.unhexlify(mask), binascii.unhexlify(masked)
    except (ValueError, binascii.Error):
        return None
    if not key:
        return None
    token = bytes(each ^ key[place % len(key)] for place, each in enumerate(text))
    return hashlib.sha256(token).hexdigest()


@st.cache_resource(show_spinner=False)
def _kept_links() -> "OrderedDict[str, tuple[float, Link]]":
    """Links of those who are at the provider, of this process alone."""
    return OrderedDict()
