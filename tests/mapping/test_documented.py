"""The example of docs/mapping.md does what the page shows."""

import re

from dashboard.settings import ROOT
from tests.docs.test_docs import printed, text_of

PAGE = ROOT / "docs" / "mapping.md"


def test_the_example_prints_what_the_page_shows(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CS_DASHBOARD_SETTINGS", "there is no such file.toml")
    named = re.compile(
        r"^`([\w/]+\.\w+)`[^\n]*\n\n```(?:csv|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL
    )
    for place, content in named.findall(text_of(PAGE)):
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    first, later = re.findall(r"^```console\n(.*?)^```$", text_of(PAGE), re.MULTILINE | re.DOTALL)
    assert printed(first) == first
    contracts = tmp_path / "data" / "crm" / "contracts.csv"
    lines = contracts.read_text().splitlines(keepends=True)
    contracts.write_text("".join(line for line in lines if not line.startswith("S1")))
    command, told = later.split("\n", 1)
    assert printed(f"{command}\n").endswith(told)
