"""A company in which every name, id and text says to whom it belongs, and who may see which.

``cnryacct17x`` stands in all that belongs to an account, ``cnrypers17x`` in what names a person,
``cnrytlnt17x`` in what is written about a person's rating and ``cnrymeet17x`` in what is written
of a person's one-on-ones. Letters and digits alone: they survive addresses, cells and Markdown.

Who may see which is worked out here from the rows alone, as in ``test_rule.py``: nothing of
``dashboard.access`` is reused.
"""

import io
import re
import subprocess
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from dashboard import contract
from dashboard.demo import build_demo
from dashboard.policy import Policy
from dashboard.proposals import Move, Proposal
from dashboard.scenarios import Scenario
from dashboard.store.reviews import calibration_name, rating_name
from dashboard.store.store import Store
from dashboard.warehouse.build import building
from tests.access.test_rule import Company, below, ruled_accounts, ruled_meetings, works

AS_OF: Final = date(2026, 10, 31)
ACCOUNTS: Final = 80
TOKEN: Final = re.compile(rb"(?i)cnry(?:acct|pers|tlnt|meet)\d+x")
_WORDS: Final = {
    "accounts": {"segment", "industry", "region", "lifecycle_stage", "maturity"},
    "account_history": {"value"},
    "advocacy_events": {"kind"},
    "arr_movements": {"reason"},
    "churn_events": {"reason"},
    "digital_touches": {"program", "channel"},
    "renewals": {"forecast_category", "churn_reason"},
    "forecast_calls": {"forecast_category"},
    "objectives": {"kind", "status"},
    "opportunities": {"stage"},
    "opportunity_history": {"field", "old_value", "new_value"},
    "risks": {"category", "severity"},
    "support_cases": {"priority"},
    "usage_events": {"behaviour"},
}
"""Columns with the company's own words, the same for many accounts; other texts get tokens."""
_EVERYWHERE: Final = {"currency", "segment_focus", "cycle", "skill"}
_POOLED: Final = 6
"""Every so manieth account is served by the pool, so that pools decide of something."""


@dataclass(frozen=True)
class CanaryCompany:
    """The warehouse file, the tables it was built from, and the tokens in them by table."""

    file: Path
    tables: dict[str, pl.DataFrame]

    def people(self, role: str | None = None) -> list[dict[str, object]]:
        """Current team members, of a role where one is named."""
        return [
            each
            for each in self.tables["team_members"].iter_rows(named=True)
            if works(each, AS_OF) and role in {None, each["role"]}
        ]

    @property
    def _company(self) -> Company:
        members, accounts = self.tables["team_members"], self.tables["accounts"]
        return Company(
            tuple(members.rows(named=True)), tuple(accounts.rows(named=True)), tuple(self.rated)
        )

    @property
    def rated(self) -> set[str]:
        return set(self.tables["talent_reviews"]["member_id"])

    def account_ids(self, who: dict[str, object]) -> set[str]:
        """Accounts that the rule lets a person see."""
        return ruled_accounts(self._company, who)

    def allowed(self, who: dict[str, object]) -> set[str]:
        """Every token that may reach a person's browser."""
        accounts = self.account_ids(who)
        line = self._line(str(who["member_id"]))
        reports = below(self._company, who)
        meetings = ruled_meetings(self._company, who)
        rated = {
            "people": {each["member_id"] for each in self.tables["team_members"].rows(named=True)},
            "executive": reports,
            "cs_manager": reports,
        }.get(str(who["role"]), set())
        people = {str(who["member_id"]), *line, *rated, *meetings}
        people |= self._raters(rated) | self._around(accounts)
        if who["role"] in {"executive", "finance"}:  # Coverage names CSMs without a customer, too.
            people |= {each["member_id"] for each in self.tables["team_members"].rows(named=True)}
        # Whoever is named is named with the manager.
        people |= {boss for each in people for boss in self._line(each)[:1]}
        return (
            {token.lower() for each in accounts for token in tokens(each)}
            | {token.lower() for each in people for token in tokens(each)}
            | {_as("tlnt", each) for each in rated}
            | {_as("meet", each) for each in meetings}
        )

    def _line(self, member_id: str) -> list[str]:
        managers = dict(self.tables["team_members"].select("member_id", "manager_id").iter_rows())
        line: list[str] = []
        while (above := managers.get((line or [member_id])[-1])) and above not in line:
            line.append(above)
        return line

    def _raters(self, rated: set[str]) -> set[str]:
        reviews = self.tables["talent_reviews"]
        return set(reviews.filter(pl.col("member_id").is_in(rated))["reviewer_id"])

    def _around(self, accounts: set[str]) -> set[str]:
        """People named in a row of one of the accounts."""
        wanted = {each.lower() for each in accounts}
        return set().union(*(people for named, people in self._rows if named & wanted))

    @cached_property
    def _rows(self) -> set[tuple[frozenset[str], frozenset[str]]]:
        """Accounts and people that are named in one row of any table, by their tokens."""
        found: set[tuple[frozenset[str], frozenset[str]]] = set()
        for table, frame in self.tables.items():
            if table == "team_members":
                continue
            for row in frame.select(pl.col(pl.String)).iter_rows():
                named = tokens(" ".join(filter(None, row)))
                people = frozenset(each for each in named if each.startswith("cnrypers"))
                if people:
                    found.add((frozenset(named - people), people))
        return found


