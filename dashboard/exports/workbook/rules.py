"""A retention policy as formulas over the rows of its customers."""

from dashboard.exports.workbook.data import Column
from dashboard.retention_policy import RetentionPolicy

MINIMUM = "minimum_arr"


def counts_logos(policy: RetentionPolicy) -> bool:
    """Whether a row's ARR says which logo was there and which was kept.

    It does not where a logo is counted on another level than ARR, or where customers with a live
    contract that costs nothing are logos: no row has the number of their contract lines.
    """
    return policy.level == policy.logo_level and policy.zero_arr_accounts == "excluded"


def retained_columns(policy: RetentionPolicy) -> tuple[Column, ...]:
    """What the policy counts of each customer, computed from its opening, movements and closing."""
    cohort = f"IF(AND({{opening_arr}}>0,{{opening_arr}}>={MINIMUM}),{{opening_arr}},0)"
    logos = ("IF({cohort_arr}>0,1,0)", _kept_logo(policy)) if counts_logos(policy) else ("", "")
    return (
        Column("cohort_arr", "ARR of the cohort", "money", cohort),
        Column("net_retained_arr", "Net retained", "money", _net(policy)),
        Column("gross_retained_arr", "Gross retained", "money", _gross(policy)),
        Column("logos", "Opening logo", "count", logos[0]),
        Column("kept_logos", "Kept logo", "count", logos[1]),
    )


def limits(policy: RetentionPolicy) -> list[str]:
    """What of the policy no formula over the rows can say, in words."""
    said = []
    if not counts_logos(policy):
        said.append(
            "Logos are the app's own values: the policy counts them by what no row of ARR shows "
            "(another level, or contracts that cost nothing)."
        )
    if policy.renewal_base == "total_arr":
        said.append(
            "Renewal rates are the app's own values: the policy measures them against the ARR of "
            "the whole book on the first day of each quarter, which no row of a renewal holds."
        )
    return said


def _kept(policy: RetentionPolicy) -> str:
    """What of a customer's ARR at the end counts."""
    kept = "{closing_arr}"
    if policy.price_rises == "excluded":
        kept = "IF({closing_arr}>0,MAX({closing_arr}-{price},0),{closing_arr})"
    return kept if policy.reactivated == "kept" else f"IF({{reactivation}}<>0,0,{kept})"


def _net(policy: RetentionPolicy) -> str:
    if policy.nrr == "cohort":
        return f"IF({{cohort_arr}}>0,{_kept(policy)},0)"
    none_opened = "{cohort_arr}>0"
    if policy.reactivated == "excluded":
        none_opened = f"OR({none_opened},{{reactivation}}<>0)"
    bridged = f"{_kept(policy)}-{{new}}-IF({none_opened},0,{{opening_arr}})"
    return f"IF({_too_small()},0,{bridged})"


def _gross(policy: RetentionPolicy) -> str:
    if policy.grr == "lower_of_then_and_now":
        return f"IF({{cohort_arr}}>0,MIN({_kept(policy)},{{opening_arr}}),0)"
    losses = "{churn}" if policy.grr == "churn_only" else "{contraction}+{churn}"
    return f"IF({_too_small()},0,{{cohort_arr}}+{losses})"


def _too_small() -> str:
    return f"AND({{opening_arr}}>0,{{opening_arr}}<{MINIMUM})"


def _kept_logo(policy: RetentionPolicy) -> str:
    tests = "{cohort_arr}>0,{closing_arr}>0"
    if policy.reactivated == "excluded":
        tests += ",{reactivation}=0"
    return f"IF(AND({tests}),1,0)"
