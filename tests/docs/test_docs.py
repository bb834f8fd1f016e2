"""What the documentation says is what the repository does."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from dashboard.__main__ import program
from dashboard.navigation import ENTRIES
from dashboard.settings import ROOT, Settings
from docs import generate

README: Final = ROOT / "README.md"
STARTED: Final = ROOT / "docs" / "getting-started.md"
RECIPE: Final = ROOT / "docs" / "adding-a-page.md"
EXAMPLE: Final = ROOT / "settings.example.toml"
PAGES: Final = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
ids = {"ids": lambda path: path.relative_to(ROOT).as_posix()}
every_page = pytest.mark.parametrize("page", PAGES, **ids)

CHOSEN: Final = {"stage_weights", "stage_limits", "coverage_bands", "levels", "plays", "roles"}
"""Tables of settings whose keys are a company's own."""

_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND: Final = re.compile(r"python -m dashboard(?: +[^\n`]*)?")
_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    return [content for kind, content in _FENCE.findall(text_of(page)) if kind == language]


def prose(page: Path) -> str:
    return _FENCE.sub("", text_of(page))


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    """No setting of whoever runs the tests: single names of Snowflake's settings are read, too."""
    names = {name.upper() for name in Settings().snowflake.model_dump(by_alias=True)}
    for name in list(os.environ):
        if name.startswith("CS_DASHBOARD_") or name.upper() in names:
            monkeypatch.delenv(name)
    monkeypatch.setenv("CS_DASHBOARD_SETTINGS", "there is no such file.toml")


# ------------------------------------------------------------------ README


@pytest.mark.parametrize(
    ("heading", "command"), [("Run it", "bash bin/run"), ("Test it", "bash bin/test")]
)
def test_the_readme_starts_and_tests_the_dashboard_in_one_line(heading, command):
    below = text_of(README).split(f"\n## {heading}\n", 1)[1]
    assert _FENCE.search(below)[2] == f"{command}\n"
    assert (ROOT / command.removeprefix("bash ")).is_file()


def test_the_readme_names_every_page_of_the_menu():
    named = re.findall(r"^\| (.+?) \|", text_of(README), re.MULTILINE)
    assert [entry.title for entry in ENTRIES] == named[2:]


# ------------------------------------------------------------------ generated pages


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_generated_page_is_current(name):
    assert name not in generate.outdated(), "run `python -m docs.generate`"


def test_the_generator_says_which_page_is_old_and_writes_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(generate, "DOCS", tmp_path)
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().out.count("is not current") == len(generate.PAGES)
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(generate.PAGES)


# ------------------------------------------------------------------ every page