def tokens(text: str | bytes) -> set[str]:
    """Tokens in a text or in bytes, in small letters."""
    raw = text.encode() if isinstance(text, str) else text
    return {found.decode().lower() for found in TOKEN.findall(raw)}


def _as(kind: str, member_id: str) -> str:
    """The token of another kind for the same person."""
    return member_id.lower().replace("cnrypers", f"cnry{kind}")


def build_canaries(
    folder: Path, *, accounts: int = ACCOUNTS, more_people: int = 0
) -> CanaryCompany:
    """The demo company under other names, with pooled accounts and a CSM who works them.

    With ``more_people`` so many are added in every role, and take accounts over.
    """
    demo = folder / "demo.duckdb"
    build_demo(demo, policy=Policy(), as_of=AS_OF, accounts=accounts, seed=11)
    with duckdb.connect(str(demo), read_only=True) as connection:
        raw = {
            name: connection.table(name).pl()
            for name in contract.tables()
            if name != "fiscal_periods"
        }
    tables = _tokenised(_with_more_people(raw, more_people))
    file = folder / "canaries.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="demo") as connection:
        for name, frame in tables.items():
            connection.register("canaries", frame)
            columns = ", ".join(frame.columns)
            connection.execute(f"insert into {name} ({columns}) select {columns} from canaries")
            connection.unregister("canaries")
    return CanaryCompany(file, tables)


