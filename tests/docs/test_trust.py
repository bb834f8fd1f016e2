"""What the page of promises names as its proof is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not re.match(r"\| (Promise|Fault|---)", line)
]


def test_every_part_of_the_promises_has_rows():
    assert len(re.findall(r"^## ", TEXT, re.MULTILINE)) == 4
    assert len(ROWS) > 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_promise_has_a_bar_and_a_command_that_runs_something(row):
    promise, bar, shown, commands = row
    assert all((promise, bar, shown))
    assert re.fullmatch(r"none yet|`[^`]+`(, `[^`]+`)*", commands)
    for command in re.findall(r"`([^`]+)`", commands):
        if target := re.fullmatch(r"make (\w+)", command):
            assert f"\n{target[1]}: ##" in (ROOT / "Makefile").read_text()
            continue
        if module := re.fullmatch(r"python -m benchmarks\.(\w+)", command):
            assert (ROOT / "benchmarks" / f"{module[1]}.py").is_file()
            continue
        place, _, word = command.partition(" -k ")
        files = [ROOT / place] if place.endswith(".py") else list((ROOT / place).glob("test_*.py"))
        names = re.findall(r"def (test_\w+)", "".join(each.read_text() for each in files))
        assert [name for name in names if word in name], command
