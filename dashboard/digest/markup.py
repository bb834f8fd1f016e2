"""A digest as HTML for mail: it asks nothing of the network, and every text is escaped."""

from functools import cache
from pathlib import Path

import jinja2

from dashboard.digest.content import Digest


def html(digest: Digest) -> str:
    """The whole digest as a page of its own, at most 640 wide, light and dark."""
    return _template().render(
        digest=digest,
        since=f"{digest.since:%-d %b %Y}",
        loaded=f"{digest.loaded_at:%-d %b %Y, %H:%M}",
    )


@cache
def _template() -> jinja2.Template:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=False,
    ).get_template("digest.html.j2")
