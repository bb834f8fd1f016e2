"""A first-time reader hands over files: recognised, mapped, checked, and loaded for everybody."""

import pytest
from playwright.sync_api import expect

from dashboard.ingest import import_folder
from dashboard.policy import Policy
from tests.browser.conftest import AS_OF, serving, settle

pytestmark = pytest.mark.browser

WAIT = 30_000
TEAM = "member_id,name,email,role\nm1,Mia,mia@example.com,csm\n"
CUSTOMERS = """Customer ID,Company,Tier,Owner,Stage,Start Date,Notes
C1,Acme,Enterprise,m1,Adoption,2024-01-01,x
C2,Globex,SMB,m1,Adoption,2024-03-01,y
C3,Initech,SMB,m1,Onboarding,2025-03-01,z
"""
LINES = """subscription_id,account_id,starts_on,ends_on,arr
s1,C1,2024-01-01,2025-01-01,1000.00
s2,C1,2025-01-01,,1200.00
s3,C2,2024-03-01,2025-03-01,500.00
s4,C9,2024-03-01,2025-03-01,700.00
"""


@pytest.fixture
def own_server(tmp_path):
    """The app over a company of one account, for its operator."""
    folder, file = tmp_path / "old", tmp_path / "company.duckdb"
    folder.mkdir()
    (folder / "team_members.csv").write_text(TEAM)
    (folder / "accounts.csv").write_text(
        "account_id,account_name,segment,lifecycle_stage,customer_since,csm_id\n"
        "C1,Acme,Enterprise,Adoption,2024-01-01,m1\n"
    )
    (folder / "subscriptions.csv").write_text("".join(LINES.splitlines(keepends=True)[:3]))
    assert import_folder(folder, file, policy=Policy(), as_of=AS_OF).loaded
    with serving(file, tmp_path) as url:
        yield url


def test_files_are_recognised_mapped_checked_and_loaded(open_page, own_server, tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    for name, text in (
        ("customers_export.csv", CUSTOMERS),
        ("subscriptions.csv", LINES),
        ("team_members.csv", TEAM),
        ("macros.csv", "PK\x03\x04"),
    ):
        (given / name).write_text(text)
    page = open_page(f"{own_server}/load")
    expect(page.get_by_text("No file has been handed over yet")).to_be_visible()

    page.locator("input[type=file]").set_input_files(sorted(given.iterdir()))
    expect(page.get_by_text("an archive or a program")).to_be_visible(timeout=WAIT)
    settle(page)
    check = page.get_by_role("button", name="Check the files")
    expect(check).to_be_disabled()
    expect(page.get_by_text("Waits for you above: customers_export.csv.")).to_be_visible()
    expect(page.get_by_text("no column stands for it: Notes.")).to_be_visible()

    page.get_by_text("I have read every line above").click()
    settle(page)
    check.click()
    expect(page.get_by_text("1 row breaks a rule")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name="Load into")).to_have_count(0)

    page.get_by_text("Load what is sound, and keep broken rows aside").click()
    settle(page)
    check.click()
    load = page.get_by_role("button", name="Load into company.duckdb")
    expect(load).to_be_disabled(timeout=WAIT)
    expect(
        page.get_by_text("7 rows of 3 tables would be loaded, 1 row kept aside.")
    ).to_be_visible()
    expect(page.get_by_text("Worth knowing, no rule is broken")).to_be_visible()
    expect(page.get_by_text("how many of their questions would be answered")).to_be_visible()
    page.get_by_text("The large changes of").click()
    settle(page)
    page.screenshot(path=tmp_path / "checked.png", full_page=True)
    load.click()
    expect(page.get_by_text("Loaded. It is in company.duckdb.")).to_be_visible(timeout=WAIT)

    answered = open_page(f"{own_server}/account?account=C3")
    expect(answered.get_by_text("Initech").first).to_be_visible(timeout=WAIT)
    refused = open_page(f"{own_server}/data?view=Broken+rules")
    expect(refused.get_by_role("heading", name="1 row was refused on import")).to_be_visible(
        timeout=WAIT
    )
    assert page.outside == []
