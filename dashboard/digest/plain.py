"""A digest as plain text."""

import textwrap
from collections.abc import Iterable

from dashboard.digest.content import Digest, Part

WIDTH = 78


def text(digest: Digest) -> str:
    """The whole digest, readable without HTML; one line where nothing changed."""
    lines = [*_folded(digest.stamp), ""] if digest.stamp else []
    if digest.nothing_changed:
        lines += [f"{digest.headline}.", digest.home]
    else:
        lines += [*_folded(digest.headline), "=" * min(len(digest.headline), WIDTH)]
        for part in digest.parts:
            lines += ["", *_part(part, said=part.title == digest.headline)]
    if digest.unanswered:
        lines += ["", "Could not be answered"]
        for each in digest.unanswered:
            lines += _folded(f"{each.heading}: {each.why}", "- ", "  ")
    return "\n".join([*lines, "", *_foot(digest), ""])


def _part(part: Part, *, said: bool) -> Iterable[str]:
    yield part.heading.upper()
    if not said:
        yield from _folded(f"{part.title}.")
    for item in part.items:
        yield ""
        yield from _folded(f"{item.account} ({item.worth}): {item.said}.", "- ", "  ")
        yield from _folded(item.rule.said, "  ", "  ")
        if item.href:
            yield f"  {item.href}"
    yield ""
    for sentence in (part.more, part.total):
        if sentence:
            yield from _folded(f"{sentence}.")
    for note in part.notes:
        yield from _folded(note)
    yield f"All on {part.page}: {part.href}"


def _foot(digest: Digest) -> Iterable[str]:
    yield "--"
    yield from _folded(f"For {digest.name}. {digest.seen}")
    yield from _folded(f"Changes after {digest.since:%-d %b %Y}, {digest.filters}.")
    yield f"Data loaded on {digest.loaded_at:%-d %b %Y, %H:%M} UTC."
    for each in digest.foot:
        yield from _folded(each)
    if not digest.nothing_changed:
        for part in digest.parts:
            yield from _folded(f"{part.heading}: {part.definition}", "* ", "  ")
    yield from _folded("A link shows what its reader may see.")


def _folded(said: str, first: str = "", then: str = "") -> list[str]:
    return textwrap.wrap(
        said,
        WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )
