"""Whatever a name holds, a digest is one message with our own markup and our own addresses."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.digest import chat, rules
from dashboard.digest.content import Digest, Item, Part, Unanswered, one_line
from dashboard.digest.mail import AddressError, message
from dashboard.digest.markup import html
from dashboard.digest.plain import text
from tests.digest.conftest import BASE, digest_of
from tests.factories import account, answer, member, subscription

NAMES = [
    "![x](http://x.invalid/y.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><a href="http://x.invalid">',
    "'; drop table accounts; --",
    "=cmd|' /C calc'!A0",
    "$a$ :red[x]",
    "NULL",
    "\u202egnp.exe",
    "zero\u200bwidth\ufeff",
    "emoji 🦄 and 売上",
    "x\r\nBcc: everybody@x.invalid\r\n\r\nhello",
    "x\nTo do: nothing",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "<!channel> <!everyone> @here",
    "a" * 300,
    "",
]


class Tags(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.hrefs: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.hrefs += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.words.append(data)


def digest(name: str) -> Digest:
    """A digest with a text from outside wherever one may stand, cleaned where composing does."""
    said = one_line(name)
    item = Item(said, "$1", said, rules.CALL, f"{BASE}/account?account=a1")
    part = Part(
        *("changes", "What changed", f"Changed: {said}", "All of it.", f"{BASE}/", "Overview"),
        items=(item, replace(item, href=None)),
        notes=(said,),
    )
    day = date(2026, 10, 31)
    return Digest(
        *("ada@example.com", said, "All accounts.", day, day, said, f"{BASE}/", (part,)),
        unanswered=(Unanswered("Triggers", said),),
        foot=(said,),
        loaded_at=datetime(2026, 10, 31, tzinfo=UTC),
    )


PLAIN = Tags(html(digest("Acme")))
ANYTHING = st.sampled_from(NAMES) | st.text(max_size=400)


@given(ANYTHING)
def test_no_name_makes_a_tag_an_attribute_or_an_address(name):
    made = Tags(html(digest(name)))

    assert made.tags == PLAIN.tags
    assert made.attributes == PLAIN.attributes
    assert made.hrefs == PLAIN.hrefs
    assert one_line(name) in "".join(made.words)


@given(ANYTHING)
def test_no_name_makes_a_header_or_a_part(name):
    made = message_from_bytes(
        message(digest(name), sender="dashboard@example.com").as_bytes(), policy=policy.default
    )

    assert sorted(made.keys()) == [
        *("Auto-Submitted", "Content-Type", "From", "MIME-Version", "Message-ID", "Subject", "To"),
        "X-Auto-Response-Suppress",
    ]
    assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "text/html"]
    assert [to.addr_spec for to in made["To"].addresses] == ["ada@example.com"]
    assert not made.defects


@given(ANYTHING)
def test_no_name_makes_a_line_of_its_own_or_a_sign_nobody_sees(name):
    lines = text(digest(name)).splitlines()

    assert not [line for line in lines if line.startswith(("Bcc:", "To do: nothing"))]
    for said in (text(digest(name)), html(digest(name))):
        assert not set(said) & set("\u202e\u202d\u2066\u200b\ufeff\r\x00\x85\u2028")


@given(ANYTHING)
def test_no_name_mentions_a_channel_or_makes_a_link_in_a_chat(name):
    body = chat.payload(digest(name), "slack")

    links = str(body["text"]).split("<")[1:]
    assert links
    assert all(link.startswith(BASE) for link in links)
    assert (body["unfurl_links"], body["mrkdwn"]) == (False, False)
    card = chat.payload(digest(name), "teams")["attachments"][0]["content"]
    for block in card["body"]:
        assert block["type"] == "RichTextBlock"
        for run in block["inlines"][1:]:
            assert run["selectAction"]["url"].startswith(BASE)


def test_hostile_names_go_through_the_whole_of_it(warehouse_of):
    ids = {f"a <{number}>&b": name for number, name in enumerate(NAMES)}
    warehouse = warehouse_of(
        team_members=[member("m1", name=NAMES[3])],
        accounts=[account(each, account_name=name) for each, name in ids.items()],
        subscriptions=[subscription(1000, account_id=each) for each in ids],
        survey_responses=[
            answer(3, account_id=each, responded_on=date(2026, 10, 20)) for each in ids
        ],
    )

    made = digest_of(warehouse, "m1@example.com", most=50)

    loops = next(part for part in made.parts if part.key == "loops")
    told = {item.href: item.account for item in loops.items}
    page = Tags(html(made))
    for number, name in enumerate(NAMES):
        href = f"{BASE}/account?account=a%20%3C{number}%3E%26b&as_of=2026-10-31"
        assert told[href] == (one_line(name, longest=120) or f"a <{number}>&b")
        assert href in text(made)
        assert href in page.hrefs
    assert not set(page.tags) & {"img", "script", "iframe", "form", "input"}
    assert {urlsplit(href).netloc for href in page.hrefs} == {"cs.example.com"}
    assert "\n" not in made.subject


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b\r\nBcc: x@y.z", "a b@c.d", "a@", "@b", "<a@b.c>", "a@b.c, d@e.f"],
)
def test_an_address_that_is_none_gets_no_mail(address):
    with pytest.raises(AddressError):
        message(replace(digest("Acme"), email=address), sender="dashboard@example.com")


def test_a_page_asks_nothing_of_the_network(digests):
    for each in digests.values():
        page = html(each)
        assert not set(Tags(page).tags) & {"img", "link", "script", "iframe", "video", "object"}
        assert "url(" not in page
        assert "@import" not in page
        assert "@font-face" not in page
