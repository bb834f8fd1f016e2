"""Every role, page, view, panel, drill, download and link: nothing foreign reaches a browser.

Pages come from the menu, views and panels from the controls that a page shows, link parameters from
the widgets that read them: a new one is in the matrix by existing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import session, visitor
from dashboard.access import ROLES, Scope
from dashboard.navigation import ENTRIES
from dashboard.warehouse import sql
from tests.access.canaries import CanaryCompany, tokens
from tests.access.conftest import Browser, Received
from tests.queries.test_scope import CONDITION, without

Person = dict[str, object]
PANELS = re.compile(r"_panel$")
MARKS = re.compile(r"_mark$")
ROWS = ("Accounts", "People", "Table")
"""Panels with rows in them, those behind a mark first."""
TITLES = {entry.file: entry.title for entry in ENTRIES}
FEWEST = {"pages": 15, "views": 45, "panels": 150, "drills": 30, "downloads": 600}
"""What one CSM's whole matrix holds at least: an empty one proves nothing."""


def viewers(company: CanaryCompany) -> dict[str, Person]:
    """Two managers, three CSMs and one of every other role, by what they are called here."""
    managers, csms = company.people("cs_manager"), company.people("csm")
    pooled = [each for each in csms if each["touch_model"] == "pooled"]
    alone = [each for each in csms if each["touch_model"] != "pooled"]
    return {
        "csm": alone[1],
        "cs_manager": managers[0],
        "people": company.people("people")[0],
        "executive": company.people("executive")[0],
        "finance": company.people("finance")[0],
        "another csm": alone[0],
        "pooled csm": pooled[0],
        "another cs_manager": managers[1],
    }


ALL = ("csm", "cs_manager", "people")
"""Who opens every panel and drill."""
NAMES = (*ALL, "executive", "finance", "pooled csm", "another cs_manager")


def foreign(received: Iterable[bytes], allowed: set[str]) -> set[str]:
    """Tokens of somebody else."""
    return {token for part in received for token in tokens(part)} - allowed


def sights(
    browser: Browser, page: str, counted: Counter[str], *, thorough: bool
) -> Iterator[tuple[str, Received]]:
    """All that a page shows: each view, its panels, the rows behind its marks, its downloads."""
    test, received = browser.opened(page)
    if [each.value for each in test.title] != [TITLES[page]]:  # It does not exist for this person.
        counted["closed"] += 1
        yield "closed", counted_in(received, test, counted)
        return
    counted["pages"] += 1
    switches = [each for each in test.segmented_control if each.key == "view"]
    views = switches[0].options if switches else [""]
    for view in views:
        if view != views[0]:
            test.segmented_control(key="view").set_value(view)
            test, received = browser.ran(test)
        counted["views"] += 1
        yield view, counted_in(received, test, counted)
        if not thorough:
            continue
        for wanted in (ROWS, ("Notes", *ROWS[::-1]), ("Explain",), ("Download",)):
            opened = open_panels(test, wanted)
            if not opened:
                continue
            counted["panels"] += opened
            test, received = browser.ran(test)
            yield f"{view}, {wanted[0]}", counted_in(received, test, counted)
            drills = choose_marks(test) if wanted is ROWS else 0
            if drills:
                counted["drills"] += drills
                test, received = browser.ran(test)
                yield f"{view}, rows behind a mark", counted_in(received, test, counted)


def counted_in(received: Received, test: AppTest, counted: Counter[str]) -> Received:
    assert not test.exception, test.exception
    counted["downloads"] += len(received.files)
    counted["bytes"] += sum(map(len, received.messages)) + sum(map(len, received.files))
    return received


def open_panels(test: AppTest, wanted: tuple[str, ...]) -> int:
    """Open the first panel of these that each card has; how many cards opened another one."""
    opened = 0
    for control in test.segmented_control:
        panel = next((each for each in wanted if each in control.options), None)
        if PANELS.search(control.key or "") and panel and control.value != panel:
            control.set_value(panel)
            opened += 1
    return opened


