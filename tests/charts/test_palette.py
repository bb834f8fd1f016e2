"""Colours: told apart under three kinds of colour-blindness, and text that can be read."""

import importlib
import math
import pkgutil
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from dashboard import charts
from dashboard.charts import palette
from dashboard.charts.palette import ACCENT, FAINT, HEALTH, INK, KEPT, KINDS, ON_HEALTH
from dashboard.exports.images import GROUND

THEMES = ("light", "dark")
EYES = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Machado, Oliveira and Fernandes, *A Physiologically-based Model for Simulation of Color Vision
Deficiency* (2009), severity 1.0, on linear RGB."""
GREY = ((0.2126, 0.7152, 0.0722),) * 3
TEXT = {"ON_HEALTH", "_ON"}
"""Colours of text, which stand on others and not beside each other."""


def palettes() -> dict[str, dict]:
    """Every set of colours that one chart may show side by side, by module and name."""
    modules = [
        importlib.import_module(f"dashboard.charts.{each.name}")
        for each in pkgutil.iter_modules(charts.__path__)
    ]
    found = {
        id(value): (f"{module.__name__.rpartition('.')[2]}.{name}", value)
        for module in [*modules, palette]
        for name, value in vars(module).items()
        if isinstance(value, dict) and set(value) == set(THEMES) and name not in TEXT
        if not isinstance(value["light"], str)
    }
    return dict(found.values())


def colours(of) -> list[str]:
    return list(of.values() if isinstance(of, dict) else of)


def linear(colour: str) -> list[float]:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def seen(colour: str, eye) -> tuple[float, float, float]:
    """The colour as an eye sees it, in CIE L*a*b*, where a difference of 2 is barely noticed."""
    parts = linear(colour)
    red, green, blue = (
        min(1, max(0, sum(a * b for a, b in zip(row, parts, strict=True)))) for row in eye
    )
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        value ** (1 / 3) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29
        for value in (
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / white[0],
            (0.2126 * red + 0.7152 * green + 0.0722 * blue) / white[1],
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / white[2],
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def closest(of: list[str], *eyes) -> float:
    """The least difference between two of the colours, for any of the eyes."""
    return min(
        math.dist(seen(one, eye), seen(other, eye))
        for eye in eyes
        for one, other in combinations(of, 2)
    )


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as the Web Content Accessibility Guidelines measure it."""
    dark, light = sorted(
        sum(a * b for a, b in zip(GREY[0], linear(each), strict=True)) for each in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


def test_the_palettes_are_found():
    assert {"palette.HEALTH", "palette.KINDS", "palette.CATEGORIES"} <= set(palettes())


@pytest.mark.parametrize("name", palettes())
def test_colours_of_one_chart_are_told_apart_under_each_kind_of_colour_blindness(name):
    for theme in THEMES:
        assert closest(colours(palettes()[name][theme]), *EYES.values()) >= 10, theme


@pytest.mark.parametrize("theme", THEMES)
def test_health_is_told_apart_by_everybody_and_green_amber_and_red_in_grey(theme):
    scored = [HEALTH[theme][band] for band in ("green", "amber", "red")]

    assert closest(colours(HEALTH[theme]), *EYES.values()) >= 20
    assert closest(scored, GREY) >= 18


@pytest.mark.parametrize("theme", THEMES)
def test_text_has_a_contrast_of_4_5_or_more_and_marks_3(theme):
    ground = GROUND[theme]
    texts = [(INK[theme], ground), (FAINT[theme], ground), (ACCENT[theme], ground)]
    texts += [(ON_HEALTH[theme][band], colour) for band, colour in HEALTH[theme].items()]
    texts += [(INK[theme], colour) for colour in KEPT[theme].values()]

    assert {pair: contrast(*pair) for pair in texts if contrast(*pair) < 4.5} == {}
    assert {
        each: contrast(each, ground) for each in KINDS[theme] if contrast(each, ground) < 3
    } == {}


def test_the_theme_of_the_app_is_the_one_that_charts_are_drawn_for():
    file = Path(__file__).parent.parent.parent / ".streamlit" / "config.toml"
    themes = tomllib.loads(file.read_text())["theme"]

    for theme in THEMES:
        assert themes[theme]["backgroundColor"] == GROUND[theme]
        assert themes[theme]["textColor"] == INK[theme]
        assert themes[theme]["primaryColor"] == ACCENT[theme]


def test_a_pair_that_nobody_tells_apart_is_found():
    assert closest(["#2F5D9B", "#7A4E9F"], EYES["protanopia"]) < 5
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
