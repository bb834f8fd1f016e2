"""What a viewer narrowed an answer to: the as-of date, a window of dates, parts of the book."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self

UNASSIGNED: Final = "unassigned"
"""Stands for the missing CSM in a filter."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The part of a question that every page shares.

    ``since`` is the first day of the window, ``until`` the first day after it; without both a
    question covers all the data, rows without a date included. Empty tuples keep everything.
    """

    as_of: date
    since: date | None = None
    until: date | None = None
    segments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    csm_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"the window starts on {self.since}, after its end on {self.until}")

    def params(self) -> dict[str, object]:
        """Bind parameters of the filters."""
        return {
            "as_of": self.as_of,
            "since": self.since,
            "until": self.until,
            "all_segments": not self.segments,
            "segments": list(self.segments) or [""],
            "all_regions": not self.regions,
            "regions": list(self.regions) or [""],
            "all_csms": not self.csm_ids,
            "csm_ids": list(self.csm_ids) or [""],
        }

    def window(self, since: date | None, until: date | None) -> Self:
        """The same filters over another window."""
        return replace(self, since=since, until=until)

    def unfiltered(self) -> Self:
        """The same day without a window or any part of the book left out."""
        return replace(self, since=None, until=None, segments=(), regions=(), csm_ids=())

    def sentence(self, csm_names: Mapping[str, str] | None = None) -> str:
        """The filters in words, for the line under a chart; the last day of a window is in."""
        names = csm_names or {}
        parts = [f"as of {self.as_of:%-d %b %Y}"]
        if self.since or self.until:
            first = f"{self.since:%-d %b %Y}" if self.since else "the start"
            last = f"{self.until - timedelta(days=1):%-d %b %Y}" if self.until else "the end"
            parts.append(f"from {first} to {last}")
        parts += [
            f"{name} {', '.join(values)}"
            for name, values in (
                ("segment", self.segments),
                ("region", self.regions),
                ("CSM", tuple(names.get(csm, csm) for csm in self.csm_ids)),
            )
            if values
        ]
        return "; ".join(parts)
