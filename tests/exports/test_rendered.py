"""LibreOffice opens a deck and draws every slide of it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.exports.samples import every_chart, slide
from tests.exports.test_deck import FIGURE, template, written

SOFFICE, PDFTOPPM = shutil.which("soffice"), shutil.which("pdftoppm")
pytestmark = pytest.mark.skipif(not (SOFFICE and PDFTOPPM), reason="needs soffice and pdftoppm")


@pytest.fixture(scope="module", params=["ours", "4:3"])
def drawn(request, tmp_path_factory) -> tuple[int, list[Path]]:
    """How many slides were written, and the pages that came of them."""
    folder = tmp_path_factory.mktemp("drawn")
    slides = [slide(numbers=(FIGURE,) * 5), *every_chart()[::3]]
    given = {"template": template()} if request.param == "4:3" else {}
    (folder / "deck.pptx").write_bytes(written(slides, **given))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
    subprocess.run([*command, folder / "deck.pptx"], check=True, capture_output=True, timeout=300)  # noqa: S603 -- our own file
    pages = [PDFTOPPM, "-r", "30", "-png", folder / "deck.pdf", folder / "page"]
    subprocess.run(pages, check=True, capture_output=True, timeout=120)  # noqa: S603 -- as above
    return len(slides) + 1, sorted(folder.glob("page*.png"))


@pytest.mark.sampled(2)
def test_every_slide_becomes_a_page(drawn):
    number, pages = drawn

    assert len(pages) == number
    assert [int(re.findall(r"\d+", page.stem)[-1]) for page in pages] == list(range(1, number + 1))


def test_something_stands_in_the_middle_of_every_slide(drawn):
    _, pages = drawn
    for page in pages[1:]:
        with Image.open(page) as image:
            wide, tall = image.size
            middle = image.convert("L").crop((0, tall // 4, wide, tall * 3 // 4))
            shades = middle.histogram()
        dark = sum(shades[:235])
        assert dark > wide * tall * 0.002, page.name


def test_the_edge_of_every_slide_is_empty(drawn):
    _, pages = drawn
    for page in pages:
        with Image.open(page) as image:
            wide, tall = image.size
            grey = image.convert("L")
            edges = [
                grey.crop((0, 0, 3, tall)),
                grey.crop((wide - 3, 0, wide, tall)),
                grey.crop((0, tall - 3, wide, tall)),
            ]
        assert all(edge.getextrema()[0] > 200 for edge in edges), page.name
