"""The key numbers of a page as Streamlit's test runner holds them."""

import html
import re
from dataclasses import dataclass

from streamlit.testing.v1 import AppTest

CARD = re.compile(r'<section class="kpi".*?</section>', re.DOTALL)


@dataclass(frozen=True)
class KeyNumber:
    """One card of a row as somebody reads it."""

    label: str
    value: str
    delta: str
    said: str
    definition: str
    past: list[str]


def key_numbers(page: AppTest) -> list[KeyNumber]:
    """Every card of every row, in the order of the page."""
    return [_read(card) for each in page.get("html") for card in CARD.findall(str(each.proto.body))]


def _read(card: str) -> KeyNumber:
    def of(pattern: str) -> str:
        found = re.search(pattern, card, re.DOTALL)
        return html.unescape(re.sub("<.*?>", "", found[1])) if found else ""

    past = of(r'<img alt="[^"]*first: ([^"]*)"')
    return KeyNumber(
        label=of(r'<div class="label"><span>(.*?)</span>'),
        value=of(r'<div class="value">(.*?)</div>'),
        delta=of(r'<div class="change[^>]*>(?:<span aria-hidden=true>.</span> )?([^<]*)'),
        said=of(r'<div class="said">(.*?)</div>'),
        definition=of(r"<details>.*?<p>(.*?)</p>"),
        past=past.split("; ") if past else [],
    )
