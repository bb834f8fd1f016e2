"""The page of one account: found by its link, one sentence for what is not to be seen."""

import html
import re

import duckdb
import pytest

from tests.key_numbers import key_numbers

VIEWS = [
    "Summary",
    "Health and usage",
    "Money",
    "Voice and support",
    "Plan and risks",
    "Timeline",
]
UNSEEN = "There is no account with this id that you may see"


def titles(page) -> list[str]:
    bodies = [each.proto.body for each in page.get("html")]
    return [body for body in bodies if 'class="finding"' in body]


def said(page) -> str:
    kinds = (page.info, page.warning, page.error, page.markdown, page.caption)
    return " ".join(element.value for kind in kinds for element in kind)


def name_on(page) -> str:
    bodies = [each.proto.body for each in page.get("html")]
    (name,) = [re.fullmatch(r'<h2 class="account">(.*)</h2>', each) for each in bodies
               if "h2 class" in each]  # fmt: skip
    return html.unescape(name[1])


def in_link(page) -> str:
    found = page.query_params["account"]
    return found if isinstance(found, str) else found[0]


def rows(file, query, *values):
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_the_account_in_the_link_is_drawn(app, demo_file, view):
    ((account_id, name),) = rows(
        demo_file, "select account_id, account_name from accounts order by 1 limit 1"
    )
    page = app(demo_file, "account", account=account_id, view=view)
    assert not page.exception
    assert "could not be drawn" not in said(page)
    assert name_on(page) == name
    assert len(titles(page)) >= 2


def test_without_an_account_in_the_link_the_largest_is_shown_and_named_in_it(app, demo_file):
    page = app(demo_file, "account")
    assert name_on(page)
    assert in_link(page) == page.selectbox(key="account_choice").value


def test_choosing_another_account_changes_the_link_and_the_page(app, demo_file):
    page = app(demo_file, "account")
    before = name_on(page)
    ids = [row[0] for row in rows(demo_file, "select account_id from accounts order by 1")]
    other = next(each for each in ids if each != in_link(page))
    page.selectbox(key="account_choice").set_value(other).run()
    assert in_link(page) == other
    assert name_on(page) != before


def test_an_id_that_does_not_exist_and_one_not_visible_get_the_same_page(app, demo_file):
    ((csm, email, foreign, own),) = rows(
        demo_file,
        "select team_members.member_id, email,"
        " (select min(account_id) from accounts where csm_id is distinct from member_id),"
        " (select min(account_id) from accounts where csm_id = member_id)"
        " from team_members where role = 'csm' and left_on is null"
        " and member_id in (select csm_id from accounts) order by 1 limit 1",
    )

    def opened(account_id):
        page = app(demo_file, "account", account=account_id)
        page.selectbox(key="viewer").set_value(email).run()
        page.query_params["account"] = account_id
        page.run()
        return page

    unseen = {}
    for account_id in (foreign, "no such account", "<img src=x>", "' or 1=1 --"):
        page = opened(account_id)
        assert not page.exception
        unseen[account_id] = [each.value for each in page.info]
        assert not key_numbers(page)
        assert not titles(page)
    assert all(UNSEEN in values[0] for values in unseen.values())
    assert len({str(values) for values in unseen.values()}) == 1
    assert key_numbers(opened(own)), csm


def test_a_view_asks_at_most_six_questions(app, demo_file, monkeypatch):
    from dashboard.warehouse.embedded import EmbeddedWarehouse  # noqa: PLC0415

    asked = []
    original = EmbeddedWarehouse.fetch

    def fetch(self, question, **given):
        asked.append(question)
        return original(self, question, **given)

    monkeypatch.setattr(EmbeddedWarehouse, "fetch", fetch)
    for view in VIEWS:
        page = app(demo_file, "data")
        asked.clear()
        page.query_params["view"] = view
        page.switch_page("dashboard/pages/account.py").run()
        assert key_numbers(page)
        assert 1 < len(asked) <= 6, (view, asked)


def test_names_in_the_list_tell_equal_ones_apart(app, tmp_path):
    from dashboard.policy import Policy  # noqa: PLC0415
    from dashboard.warehouse.build import building  # noqa: PLC0415
    from tests.pages.conftest import AS_OF  # noqa: PLC0415

    file = tmp_path / "names.duckdb"
    names = ["Same", "Same", "\u200bSame", "Other", "\u200b", "![x](http://x.invalid)"]
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        connection.executemany(
            "insert into accounts (account_id, account_name, segment, lifecycle_stage,"
            " customer_since) values (?, ?, 'S', 'Adoption', '2024-01-01')",
            [[f"a{number}", name] for number, name in enumerate(names)],
        )
    page = app(file, "account", account="a5")
    assert page.selectbox(key="account_choice").options == [
        "Same (a0)",
        "Same (a1)",
        "Same (a2)",
        "Other",
        "a4",
        "![x](http://x.invalid)",
    ]
    assert name_on(page) == "![x](http://x.invalid)"
