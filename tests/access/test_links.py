"""What a link names and its reader may not see is answered as if it did not exist."""

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote_plus

import pytest

from dashboard.access import Viewer
from dashboard.navigation import ENTRIES
from tests.access.canaries import CanaryCompany, tokens
from tests.access.test_matrix import TITLES, foreign, viewers

DRAWN = re.compile(rb"[0-9a-f]{16,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Ids that are drawn anew in each run."""
FREE = {"view", "viewer", "as_of"}
"""Parameters of the frame: the identity itself, and what names nothing of anybody's."""


@dataclass(frozen=True)
class Link:
    """A link to something foreign, and one to something that does not exist, equally long."""

    foreign: dict[str, str]
    made_up: dict[str, str]


def links(company: CanaryCompany, who: dict[str, object], bound: set[str]) -> dict[str, Link]:
    """For each link parameter of a page, what somebody else's stands for."""
    held, reports = company.account_ids(who), company.allowed(who)
    accounts = company.tables["accounts"]
    strange = max(set(accounts["account_id"]) - held, key=len)
    members = {
        str(each["member_id"]): str(each["name"])
        for each in company.people("csm")
        if str(each["member_id"]) not in reports
    }
    member_id, name = max(members.items(), key=lambda each: len(each[0]))
    nobody, nothing = _made_up(member_id), _made_up(strange)
    plans = [f"{place}" for place, boss in enumerate(company.people("cs_manager")) if boss != who]
    values = {
        "account": (strange, nothing),
        "csm": (name, name.replace(member_id, nobody)),
        "member": (name, name.replace(member_id, nobody)),
        "proposal": (f"proposal {plans[-1]}", "proposal 9"),
    }
    anything = (strange, nothing)
    return {
        each: Link({each: values.get(each, anything)[0]}, {each: values.get(each, anything)[1]})
        for each in sorted((bound | {"account", "proposal"}) - FREE)
    }


def all_at_once(single: dict[str, Link]) -> Link:
    """One link with every parameter."""
    return Link(
        {name: value for each in single.values() for name, value in each.foreign.items()},
        {name: value for each in single.values() for name, value in each.made_up.items()},
    )


def _made_up(token: str) -> str:
    """A token of nobody, as long as the one given."""
    return re.sub(r"\d+", lambda found: "9" * len(found[0]), token)


def told(parts: list[bytes], link: dict[str, str]) -> Counter[bytes]:
    """What came, without what the link itself said and what is drawn anew."""
    said = [each.encode() for value in link.values() for each in (value, quote_plus(value))]
    said += [found.encode() for value in link.values() for found in tokens(value)]
    told: Counter[bytes] = Counter()
    for part in parts:
        rest = part
        for each in sorted(said, key=len, reverse=True):
            rest = rest.replace(each, b"*" * len(each))
        told[DRAWN.sub(b"", rest)] += 1
    return told


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", ["cs_manager", "csm"])
def test_a_link_to_what_is_foreign_reads_as_one_to_what_does_not_exist(browser_of, canaries, name):
    who = viewers(canaries)[name]
    browser, allowed = browser_of(who), canaries.allowed(who)
    browser.takes_pages = False  # The matrix reads them; here twice for every parameter.
    assert {"cnryacct99x", "cnrypers99x"}.isdisjoint(allowed)
    counted: Counter[str] = Counter()
    for entry in ENTRIES:
        test, plain = browser.opened(entry.file)
        if [each.value for each in test.title] != [TITLES[entry.file]]:
            continue
        controls = [each for each in test.segmented_control if each.key == "view"]
        views = controls[0].options if controls else [""]
        for view in views if name == "csm" else views[:1]:  # Alike for whoever looks.
            place = {"view": view} if view else {}
            _, plain = browser.opened(entry.file, **place)
            single = links(canaries, who, plain.bound)
            # A parameter that stands in many views is read by one widget: alone it is tried once.
            tried = [
                (each, link)
                for each, link in single.items()
                if not counted[each] and (name == "csm" or each in NAMES_SOMEBODY)
            ]
            if view == views[0]:
                tried.append(("all at once", all_at_once(single)))
            for parameter, link in tried:
                shown, strange = browser.opened(entry.file, **place, **link.foreign)
                _, nothing = browser.opened(entry.file, **place, **link.made_up)
                where = f"{entry.file}, {view}: {parameter}"

                assert not shown.exception, where
                # The link's own words may be said again, as not on offer; nothing behind them may.
                own = tokens(" ".join(link.foreign.values()))
                assert not foreign(strange, allowed | own), where
                assert told(list(strange), link.foreign) == told(list(nothing), link.made_up), where
                counted[parameter] += 1
    print(f"{name}: {dict(counted)}")  # noqa: T201 -- with -s
    assert counted["all at once"] == counted_pages(name)
    if name == "csm":
        assert set(NAMES_SOMEBODY) | {"scenario", "segment", "policy"} <= set(counted)
        assert len(counted) > 35


NAMES_SOMEBODY = ("account", "csm", "member", "proposal")
"""Parameters that name an account, a person, or what was saved about them."""


def counted_pages(role: str) -> int:
    """Pages that exist for a role."""
    return sum(each.may_open(Viewer("m", "M", "m@demo.example", role)) for each in ENTRIES)


def test_a_link_that_is_answered_is_noticed(browser_of, canaries):
    """What the comparison rests on: an account of one's own reads otherwise than nobody's."""
    who = viewers(canaries)["csm"]
    browser = browser_of(who)
    held = min(canaries.account_ids(who))

    shown = list(browser.opened("account", account=held)[1])
    nothing = list(browser.opened("account", account=_made_up(held))[1])

    assert told(shown, {"account": held}) != told(nothing, {"account": _made_up(held)})
