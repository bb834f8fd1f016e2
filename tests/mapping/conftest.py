"""What the tests of mappings share."""

import duckdb
import pytest

from dashboard.mapping import load
from dashboard.policy import Policy
from tests.mapping.sources import AS_OF, SOURCES, ready, write, write_tables

RATES = {"fx_rates": [{"currency": "JPY", "valid_on": "2020-01-01", "rate_to_reporting": "0.0065"}]}


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    """Loads sources by name through their ready mappings; gives what was done and a question.

    The same load is made once: nothing in a test may change what it gets.
    """
    made = {}

    def of(*names, without=(), sources=None, mappings=None, **options):
        folder = tmp_path_factory.mktemp("mapped")
        files = write(folder / "files", sources or {name: SOURCES[name] for name in names})
        options = {"quarantine": True, "policy": Policy(), "as_of": AS_OF} | options
        done = load(
            mappings or ready(*names, without=without),
            files,
            folder / "company.duckdb",
            beside=write_tables(folder / "beside", RATES),
            **options,
        )

        def asked(query):
            with duckdb.connect(str(folder / "company.duckdb"), read_only=True) as connection:
                return connection.execute(query).fetchall()

        return done, asked

    def once(*names, **options):
        if options:
            return of(*names, **options)
        if names not in made:
            made[names] = of(*names)
        return made[names]

    return once
