"""How retention is counted: named, versioned choices that move NRR by many points.

Every choice has the default of the *Board* policy; a company adds policies of its own in
``settings.toml`` or saves them from the *Retention* page.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

GrrRule = Literal["lower_of_then_and_now", "sum_of_losses", "churn_only"]
NrrRule = Literal["cohort", "bridge"]
Level = Literal["account", "parent", "product"]
FxRule = Literal["period_start", "as_of", "actual"]
PeriodRule = Literal["ttm", "quarter", "quarter_annualised", "fiscal_year_to_date"]
Period = Literal[
    "month", "quarter", "year", "ttm", "fiscal_year_to_date", "quarter_annualised", "custom"
]
PERIODS: Final[tuple[Period, ...]] = (
    "month",
    "quarter",
    "year",
    "ttm",
    "fiscal_year_to_date",
    "quarter_annualised",
    "custom",
)
BOARD: Final = "Board"


class UnknownPolicyError(ValueError):
    """No retention policy of that name."""


def _one_line(name: str) -> str:
    words = " ".join(name.split())
    if not words or "@" in words:
        raise ValueError(f"{name!r} is no name of a policy: it is empty or holds an @")
    return words


class RetentionPolicy(BaseModel):
    """Choices that decide GRR, NRR, logo retention and renewal rates.

    ``grr``
        Of the opening ARR, what is left: per account the lower of then and now; or opening ARR
        less all contraction and churn of the window; or less churn alone.
    ``nrr``
        ``cohort``: what the customers of the window's start pay at its end. ``bridge``: opening
        ARR and every movement but new ones, those of customers won meanwhile too.
    ``level``
        Who keeps or loses ARR: the account, its parent with all its accounts, or each product.
    ``reactivated``
        Whether who left and came back inside the window counts as kept.
    ``price_rises``
        Whether ARR from price rises is counted (movements with the reason *price*).
    ``fx``
        One rate for a window, that of its first day; or that of the as-of date; or each day's own.
    ``minimum_arr``
        Customers below it at the window's start are left out, in the reporting currency.
    ``period``
        Window of the headline numbers. A quarter annualised is compounded to the fourth power.
    ``renewal_base``
        Renewal rates are of the ARR due, or what is lost of it against the whole opening ARR.
    ``late_renewals``, ``grace_days``
        A renewal signed after its due date, or not signed yet: ``excluded`` from the rates within
        the grace and churn after it; ``churned`` on the due date, a later signature is a windfall
        outside the rates; ``renewed``, whenever it is signed, and awaited until then.
    ``early_renewals``
        One closed before its due date counts in the period it was due in or in the one it closed.
    ``multi_year``
        Whether anniversaries inside a contract of several years count as renewed.
    ``month_to_month``
        Whether renewals of terms shorter than six months count in the rates.
    ``logo_level``, ``zero_arr_accounts``
        What is one logo; whether an account with a live contract that costs nothing is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, AfterValidator(_one_line)] = BOARD
    version: int = Field(default=1, ge=1)
    grr: GrrRule = "lower_of_then_and_now"
    nrr: NrrRule = "cohort"
    level: Level = "account"
    reactivated: Literal["kept", "excluded"] = "kept"
    price_rises: Literal["included", "excluded"] = "included"
    fx: FxRule = "period_start"
    minimum_arr: Decimal = Field(default=Decimal(0), ge=0, max_digits=18, decimal_places=2)
    period: PeriodRule = "ttm"
    renewal_base: Literal["arr_due", "total_arr"] = "arr_due"
    late_renewals: Literal["excluded", "churned", "renewed"] = "excluded"
    grace_days: int = Field(default=30, ge=0, le=366)
    early_renewals: Literal["due_date", "close_date"] = "due_date"
    multi_year: Literal["excluded", "anniversaries"] = "excluded"
    month_to_month: Literal["excluded", "counted"] = "excluded"
    logo_level: Literal["account", "parent"] = "account"
    zero_arr_accounts: Literal["excluded", "counted"] = "excluded"

    def __str__(self) -> str:
        """What ``--policy`` takes."""
        return self.name if self.version == 1 else f"{self.name}@{self.version}"

    @property
    def title(self) -> str:
        """Name and version, as they stand beside a number."""
        return f"{self.name}, version {self.version}"

    def params(self) -> dict[str, object]:
        """Bind parameters of the rules in ``sql/shared/``."""
        return {
            "grr_rule": self.grr,
            "nrr_rule": self.nrr,
            "level": self.level,
            "reactivated": self.reactivated,
            "price_rises": self.price_rises,
            "fx_rule": self.fx,
            "minimum_arr": str(self.minimum_arr),
            "renewal_base": self.renewal_base,
            "late_renewals": self.late_renewals,
            "grace_days": self.grace_days,
            "early_renewals": self.early_renewals,
            "multi_year": self.multi_year,
            "month_to_month": self.month_to_month,
            "logo_level": self.logo_level,
            "zero_arr_accounts": self.zero_arr_accounts,
        }

    def choices(self) -> dict[str, str]:
        """Every choice by its name, in words: what stands beside a number and in a comparison."""
        words = {
            name: _WORDS.get((name, str(value)), str(value).replace("_", " "))
            for name, value in self.model_dump(exclude={"name", "version"}).items()
        }
        return words | {
            "minimum_arr": f"{self.minimum_arr:,.2f}" if self.minimum_arr else "none",
            "grace_days": f"{self.grace_days} days",
        }

    def sentence(self) -> str:
        """The choices that decide GRR, NRR and logo retention, as one sentence."""
        chosen = self.choices()
        parts = [
            f"GRR {chosen['grr']}",
            f"NRR {chosen['nrr']}",
            f"by {chosen['level']}",
            f"reactivated customers {chosen['reactivated']}",
            f"price rises {chosen['price_rises']}",
            f"exchange rates {chosen['fx']}",
        ]
        if self.minimum_arr:
            parts.append(f"customers from {chosen['minimum_arr']} on")
        return f"{self.title}: {', '.join(parts)}."


