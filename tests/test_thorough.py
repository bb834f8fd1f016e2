"""What every change is tested by: a part that is always the same, and counted."""

import re
import subprocess
import sys

import pytest

from dashboard.settings import ROOT

CASES = """
import pytest


@pytest.mark.sampled(3)
@pytest.mark.parametrize("case", "abcdefgh")
def test_of_many(case):
    pass


@pytest.mark.thorough
def test_for_minutes():
    pass


def test_of_a_rule():
    pass
"""


@pytest.mark.parametrize(
    ("options", "cases", "left_out"),
    [([], "adg", 6), (["--thorough"], "abcdefgh", 0)],
    ids=["every change", "everything"],
)
def test_each_nth_case_is_run_and_what_is_left_out_is_counted(tmp_path, options, cases, left_out):
    file = tmp_path / "test_cases.py"
    file.write_text(CASES, encoding="utf-8")
    ours = ["-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml")]
    told = subprocess.run(  # noqa: S603 -- our own tests
        [sys.executable, "-m", "pytest", *ours, "--collect-only", "-q", *options, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "".join(re.findall(r"test_of_many\[(\w)\]", told)) == cases
    assert "test_of_a_rule" in told
    assert ("test_for_minutes" in told) == (not left_out)
    assert (f"({left_out} deselected)" in told) == bool(left_out)
