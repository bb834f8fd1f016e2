"""Proposals to move accounts between CSMs: what they move, what it does, who may see them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.store.base import SavedProposal, StoreError


class UnreadableProposalError(StoreError):
    """A saved proposal says what this version does not know."""


class Move(BaseModel):
    """One account from one CSM to another; ``from_csm`` is empty where nobody held it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_id: Annotated[str, Field(min_length=1)]
    from_csm: str | None = None
    to_csm: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(max_length=500)] = ""


class Proposal(BaseModel):
    """Moves in the order they are made; nothing of it is written to the company's tables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    version: int | None = None
    as_of: date | None = None
    """Day of the data it was made from."""
    moves: tuple[Move, ...] = ()

    @property
    def account_ids(self) -> frozenset[str]:
        """Accounts that it moves."""
        return frozenset(move.account_id for move in self.moves)


def read(saved: SavedProposal) -> Proposal:
    """A saved proposal with the name, version and day it was saved under.

    Raises
    ------
    UnreadableProposalError
        It says what this version does not know.
    """
    try:
        proposal = Proposal.model_validate_json(saved.definition)
    except ValidationError as error:
        raise UnreadableProposalError(
            f"The saved proposal {saved.name} says what this version does not know."
        ) from error
    return proposal.model_copy(
        update={"name": saved.name, "version": saved.version, "as_of": saved.as_of}
    )


def seen_by(saved: Iterable[SavedProposal], account_ids: Collection[str]) -> dict[str, Proposal]:
    """Proposals by name, of those alone that move nothing but accounts the viewer may see.

    A proposal that cannot be read, or that moves nothing, is nobody's to see.
    """
    found = {}
    for each in saved:
        try:
            proposal = read(each)
        except UnreadableProposalError:
            continue
        if proposal.moves and all(account in account_ids for account in proposal.account_ids):
            found[each.name] = proposal
    return found


def judged(
    accounts: pl.DataFrame, people: Mapping[str, str], moves: Sequence[Move]
) -> tuple[str, ...]:
    """Why each move no longer applies, in the order of the moves; empty where it does.

    Parameters
    ----------
    accounts
        Rows of ``coverage/accounts``.
    people
        Names of the CSMs an account can be given to, by member id.
    moves
        Each is judged after those before it have been made.
    """
    holders = dict(accounts.select("account_id", "csm_id").iter_rows())
    names = dict(accounts.select("csm_id", "csm_name").unique("csm_id").iter_rows()) | dict(people)
    customers = set(accounts.filter(pl.col("is_customer"))["account_id"])
    found = []
    for move in moves:
        holder = holders.get(move.account_id)
        why = ""
        if move.account_id not in holders:
            why = "the account is not in your book any more"
        elif move.account_id not in customers:
            why = "it is no customer any more"
        elif holder != move.from_csm:
            why = f"it is now with {names.get(holder) or holder or 'nobody'}"
        elif move.to_csm not in people:
            why = "who was to have it is no CSM of yours any more"
        elif move.to_csm == holder:
            why = "it is there already"
        else:
            holders[move.account_id] = move.to_csm
        found.append(why)
    return tuple(found)


def applied(
    accounts: pl.DataFrame, people: Mapping[str, str], moves: Sequence[Move]
) -> pl.DataFrame:
    """Rows of ``coverage/accounts`` after the moves that apply; only CSMs change."""
    last = {
        move.account_id: move.to_csm
        for move, why in zip(moves, judged(accounts, people, moves), strict=True)
        if not why
    }
    if not last:
        return accounts
    to = pl.col("account_id").replace_strict(last, default=None, return_dtype=pl.String)
    return accounts.with_columns(
        csm_id=pl.coalesce(to, "csm_id"),
        csm_name=pl.coalesce(
            to.replace_strict(dict(people), default=None, return_dtype=pl.String), "csm_name"
        ),
        holder=pl.when(to.is_not_null()).then(pl.lit("held")).otherwise("holder"),
    )


def books(accounts: pl.DataFrame, team: pl.DataFrame) -> pl.DataFrame:
    """Customers by CSM and segment as ``coverage/by_csm`` counts them, those parts a load needs.

    Parameters
    ----------
    accounts
        Rows of ``coverage/accounts``.
    team
        Rows of ``coverage/by_csm``: who has a book or could have one.
    """
    people = team.select("member_id", "name", "ramped_on", "left_on").unique(
        "member_id", maintain_order=True
    )
    is_red = pl.col("health_band").eq_missing("red")
    held = (
        accounts.filter(pl.col("is_customer"))
        .group_by("csm_id", "segment", maintain_order=True)
        .agg(
            accounts=pl.len().cast(pl.Int64),
            arr=_known_sum(pl.col("arr")),
            arr_red=pl.when(pl.col("arr").is_not_null().any()).then(
                pl.col("arr").filter(is_red).sum()
            ),
            renewals_due=pl.col("renewals_due").sum(),
            onboarding=(pl.col("lifecycle_stage") == "Onboarding").sum().cast(pl.Int64),
        )
        .rename({"csm_id": "member_id"})
    )
    idle = people.filter(
        pl.col("member_id").is_not_null(),
        ~pl.col("member_id").is_in(held["member_id"].drop_nulls().implode()),
    ).select(
        "member_id",
        segment=pl.lit(None, pl.String),
        accounts=pl.lit(0, pl.Int64),
        arr=pl.lit(0).cast(pl.Decimal(38, 2)),
        arr_red=pl.lit(0).cast(pl.Decimal(38, 2)),
        renewals_due=pl.lit(0, pl.Int64),
        onboarding=pl.lit(0, pl.Int64),
    )
    return pl.concat([held, idle.select(held.columns)]).join(
        people, on="member_id", how="left", nulls_equal=True, maintain_order="left"
    )


def moves_table(
    accounts: pl.DataFrame,
    moves: Sequence[Move],
    reasons: Sequence[str],
    name: Callable[[str | None], str],
) -> pl.DataFrame:
    """The moves as they are exported: account, from, to, ARR, reason, and why one does not apply.

    A move of an account that is not among the rows is absent.
    """
    rows = {row["account_id"]: row for row in accounts.iter_rows(named=True)}
    return pl.DataFrame(
        [
            (
                rows[move.account_id]["account_name"],
                name(move.from_csm),
                name(move.to_csm),
                rows[move.account_id]["arr"],
                move.reason,
                why,
                move.account_id,
            )
            for move, why in zip(moves, reasons, strict=True)
            if move.account_id in rows
        ],
        schema={
            "account_name": pl.String,
            "from_csm": pl.String,
            "to_csm": pl.String,
            "arr": pl.Decimal(38, 2),
            "move_reason": pl.String,
            "no_longer": pl.String,
            "account_id": pl.String,
        },
        orient="row",
    )


def _known_sum(column: pl.Expr) -> pl.Expr:
    return pl.when(column.is_not_null().any()).then(column.sum())
