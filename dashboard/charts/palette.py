"""Colours that carry meaning, told apart under colour-blindness and in grey, in both themes."""

from typing import Final, Literal

Theme = Literal["light", "dark"]

BANDS: Final = ("green", "amber", "red", "not scored")
WORDS: Final = {
    "green": "✓ green",
    "amber": "! amber",
    "red": "✕ red",
    "not scored": "? not scored",
}
"""A band is never a colour alone."""

HEALTH: Final[dict[Theme, dict[str, str]]] = {
    "light": {
        "green": "#2A9D8F",
        "amber": "#F4B740",
        "red": "#9D0208",
        "not scored": "#C3C8CF",
    },
    "dark": {
        "green": "#5bb9b9",
        "amber": "#ffed7a",
        "red": "#c41c22",
        "not scored": "#5A6472",
    },
}
ON_HEALTH: Final[dict[Theme, dict[str, str]]] = {
    "light": {"green": "#06231F", "amber": "#2B1D00", "red": "#FFFFFF", "not scored": "#1F2937"},
    "dark": {"green": "#06231F", "amber": "#2B1D00", "red": "#FFFFFF", "not scored": "#FFFFFF"},
}
"""Text on a field of that colour, at a contrast of 4.5 or more."""

INK: Final[dict[Theme, str]] = {"light": "#1F2937", "dark": "#E5E7EB"}
FAINT: Final[dict[Theme, str]] = {"light": "#6B7280", "dark": "#9CA3AF"}
SURFACE: Final[dict[Theme, str]] = {"light": "#E9ECF1", "dark": "#2A313C"}
"""A quiet field behind marks: reference bands, empty cells."""
TONES: Final[dict[Theme, dict[str, str]]] = {
    "light": {"good": "#1F7A6E", "bad": "#9D0208"},
    "dark": {"good": "#5bb9b9", "bad": "#F08A8E"},
}
"""The line of a number that changed for the better or the worse."""
ACCENT: Final[dict[Theme, str]] = {"light": "#2F5D9B", "dark": "#8AB4F8"}

KINDS: Final[dict[Theme, tuple[str, ...]]] = {
    "light": ("#2F5D9B", "#D97C2B", "#56175C", "#50A060", "#E0479F", "#6B7280", "#755D1E"),
    "dark": ("#8AB4F8", "#F2A65A", "#8E5BD0", "#86EDB8", "#B8509A", "#AAB2BF", "#8A7430"),
}
"""Seven colours for things without an order of their own, told apart under colour-blindness."""

CATEGORIES: Final[dict[Theme, dict[str, str]]] = {
    "light": {
        "commit": "#1D4E89",
        "best case": "#4F86C6",
        "pipeline": "#A9C5E8",
        "omitted": "#B9BEC7",
        "other": "#56175C",
    },
    "dark": {
        "commit": "#8AB4F8",
        "best case": "#5B8BD0",
        "pipeline": "#3B5F94",
        "omitted": "#6B7280",
        "other": "#8E5BD0",
    },
}
"""Forecast categories from sure to unsure: one hue, paler as confidence falls."""

ANSWERS: Final[dict[Theme, dict[str, str]]] = {
    "light": {"promoters": "#2A9D8F", "passives": "#C3C8CF", "detractors": "#9D0208"},
    "dark": {"promoters": "#5bb9b9", "passives": "#5A6472", "detractors": "#c41c22"},
}

CLOSED: Final[dict[Theme, dict[str, str]]] = {
    "light": {"kept": "#8FA1B7", "lost": "#374151"},
    "dark": {"kept": "#64748B", "lost": "#E5E7EB"},
}
"""Renewals that are over: what was kept and what was lost."""

KEPT: Final[dict[Theme, dict[str, str]]] = {
    "light": {"lost": "#D97C2B", "same": "#F1F3F6", "grown": "#7FA6D9"},
    "dark": {"lost": "#9A5418", "same": "#2A313C", "grown": "#2F5D9B"},
}
"""What is left of something: less than it was, the same, more; text on it is ``INK``."""

LOSSES: Final[dict[Theme, dict[str, str]]] = {
    "light": {
        "controllable": "#D97C2B",
        "not controllable": "#2F5D9B",
        "unknown": "#6B7280",
        "contraction": "#A9C5E8",
    },
    "dark": {
        "controllable": "#F2A65A",
        "not controllable": "#8AB4F8",
        "unknown": "#AAB2BF",
        "contraction": "#3B5F94",
    },
}
"""Churn by whether it could have been prevented, and contraction beside it."""