_WORDS: Final[Mapping[tuple[str, str], str]] = {
    ("grr", "lower_of_then_and_now"): "the lower of then and now per customer",
    ("grr", "sum_of_losses"): "opening ARR less contraction and churn",
    ("grr", "churn_only"): "opening ARR less churn",
    ("nrr", "cohort"): "of the closed cohort",
    ("nrr", "bridge"): "by the ARR bridge",
    ("fx", "period_start"): "of the period's first day",
    ("fx", "as_of"): "of the as-of date",
    ("fx", "actual"): "of each day",
    ("period", "ttm"): "trailing twelve months",
    ("period", "quarter_annualised"): "fiscal quarter, annualised by compounding",
    ("period", "quarter"): "fiscal quarter",
    ("renewal_base", "arr_due"): "of the ARR due",
    ("renewal_base", "total_arr"): "of the whole opening ARR",
    ("late_renewals", "excluded"): "left out within the grace, then churn",
    ("late_renewals", "churned"): "churn, a later signature is a windfall",
    ("late_renewals", "renewed"): "renewed when signed",
    ("early_renewals", "due_date"): "by due date",
    ("early_renewals", "close_date"): "by close date",
    ("multi_year", "excluded"): "not due, not counted",
    ("multi_year", "anniversaries"): "anniversaries count as renewed",
}

LABELS: Final[Mapping[str, str]] = {
    "grr": "GRR",
    "nrr": "NRR",
    "level": "Level",
    "reactivated": "Reactivated customers",
    "price_rises": "Price rises",
    "fx": "Exchange rates",
    "minimum_arr": "Minimum ARR",
    "period": "Period",
    "renewal_base": "Renewal rate",
    "late_renewals": "Late renewals",
    "grace_days": "Grace",
    "early_renewals": "Early renewals",
    "multi_year": "Multi-year contracts",
    "month_to_month": "Month-to-month terms",
    "logo_level": "One logo is one",
    "zero_arr_accounts": "Accounts without ARR",
}
"""Names of the choices on the screen, in the order they are explained and compared."""

_ON_THE_WAY: Final = (
    "period",
    "fx",
    "level",
    "minimum_arr",
    "logo_level",
    "zero_arr_accounts",
    "nrr",
    "reactivated",
    "price_rises",
    "grr",
)
"""Choices that decide GRR, NRR and logo retention, from the window to the finest rule."""

READY: Final[tuple[RetentionPolicy, ...]] = (
    RetentionPolicy(name=BOARD),
    RetentionPolicy(
        name="Finance TTM",
        grr="sum_of_losses",
        nrr="bridge",
        reactivated="excluded",
        late_renewals="churned",
    ),
    RetentionPolicy(
        name="CS renewals",
        price_rises="excluded",
        period="quarter",
        late_renewals="renewed",
        early_renewals="close_date",
    ),
)
"""Policies that need no setting: what a board, a finance team and a CS team usually count."""


def between(policy: RetentionPolicy, other: RetentionPolicy) -> list[tuple[str, RetentionPolicy]]:
    """Policies on the way from one to another, each with the one choice it takes over.

    The first has every choice of ``policy`` but one, the last every choice of ``other``; a choice
    that both make alike is not on the way.
    """
    on_the_way: list[tuple[str, RetentionPolicy]] = []
    reached = policy
    for choice in _ON_THE_WAY:
        if getattr(reached, choice) != getattr(other, choice):
            reached = reached.model_copy(update={choice: getattr(other, choice)})
            on_the_way.append((choice, reached))
    return on_the_way


def named(name: str, policies: Mapping[str, RetentionPolicy]) -> RetentionPolicy:
    """The policy of a name; case, ``_`` and ``-`` do not matter.

    Raises
    ------
    UnknownPolicyError
        There is none; the message lists those there are.
    """
    found = {_key(each): policy for each, policy in policies.items()}.get(_key(name))
    if found is None:
        known = ", ".join(sorted(policies))
        raise UnknownPolicyError(f"There is no retention policy {name!r}. There are: {known}.")
    return found


def _key(name: str) -> str:
    return " ".join(re.sub("[_-]", " ", name).lower().split())
