"""Which account an id of a source means: what is known, what contradicts, what may be the same.

Nothing is merged here: a suggestion has a confidence, and counts once a person has written it into
``identity.csv``, whose rows go before what a source says itself.
"""

import re
from pathlib import Path
from typing import Final

import polars as pl
from rapidfuzz import fuzz, process, utils

from dashboard.queries.types import columns
from dashboard.spelled import spelled

IDENTITY_FILE: Final = "identity.csv"
"""What people decided: ``source``, ``source_id``, ``account_id``."""

IDENTITIES: Final = columns(
    source=pl.String,
    source_id=pl.String,
    account_id=pl.String,
    name=pl.String,
    domain=pl.String,
)
CONFLICTS: Final = columns(
    kind=pl.String,
    source=pl.String,
    ids=pl.String,
    accounts=pl.String,
    meaning=pl.String,
)
TWINS: Final = columns(
    source=pl.String,
    source_id=pl.String,
    name=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    confidence=pl.Int64,
    why=pl.String,
)
CONFIDENT_FROM: Final = 70
"""Below that two names have little in common, and nothing is suggested."""

_LEGAL: Final = re.compile(
    r"\b(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|plc|gmbh|ag|kg|sa|sas|"
    r"sarl|srl|spa|bv|nv|ab|as|oy|aps|pty|pte|group|holding|holdings)\b"
)
_ANYBODY: Final = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "proton.me",
        "protonmail.com",
    ]
)
"""Domains that say nothing of a company."""


class IdentityFileError(ValueError):
    """A file of decisions that cannot be used; the message says why."""


