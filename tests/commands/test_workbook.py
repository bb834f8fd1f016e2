"""The workbook on the command line."""

import fastexcel

SHEETS = [
    "About", "Bridge", "Retention", "Renewals", "Forecast", "Scenario inputs", "Check",
    "Definitions", "Data customers", "Data renewals", "Data rates", "Data forecast",
]  # fmt: skip


def test_a_workbook_is_written_with_the_filters_and_the_policy_given(run, tmp_path):
    output = tmp_path / "retention.xlsx"

    result = run(
        "workbook", "--output", str(output), "--segment", "Enterprise", "--policy", "Finance TTM"
    )

    assert result.exit_code == 0, result.output
    assert "Finance TTM" in result.output
    book = fastexcel.read_excel(output)
    assert book.sheet_names == SHEETS
    about = book.load_sheet("About", header_row=None).to_polars()
    said = " ".join(str(cell) for row in about.rows() for cell in row)
    assert "segment Enterprise" in said
    assert "Finance TTM, version 1" in said


def test_nobody_gets_a_workbook_under_a_name_that_nobody_carries(run, tmp_path):
    output = tmp_path / "retention.xlsx"

    asked = run("workbook", "--output", str(output), "--viewer", "nobody@example.invalid")
    policy = run("workbook", "--output", str(output), "--policy", "No such rule")

    assert asked.exit_code == policy.exit_code == 2
    assert not output.exists()