def anchors(page: Path) -> set[str]:
    """Names of the headings as they stand in links."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each).strip().lower().replace(" ", "-") for each in headings}


@every_page
def test_every_link_leads_somewhere(page):
    lost = []
    for link in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        inside = target.is_relative_to(ROOT) and target.exists()
        if not inside or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert not lost


def test_every_decision_is_listed_and_says_what_it_decided():
    folder = ROOT / "docs" / "decisions"
    listed = set(_LINK.findall(text_of(folder / "README.md")))
    decisions = set(folder.glob("[0-9]*.md"))
    assert listed == {path.name for path in decisions}
    for path in decisions:
        said = re.findall(r"^## (.+)$", text_of(path), re.MULTILINE)
        assert {"Context", "Decision", "Why", "Consequences"} <= set(said), path.name


FOREIGN: Final = {
    "a registry or its files": r"pypi\.|pythonhosted|npmjs|registry\.|artifactory|index-url",
    "a path of one machine": r"(?<![\w.)}\]<])/(?:bin|etc|home|mnt|opt|private|root|srv|tmp|usr|"
    r"var|work|Users)\b|\b[A-Z]:\\",
    "a number of an issue": r"(?<![\w&(/`])#\d+\b|\b(?:GH|issue|pull request|PR)[- #]*\d+\b",
}


OF_A_SERVER: Final = r"/(?:opt|etc|var/lib)/cs-dashboard\b|/etc/(?:nginx/conf\.d|systemd/system)/"
"""Places that the deployment itself makes or fills: everybody has them who follows that page."""


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("page", [*PAGES, EXAMPLE], **ids)
def test_a_page_says_nothing_that_only_its_author_understands(page, kind):
    text = text_of(page)
    if page.name == "deployment.md":
        text = re.sub(OF_A_SERVER, "", text)
    assert not re.findall(FOREIGN[kind], text, re.IGNORECASE)


@every_page
def test_every_command_shown_exists_with_its_options(page):
    for shown in _COMMAND.findall(text_of(page)):
        words = shlex.split(shown)[3:]
        options = {word.partition("=")[0] for word in words if word.startswith("-")}
        command = []
        for word in words:
            if word.startswith("-") or word.isupper() or word in {"...", "FOLDER"}:
                break
            command.append(word)
        command = command[: 2 if command[:1] in (["ask"], ["audit"], ["map"]) else 1]
        if page == RECIPE and command[1:] == ["support/open_cases"]:
            continue  # It exists where the recipe was applied: see below.
        result = CliRunner().invoke(program, [*command, "--help"])
        assert result.exit_code == 0, f"{shown}\n{result.output}"
        unknown = {each for each in options if not re.search(rf"{each}\b", result.output)}
        assert not unknown, f"{shown} has no {unknown}"


# ------------------------------------------------------------------ settings


def test_the_example_of_settings_is_the_defaults(monkeypatch):
    defaults = Settings()
    monkeypatch.setenv("CS_DASHBOARD_SETTINGS", str(EXAMPLE))
    assert Settings() == defaults


def test_the_example_names_every_setting_and_what_it_leaves_out_is_valid(monkeypatch, tmp_path):
    everything = re.sub(r"^# (\w+ = )", r"\1", text_of(EXAMPLE), flags=re.MULTILINE)
    file = tmp_path / "settings.toml"
    file.write_text(everything, encoding="utf-8")
    monkeypatch.setenv("CS_DASHBOARD_SETTINGS", str(file))
    Settings()
    assert set(flat(tomllib.loads(everything))) >= set(flat(defaults()))


def test_the_table_of_settings_has_every_setting_with_its_default():
    below = text_of(STARTED).split("\n## Settings\n", 1)[1]
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (.+?) \|", below, re.MULTILINE))
    wanted = flat(defaults(), whole=CHOSEN | {"weights", "overall", "measures"})
    wanted["warehouse"] = "data/demo.duckdb"
    assert rows.keys() == wanted.keys()
    for name, value in wanted.items():
        if not isinstance(value, dict):
            assert rows[name] == ("none" if value in (None, "", (), []) else listed(value)), name


def listed(value: object) -> str:
    """A default as the table shows it; of several each by itself."""
    return ", ".join(f"`{each}`" for each in (value if isinstance(value, tuple) else (value,)))


@pytest.mark.parametrize("sample", blocks(STARTED, "toml"))
def test_every_sample_of_settings_is_valid(sample):
    Settings(**tomllib.loads(sample))


def defaults() -> dict[str, object]:
    return Settings().model_dump(by_alias=True)


def flat(values: dict[str, object], whole: set[str] = CHOSEN) -> dict[str, object]:
    """Settings by dotted name; tables named in ``whole`` are one setting each."""
    found = {}
    for name, value in values.items():
        if isinstance(value, dict) and name not in whole:
            found |= {f"{name}.{key}": each for key, each in flat(value, whole).items()}
        else:
            found[name] = value
    return found


# ------------------------------------------------------------------ the worked example


def test_the_worked_example_prints_what_the_page_shows(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{tmp_path / 'app.sqlite'}")
    folder = tmp_path / "data" / "company"
    folder.mkdir(parents=True)
    parts = re.finditer(
        r"^(?:`(?P<name>\w+\.csv)`\n\n)?```(?P<kind>csv|console)\n(?P<content>.*?)^```$",
        text_of(STARTED),
        re.MULTILINE | re.DOTALL,
    )
    shown = 0
    for part in parts:
        if part["kind"] == "csv":
            file = folder / (part["name"] or "renewals.csv")
            with file.open("a", encoding="utf-8") as rows:
                rows.write(part["content"])
        else:
            assert printed(part["content"]) == part["content"]
            shown += 1
    assert shown > 5


def printed(session: str) -> str:
    """A session on the console with what its commands print now."""
    code, lines = 0, []
    for command in re.findall(r"^\$ (.+)$", session, re.MULTILINE):
        lines.append(f"$ {command}\n")
        if command == "echo $?":
            lines.append(f"{code}\n")
            continue
        words = shlex.split(command)
        assert words[:3] == [".venv/bin/python", "-m", "dashboard"], command
        result = CliRunner().invoke(program, words[3:])
        code = result.exit_code
        # Progress goes to standard error, which the page leaves out; what went wrong does, too.
        said = re.findall(r"^Error: .*\n", result.stderr, re.MULTILINE)
        lines += [result.stdout, *said]
    return "".join(lines)


# ------------------------------------------------------------------ the recipe


@pytest.mark.thorough
def test_the_recipe_for_a_page_works(tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    ignored = shutil.ignore_patterns("__pycache__")
    for part in ("dashboard", "sql", "tests", ".streamlit"):
        shutil.copytree(ROOT / part, copy / part, ignore=ignored)
    for part in ("app.py", "pyproject.toml", ".sqlfluffignore"):
        shutil.copy(ROOT / part, copy / part)
    (diff,) = blocks(RECIPE, "diff")
    (tmp_path / "page.diff").write_text(diff, encoding="utf-8")
    files = re.findall(r"^\+\+\+ b/(.+)$", diff, re.MULTILINE)

    def run(*command: object) -> str:
        environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
        done = subprocess.run(  # noqa: S603 -- commands of this test
            [str(word) for word in command],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    run("git", "apply", "../page.diff")
    assert all((copy / file).is_file() for file in files)
    assert {f"`{file}`" for file in files} == set(
        re.findall(r"^\| (`.+?`) \|", text_of(RECIPE), re.MULTILINE)
    )

    warehouse = tmp_path / "demo.duckdb"
    cli = (sys.executable, "-m", "dashboard")
    run(*cli, "demo", "--accounts", 60, "--years", 1, "--warehouse", warehouse)
    answer = run(*cli, "ask", "support/open_cases", "--warehouse", warehouse, "--format", "csv")
    assert answer.startswith("segment,priority,cases,oldest_on\n")
    assert answer.count("\n") > 1

    tests = ("queries/test_support.py", "pages/test_every_page.py", "contract", "charts")
    which = ("-k", "support or every_chart", "--snapshot-update", "-p", "no:cacheprovider")
    passed = run(sys.executable, "-m", "pytest", *(f"tests/{each}" for each in tests), *which)
    assert re.search(r"\d+ passed", passed)
    beside = Path(sys.executable).parent
    run(beside / "ruff", "check", "--no-cache", *(file for file in files if file.endswith(".py")))
    run(beside / "ruff", "format", "--no-cache", "--check", *files[1:])
    run(beside / "sqlfluff", "lint", files[0])
    run(beside / "lint-imports", "--no-cache")