def _tokenised(raw: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    raw = raw | {"accounts": _with_a_pool(raw["accounts"])}
    renamed: dict[str, dict[str, str]] = defaultdict(dict)
    for place, each in enumerate(sorted(raw["accounts"]["account_id"])):
        renamed["accounts"][each] = f"cnryacct{place}x"
    for place, each in enumerate(sorted(raw["team_members"]["member_id"])):
        renamed["team_members"][each] = f"cnrypers{place}x"
    owners: dict[str, dict[str, str]] = {}
    done = {}
    for name in contract.tables():  # In the order of their references.
        if name in raw:
            done[name] = _renamed(name, raw[name], renamed, owners)
    members = done["team_members"]
    pool = members.filter(pl.col("left_on").is_null(), role="csm")["member_id"].min()
    done["team_members"] = members.with_columns(
        touch_model=pl.when(member_id=pool).then(pl.lit("pooled")).otherwise("touch_model")
    )
    return done


def _with_more_people(raw: dict[str, pl.DataFrame], count: int) -> dict[str, pl.DataFrame]:
    """The same company with colleagues of people who are there, most of them CSMs."""
    if not count:
        return raw
    members = raw["team_members"].filter(pl.col("left_on").is_null())
    roles = ["csm"] * 6 + ["cs_manager", "executive", "finance", "people"]
    managers = members.filter(role="cs_manager")["member_id"].sort().to_list()
    added = []
    for place in range(count):
        role = roles[place % len(roles)]
        like = members.filter(role=role).sort("member_id").to_dicts()
        added.append(
            like[place % len(like)]
            | {
                "member_id": f"X{place:03d}",
                "name": f"Robin Extra {place}",
                "email": f"extra{place}@demo.example",
                "manager_id": managers[place % len(managers)] if role != "executive" else None,
            }
        )
        managers += [f"X{place:03d}"] if role == "cs_manager" else []
    csms = [each["member_id"] for each in added if each["role"] == "csm"]
    taken = {
        each: csms[place % len(csms)]
        for place, each in enumerate(raw["accounts"]["account_id"].sort())
        if place % 3
    }
    return raw | {
        "team_members": pl.concat(
            [raw["team_members"], pl.DataFrame(added, schema=raw["team_members"].schema)]
        ),
        "accounts": raw["accounts"].with_columns(
            csm_id=pl.col("account_id").replace_strict(taken, default=pl.col("csm_id"))
        ),
    }


def _with_a_pool(accounts: pl.DataFrame) -> pl.DataFrame:
    place = pl.int_range(pl.len())
    return accounts.with_columns(
        touch_model=pl.when(place % _POOLED == 0).then(pl.lit("pooled")).otherwise("touch_model"),
        parent_account_id=pl.when(place % 7 == 3)
        .then(pl.col("account_id").shift(5))
        .otherwise("parent_account_id"),
    )


def _renamed(
    name: str,
    frame: pl.DataFrame,
    renamed: dict[str, dict[str, str]],
    owners: dict[str, dict[str, str]],
) -> pl.DataFrame:
    """A table in which ids are tokens and texts carry the token of their row's owner."""
    table = contract.tables()[name]
    rows = frame.to_dicts()
    for row in rows:
        owner = _owner(name, row, renamed, owners)
        for column in table.columns:
            value = row[column.name]
            if column.sql_type != "varchar" or column.vocabulary or value is None:
                continue
            row[column.name] = _new(name, column, value, owner, renamed)
            if column.key and len([each for each in table.columns if each.key]) == 1:
                renamed[name][value] = row[column.name]
                owners.setdefault(name, {})[value] = owner
    return pl.DataFrame(rows, schema=frame.schema)


def _owner(name, row, renamed, owners) -> str:
    """The token in the texts of a row: of its account, or of its person where it has none."""
    if row.get("account_id"):
        return renamed["accounts"][row["account_id"]]
    for column, table in (("renewal_id", "renewals"), ("opportunity_id", "opportunities")):
        if name != table and column in row:
            return owners[table][row[column]]
    member_id = row.get("member_id") or row.get("csm_id")
    return renamed["team_members"].get(member_id, "") if member_id else ""


def _new(name, column, value, owner, renamed) -> str:
    """A value of a column: ids become tokens, texts carry the token of their row's owner."""
    if name == "team_members" and column.name == "email":
        return f"{owner}@demo.example"
    if column.name == "url":
        return f"https://crm.example/{owner}/{zlib.crc32(value.encode())}"
    if column.name == "action_plan":
        return f"{_as('tlnt', owner)} {value}"
    of = column.references or (name if column.key and name in {"accounts", "team_members"} else "")
    if column.name in {"value", "called_by"}:  # Of an account's CSM, and of a call's author.
        of = "team_members"
    if of:
        return renamed[of].get(value, value)
    if not owner or column.name in _WORDS.get(name, set()) | _EVERYWHERE:
        return value
    return f"{owner}-{value}" if column.key else f"{owner} {value}"


def write_canaries(company: CanaryCompany, url: str) -> None:
    """Fill a store with texts of every kind that people save, each with the token of its owner."""
    store, at = Store(url), datetime(2026, 10, 20, 9, tzinfo=UTC)
    day = AS_OF - timedelta(days=7)
    members = company.people()
    accounts = company.tables["accounts"].rows(named=True)
    write = {"on_top_of": None, "at": at}
    for row in accounts[::3]:
        token = row["account_id"]
        store.save_annotation(
            f"note {token}",
            f"{token} has a new sponsor",
            day,
            token,
            by="operator",
            token=token,
            **write,
        )
    store.save_review_cycle(
        "2026-H2",
        opens_on=day,
        rate_by_on=AS_OF + timedelta(days=14),
        closes_on=AS_OF + timedelta(days=28),
        is_refresh=False,
        by="operator",
        token="cycle",  # noqa: S106 -- of a write
        **write,
    )
    for each in members:
        who, boss = str(each["member_id"]), str(each["manager_id"] or each["member_id"])
        by = {"by": each["email"], **write}
        for entry in ("note", "decision", "action"):
            store.save_meeting_entry(
                f"{entry} {who}",
                member_id=who,
                held_on=day,
                entry=entry,
                text=f"{_as('meet', who)} {entry}",
                account_id=None,
                due_on=day if entry == "action" else None,
                done_on=None,
                token=f"{entry} {who}",
                **by,
            )
        if boss == who:  # Nobody rates themselves.
            continue
        for cycle in ("2026-H1", "2026-H2"):
            told = {"performance": "meets_all", "promotability": "low", "cycle": cycle}
            store.save_rating(
                rating_name(cycle, who, boss),
                member_id=who,
                reviewer_id=boss,
                action_plan=f"{_as('tlnt', who)} to lead the pilot",
                skills="{}",
                reviewed_on=day,
                token=f"rating {cycle} {who}",
                **told,
                **by,
            )
            store.save_calibration(
                calibration_name(cycle, who),
                member_id=who,
                reason=f"{_as('tlnt', who)} seen by two managers",
                calibrated_on=day,
                token=f"calibration {cycle} {who}",
                **told,
                **by,
            )
    _write_plans(store, company, day, write)


def _write_plans(store, company, day, write) -> None:
    """A proposal and a scenario about each manager's accounts: the first is for nobody else."""
    for place, boss in enumerate(company.people("cs_manager")):
        held = sorted(company.account_ids(boss))[:3]
        if not held:
            continue
        moves = tuple(Move(account_id=each, to_csm=str(boss["member_id"])) for each in held)
        proposal = Proposal(moves=moves).model_dump_json(exclude={"name", "version", "as_of"})
        scenario = Scenario(lost=tuple(held)).model_dump_json(exclude={"name", "version", "as_of"})
        by = {"by": "operator", **write}
        store.save_proposal(f"proposal {place}", proposal, day, token=f"proposal {place}", **by)
        store.save_scenario(
            f"scenario {place}", scenario, "{}", day, token=f"scenario {place}", **by
        )


def files_in(data: bytes) -> Iterable[bytes]:
    """What a file says: the parts of a workbook or deck, those within them, the text of a PDF.

    Else the bytes themselves.
    """
    if data[:4] == b"%PDF":
        done = subprocess.run(
            ["/usr/bin/pdftotext", "-raw", "-", "-"], input=data, capture_output=True, check=True
        )
        # A name that was wrapped is still a name.
        return (done.stdout, b"".join(done.stdout.split()))
    if data[:2] != b"PK":
        return (data,)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return tuple(said for name in parts.namelist() for said in files_in(parts.read(name)))