def decisions(file: Path) -> pl.DataFrame:
    """What people decided, one row per source and id.

    Raises
    ------
    IdentityFileError
        The file lacks a column or a value.
    """
    try:
        rows = pl.read_csv(file, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise IdentityFileError(f"{file.name} cannot be read as CSV.") from error
    wanted = ["source", "source_id", "account_id"]
    if missing := [name for name in wanted if name not in rows.columns]:
        raise IdentityFileError(f"{file.name} lacks the column {', '.join(missing)}.")
    if rows.select(pl.any_horizontal(pl.col(wanted).is_null())).to_series().any():
        raise IdentityFileError(f"{file.name} has a row without {', '.join(wanted)}.")
    return _shaped(rows.select(wanted).unique(maintain_order=True))


def together(said: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """What sources say and people decided; of one id the decision alone counts."""
    undecided = said.join(decided, on=["source", "source_id"], how="anti")
    names = said.unique(["source", "source_id"], keep="first", maintain_order=True)
    decided = decided.drop("name", "domain").join(
        names.drop("account_id"), on=["source", "source_id"], how="left"
    )
    return pl.concat([_shaped(undecided), _shaped(decided)])


def conflicts(identities: pl.DataFrame, accounts: pl.DataFrame | None = None) -> pl.DataFrame:
    """Contradictions, one row each.

    Parameters
    ----------
    identities
        Rows of ``IDENTITIES``.
    accounts
        ``account_id`` of every account there is; not compared where ``None``.
    """
    known = identities.filter(pl.col("account_id").is_not_null())
    split = (
        known.group_by("source", pl.col("source_id").alias("ids"))
        .agg(_listed("account_id").alias("accounts"), pl.col("account_id").n_unique().alias("n"))
        .filter(pl.col("n") > 1)
        .with_columns(
            kind=pl.lit("one id, two accounts"),
            meaning=pl.lit("stands for no account until identity.csv says which"),
        )
    )
    double = (
        known.group_by("source", pl.col("account_id").alias("accounts"))
        .agg(_listed("source_id").alias("ids"), pl.col("source_id").n_unique().alias("n"))
        .filter(pl.col("n") > 1)
        .with_columns(
            kind=pl.lit("one account, two ids"), meaning=pl.lit("both count for the account")
        )
    )
    parts = [split, double]
    if accounts is not None:
        lost = (
            known.join(accounts.select("account_id").unique(), on="account_id", how="anti")
            .select(
                "source", pl.col("source_id").alias("ids"), pl.col("account_id").alias("accounts")
            )
            .with_columns(
                kind=pl.lit("no such account"),
                meaning=pl.lit("its rows are refused until the account is there"),
            )
        )
        parts.append(lost)
    unknown = (
        identities.filter(pl.col("account_id").is_null())
        .select("source", pl.col("source_id").alias("ids"))
        .with_columns(
            kind=pl.lit("no account"),
            accounts=pl.lit(None, pl.String),
            meaning=pl.lit("its rows are refused until identity.csv names one"),
        )
    )
    shaped = [part.select(CONFLICTS.names()).cast(CONFLICTS) for part in (*parts, unknown)]
    return pl.concat(shaped).sort("kind", "source", "ids")


def twins(identities: pl.DataFrame, accounts: pl.DataFrame | None = None) -> pl.DataFrame:
    """For each id without an account the account that it most likely means, the surest first.

    A shared domain or an equal name is a strong sign, a similar name a weak one. Where two accounts
    are equally likely, both are told.

    Parameters
    ----------
    identities
        Rows of ``IDENTITIES``.
    accounts
        ``account_id`` of every account there is; an id of another has none. Whatever an id names
        is believed where ``None``.
    """
    named = spelled(identities, company=("name", company_name), host=("domain", domain_of))
    is_known = pl.col("account_id").is_not_null()
    if accounts is not None:
        is_known &= pl.col("account_id").is_in(accounts["account_id"].to_list())
    known = named.filter(is_known).unique(["account_id", "company", "host"], maintain_order=True)
    companies = known["company"].to_list()
    by_host: dict[str, list[int]] = {}
    for place, host in enumerate(known["host"].to_list()):
        if host:
            by_host.setdefault(host, []).append(place)
    found = []
    for row in named.filter(~is_known.fill_null(value=False)).iter_rows(named=True):
        scores = _scores(row["company"], companies, by_host.get(row["host"], []))
        best = max((score for score, _ in scores.values()), default=0)
        for place, (score, reason) in scores.items():
            if score == best >= CONFIDENT_FROM:
                account = known.row(place, named=True)
                found.append(
                    (
                        row["source"],
                        row["source_id"],
                        row["name"],
                        account["account_id"],
                        account["name"],
                        score,
                        reason,
                    )
                )
    return (
        pl.DataFrame(found, schema=TWINS, orient="row")
        .unique(["source", "source_id", "account_id"], maintain_order=True)
        .sort("confidence", "source", "source_id", descending=[True, False, False])
    )


def _scores(
    company: str | None, companies: list[str | None], of_the_domain: list[int]
) -> dict[int, tuple[int, str]]:
    """Confidence and reason by place among the known companies."""
    scores: dict[int, tuple[int, str]] = {}
    if company:
        for name, score, place in process.extract(
            company, companies, scorer=fuzz.token_sort_ratio, score_cutoff=80, limit=5
        ):
            equal = name == company
            scores[place] = (90, "equal name") if equal else (round(score * 0.85), "like name")
    for place in of_the_domain:
        beside = f" and {scores[place][1]}" if place in scores else ""
        scores[place] = (97 if beside else 85, f"equal domain{beside}")
    return scores


def company_name(name: str) -> str:
    """A company's name as names compare: lower case, without its legal form."""
    plain = utils.default_process(name)
    return " ".join(_LEGAL.sub(" ", plain).split()) or plain


def domain_of(text: str) -> str | None:
    """The domain of a website or an address; ``None`` where anybody may have it."""
    host = re.sub(r"^[a-z]+://", "", text.strip().lower()).rpartition("@")[2]
    host = re.split(r"[/:?#]", host)[0].removeprefix("www.")
    return None if host in _ANYBODY or "." not in host else host


def _listed(column: str) -> pl.Expr:
    return pl.col(column).unique().sort().str.join(", ")


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    missing = {name: pl.lit(None, pl.String) for name in IDENTITIES if name not in rows.columns}
    return rows.with_columns(**missing).select(IDENTITIES.names()).cast(IDENTITIES)
