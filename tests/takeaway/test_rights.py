"""Nothing foreign leaves in a file: decks and exhibits of the canary company, for every role."""

import io
import zipfile
from collections.abc import Iterator

import polars as pl
import pytest
from click.testing import CliRunner, Result

from dashboard.__main__ import program
from dashboard.access import Viewer
from dashboard.navigation import SHOWING
from dashboard.takeaway.exhibits import made
from dashboard.takeaway.offscreen import NotOnOfferError, Opened, in_a_run, shown_on
from dashboard.takeaway.slides import slides_of, whole
from dashboard.takeaway.story import STORY, story
from tests.access.canaries import tokens
from tests.access.test_matrix import viewers
from tests.takeaway.conftest import serving
from tests.takeaway.reading import slides_in

ROLES = ("csm", "cs_manager", "executive", "finance", "people")
READERS = ROLES[:4]


@pytest.fixture(scope="module")
def company(canaries, canary_store):
    """The canary company, served with the texts that people saved."""
    with serving(canaries.file, canary_store):
        yield canaries


@pytest.fixture(scope="module")
def stories(company, tmp_path_factory) -> dict[str, tuple[Result, bytes]]:
    """What the same command gives to each role."""
    folder = tmp_path_factory.mktemp("stories")
    found = {}
    for name in ROLES:
        file, email = folder / f"{name}.pptx", str(viewers(company)[name]["email"])
        asked = ["deck", "--viewer", email, "--output", str(file)]
        result = CliRunner().invoke(program, [*asked, "--warehouse", str(company.file)])
        found[name] = (result, file.read_bytes() if file.exists() else b"")
    return found


def parts(content: bytes) -> Iterator[bytes]:
    """All that a file says: parts of packages, and of the workbooks in them; rows of Parquet."""
    yield content
    if content[:4] == b"PAR1":
        yield pl.read_parquet(io.BytesIO(content)).write_json().encode()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                yield name.encode()
                yield from parts(package.read(name))


def named_in(content: bytes) -> set[str]:
    return set().union(*map(tokens, parts(content)))


def as_viewer(who: dict[str, object]) -> Viewer:
    return Viewer(*(str(who[each]) for each in ("member_id", "name", "email", "role")))


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", READERS)
def test_the_story_holds_nothing_foreign(stories, company, name):
    result, content = stories[name]
    who = viewers(company)[name]

    assert result.exit_code == 0, result.output
    assert not named_in(content) - company.allowed(who)
    assert f"seen as {who['name']}"[:40].encode() in b"".join(parts(content))


def test_the_same_command_gives_three_different_decks(stories):
    decks = [stories[name][1] for name in ("csm", "cs_manager", "executive")]

    assert len(set(decks)) == 3
    first = [slides_in(each)[0].shapes.title.text for each in decks]
    assert len(set(first)) == 3


def test_nobody_s_rating_is_in_a_story(stories):
    assert "talent" not in {chapter.file for chapter in STORY}
    for _, content in stories.values():
        assert not any(each.startswith("cnrytlnt") for each in named_in(content))


def test_whoever_may_open_no_account_gets_a_sentence_and_no_file(stories, company):
    result, content = stories["people"]

    assert result.exit_code == 2
    assert "The story is about accounts, and this viewer may open none." in result.output
    assert "Traceback" not in result.output
    assert not content
    with pytest.raises(NotOnOfferError, match="may open none"):
        story(_nothing(), viewer=as_viewer(viewers(company)["people"]))


def _nothing():
    from dashboard.takeaway.offscreen import Chosen  # noqa: PLC0415

    return Chosen()


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", ROLES)
def test_every_page_and_kind_of_file_holds_nothing_foreign(company, name):
    who = viewers(company)[name]
    viewer, allowed = as_viewer(who), company.allowed(who)
    own: set[str] = set()
    files = 0
    thorough = name in {"csm", "cs_manager", "people"}

    def taken(shown) -> tuple[list, tuple[str, ...], list[bytes]]:
        kinds = ("csv", "xlsx", "parquet", "svg") if name in {"csm", "people"} else ("csv",)
        contents = [
            made(exhibit, among, kind, reading=shown.reading)
            for exhibit, among in shown.exhibits
            for kind in kinds
            if kind != "svg" or (exhibit.chart is not None and exhibit.drawn is not None)
        ]
        return slides_of(shown), shown.views, contents

    # No account is foreign to whoever sees all: some pages of them, and ratings, will do.
    some = [each for place, each in enumerate(SHOWING) if place % 4 == 0 or each.shows_talent]
    for entry in some if name in {"executive", "finance"} else SHOWING:
        if not entry.may_open(viewer):
            with pytest.raises(NotOnOfferError):
                shown_on(Opened(entry), taken, viewer=viewer)
            continue
        slides, views, contents = shown_on(Opened(entry), taken, viewer=viewer)
        for view in views[1:] if thorough else ():
            more = shown_on(Opened(entry, link={"view": view}), taken, viewer=viewer)
            slides, contents = slides + more[0], contents + more[2]
        contents.append(in_a_run(lambda made=slides: whole(made), viewer=viewer))
        for content in contents:
            found = named_in(content)
            assert not found - allowed, (entry.file, sorted(found - allowed))
            own |= found
        files += len(contents)
    assert files > {"csm": 300, "cs_manager": 100}.get(name, 1)
    assert own
    if name == "people":
        assert not any(each.startswith("cnryacct") for each in own)


def test_a_page_that_a_viewer_may_not_open_is_refused_on_the_command_line(company, tmp_path):
    file, csm = tmp_path / "talent.pptx", str(viewers(company)["csm"]["email"])
    asked = ["deck", "--page", "talent", "--viewer", csm, "--output", str(file)]

    result = CliRunner().invoke(program, [*asked, "--warehouse", str(company.file)])

    assert result.exit_code == 2
    assert "Talent is not on offer to this viewer." in result.output
    assert not file.exists()


def test_a_wider_scope_would_be_found(company):
    """The canaries can fail: another viewer's deck has tokens that this one may not have."""
    csm, other = viewers(company)["csm"], viewers(company)["executive"]
    slides = shown_on(Opened(SHOWING[1]), slides_of, viewer=as_viewer(other))

    found = named_in(in_a_run(lambda: whole(slides), viewer=as_viewer(other)))

    assert found - company.allowed(csm)
