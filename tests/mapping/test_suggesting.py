"""Suggestions have a confidence, and none counts before a person has accepted it."""

import polars as pl
import pytest
import yaml
from rapidfuzz import utils

from dashboard import contract
from dashboard.mapping import MappingError, common_names, mappings_in, proposal, suggestions
from dashboard.mapping.suggesting import likely_table

SAMPLE = pl.DataFrame(
    {
        "Id": ["1", "2"],
        "Account ID": ["A", "B"],
        "stage_name": ["Open", "Won"],
        "Amount": ["lots", "more"],
        "ForecastCategory": ["Commit", "Pipeline"],
        "close: date #": ["2026-01-01", "2026-02-01"],
        "Weather": ["sun", "rain"],
    }
)


def by_column(frame):
    return {row["column_name"]: row for row in frame.iter_rows(named=True)}


def test_a_header_is_proposed_where_it_fits_best_and_only_once():
    found = by_column(suggestions(SAMPLE, "opportunities"))
    assert (found["account_id"]["header"], found["account_id"]["confidence"]) == ("Account ID", 100)
    assert (found["opportunity_id"]["header"], found["opportunity_id"]["confidence"]) == ("Id", 90)
    assert found["stage"]["header"] == "stage_name"
    assert "salesforce" in found["stage"]["why"]
    assert found["forecast_category"]["header"] == "ForecastCategory"
    headers = [row["header"] for row in found.values() if row["header"]]
    assert len(headers) == len(set(headers))


def test_values_that_do_not_look_like_it_take_confidence_away():
    amount = by_column(suggestions(SAMPLE, "opportunities"))["amount"]
    assert (amount["header"], amount["confidence"]) == ("Amount", 30)
    assert "0% of the values look like a decimal" in amount["why"]


@pytest.mark.parametrize(
    ("headers", "file", "table"),
    [
        (["subscription_id", "account_id", "starts_on", "arr"], "export", "subscriptions"),
        (["id", "organization_id", "priority", "created_at"], "support cases", "support_cases"),
        (["Customer ID", "Company", "Tier", "Owner", "Start Date"], "customers_export", "accounts"),
        (["Contract No", "Customer", "Start", "End", "Annual value"], "sheet 1", "subscriptions"),
        (["Respondent", "Score", "Survey", "Account"], "survey_responses", "survey_responses"),
    ],
)
def test_the_likeliest_table_is_found(headers, file, table):
    assert likely_table(headers, file) == table


def test_a_proposal_is_refused_until_it_is_accepted(tmp_path):
    text = proposal(suggestions(SAMPLE, "opportunities"), "opportunities", "crm: deals #1")
    assert yaml.safe_load(text)["from"] == "crm: deals #1"
    assert "# unsure: amount: Amount" in text
    assert "# required, and nothing is like it: kind" in text or "# required: kind" in text
    folder = tmp_path / "crm"
    folder.mkdir()
    (folder / "source.yaml").write_text("name: crm\n")
    (folder / "opportunities.yaml").write_text(text)
    with pytest.raises(MappingError, match="is a proposal"):
        mappings_in([folder])
    accepted = text.replace("accepted: false\n", "") + "  kind: {value: upsell}\n"
    (folder / "opportunities.yaml").write_text(accepted)
    (one,) = mappings_in([folder])
    assert one.mapping.columns["stage"].source == ("stage_name",)


def test_common_names_are_of_columns_that_exist_and_read_as_headers_are_compared():
    for table, columns in common_names.COLUMNS.items():
        known = {column.name for column in contract.tables()[table].columns}
        assert set(columns) <= known
        for names in columns.values():
            assert all(name == " ".join(utils.default_process(name).split()) for name in names)
    assert set(common_names.TABLES) <= set(contract.tables())
