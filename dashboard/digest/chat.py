"""A digest as a short message of a chat: plain words and addresses, nothing that is markup."""

from typing import Any, Final

from dashboard.digest.content import Digest
from dashboard.digest.rules import NOTHING

TO_DO: Final = 3
"""Things to do that a message names, over all parts."""


def lines(digest: Digest) -> list[tuple[str, str | None]]:
    """Lines of the message, each with where it leads."""
    said: list[tuple[str, str | None]] = []
    if digest.stamp:
        said.append((digest.stamp, None))
    said.append((f"{digest.as_of:%-d %b %Y}: {digest.headline}.", digest.home))
    if not digest.nothing_changed:
        said += [
            (f"{part.heading}: {part.title}.", part.href)
            for part in digest.parts
            if part.rows and part.title != digest.headline
        ]
        pressing = [
            (f"{item.account} ({item.worth}): {item.rule.said}", item.href)
            for part in digest.parts
            for item in part.items
            if part.to_do and item.rule is not NOTHING
        ]
        said += pressing[:TO_DO]
    said += [
        (f"Could not be answered: {each.heading}. {each.why}", None) for each in digest.unanswered
    ]
    loaded = f"{digest.loaded_at:%-d %b %Y, %H:%M} UTC"
    where = "" if digest.nothing_changed else " Sums and definitions stand on the pages."
    said.append((f"For {digest.name}; {digest.filters}. Data loaded on {loaded}.{where}", None))
    return said


def payload(digest: Digest, kind: str) -> dict[str, Any]:
    """What an incoming webhook takes."""
    return _BODIES[kind](lines(digest))


def _slack(said: list[tuple[str, str | None]]) -> dict[str, Any]:
    # Slack reads only these three in plain text: without them no name mentions a whole channel.
    def safe(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    told = [safe(text) + (f" <{safe(href)}>" if href else "") for text, href in said]
    return {
        "text": "\n".join(told),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _teams(said: list[tuple[str, str | None]]) -> dict[str, Any]:
    # Runs of text are read as they are, unlike a TextBlock, which reads Markdown.
    def block(text: str, href: str | None) -> dict[str, Any]:
        run: dict[str, Any] = {"type": "TextRun", "text": text}
        opens: dict[str, Any] = {
            "type": "TextRun",
            "text": " Open",
            "selectAction": {"type": "Action.OpenUrl", "title": "Open", "url": href},
        }
        return {"type": "RichTextBlock", "inlines": [run, opens] if href else [run]}

    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": [block(text, href) for text, href in said],
                },
            }
        ],
    }


_BODIES = {"slack": _slack, "teams": _teams}