def choose_marks(test: AppTest) -> int:
    """Choose the last mark of each card whose rows are open."""
    chosen = 0
    for box in test.selectbox:
        if MARKS.search(box.key or "") and box.options:
            box.select_index(len(box.options) - 1)
            chosen += 1
    return chosen


@pytest.fixture
def nothing_foreign(browser_of, canaries):
    """Looks at everything as somebody, and tells what was looked at."""

    def looked(who: Person, *, thorough: bool) -> tuple[Counter[str], set[str]]:
        browser, allowed = browser_of(who), canaries.allowed(who)
        counted: Counter[str] = Counter()
        own: set[str] = set()
        for entry in ENTRIES:
            for where, received in sights(browser, entry.file, counted, thorough=thorough):
                found = foreign(received, allowed)
                assert not found, f"{entry.file}, {where}: {sorted(found)}"
                own |= {token for part in received for token in tokens(part)}
        return counted, own

    return looked


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_foreign_reaches_the_browser(nothing_foreign, canaries, answered, name):
    who = viewers(canaries)[name]

    counted, own = nothing_foreign(who, thorough=name in ALL)

    print(f"{name}: {dict(counted)}, {len(own)} tokens of the own")  # noqa: T201 -- with -s
    held = canaries.account_ids(who)
    if name == "people":
        assert not any(token.startswith("cnryacct") for token in own)
        # No revenue: it has no other way to a page than an answer about accounts.
        assert {question for question, rows in answered if rows} <= ABOUT_NO_ACCOUNT
        assert counted["pages"] == 2
        # Whom they may see rated, they do: people are named by their token.
        assert len(own & {each.lower() for each in canaries.rated}) > len(canaries.rated) / 2
    else:
        assert counted["pages"] >= FEWEST["pages"]
        assert counted["pages"] + counted["closed"] == len(ENTRIES)
        assert counted["views"] >= FEWEST["views"]
        assert len(own & {each.lower() for each in held}) > len(held) / 4, (
            "too little was looked at"
        )
    if name in {"csm", "cs_manager"}:
        assert all(counted[each] >= least for each, least in FEWEST.items()), counted
    if who["role"] in {"csm", "finance"}:
        assert not any(token.startswith("cnrytlnt") for token in own)
    assert len(held) < len(canaries.tables["accounts"]) or who["role"] in {"executive", "finance"}


ABOUT_NO_ACCOUNT = {
    "access/members",
    *(name for name in sql.questions() if name.startswith(("talent/", "data/"))),
}
"""Questions that carry ratings, or what the tables hold, and no amount of an account."""


def test_every_role_is_in_the_matrix(canaries):
    assert {str(who["role"]) for who in viewers(canaries).values()} == set(ROLES)


@pytest.mark.parametrize("wrong", ["every account", "another book", "every rating"])
def test_a_leak_is_found(browser_of, canaries, monkeypatch, wrong):
    """The matrix can fail: a rule taken away, or a scope too wide, shows at the first look."""

    def widened(scope: Scope) -> None:
        for module in (session, visitor):
            monkeypatch.setattr(module, "scope", lambda: scope)

    name, page = ("cs_manager", "talent") if wrong == "every rating" else ("csm", "account")
    who, other = viewers(canaries)[name], viewers(canaries)["another csm"]
    if wrong == "every account":
        read = sql.read("account/choices")
        without_rule = {"account/choices": without(read, CONDITION)}
        monkeypatch.setattr(
            sql, "read", lambda each, **form: without_rule.get(each) or _READ(each, **form)
        )
    elif wrong == "another book":
        widened(Scope(member_ids=(str(who["member_id"]), str(other["member_id"]))))
    else:
        widened(Scope(all_accounts=True, all_talent=True))

    _, received = browser_of(who).opened(page)

    assert foreign(received, canaries.allowed(who))


_READ = sql.read
