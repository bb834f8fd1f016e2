"""What the tests of an import share."""

from copy import deepcopy

import pytest

from tests.ingest.company import COMPANY


@pytest.fixture
def company():
    """Rows of text by table; a test may change its copy."""
    return deepcopy(COMPANY)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def target(tmp_path):
    return tmp_path / "warehouse" / "company.duckdb"
