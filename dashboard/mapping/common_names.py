"""What files and columns of spreadsheets are often called: hints for suggestions, never applied."""

from typing import Final

TABLES: Final = {
    "accounts": ("account", "client", "company", "customer"),
    "arr_movements": ("bridge", "movement"),
    "health_scores": ("health", "score"),
    "opportunities": ("deal", "opportunity", "pipeline"),
    "renewals": ("renewal",),
    "subscriptions": ("contract", "licence", "license", "subscription"),
    "support_cases": ("case", "ticket"),
    "survey_responses": ("csat", "nps", "survey"),
    "team_members": ("csm", "employee", "member", "staff", "team", "user"),
    "usage_weekly": ("usage",),
}
"""Words in the name of a file, by the table that they speak for; in the singular."""

COLUMNS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "accounts": {
        "account_id": ("client id", "company id", "customer id", "customer no"),
        "account_name": ("client", "company", "company name", "customer", "customer name", "name"),
        "segment": ("size", "tier", "type"),
        "region": ("country", "country region", "geo", "market", "territory"),
        "csm_id": ("csm", "customer success manager", "owner", "owner id"),
        "lifecycle_stage": ("lifecycle", "phase", "stage", "status"),
        "customer_since": ("contract start", "go live", "since", "signed", "start date"),
        "churned_on": ("cancelled", "churn date", "end date"),
    },
    "arr_movements": {
        "amount": ("arr change", "change", "delta"),
        "effective_on": ("date", "effective date"),
        "movement": ("kind", "type"),
    },
    "health_scores": {
        "measure": ("category", "dimension", "metric"),
        "measured_on": ("date", "week"),
        "score": ("health", "health score", "value"),
    },
    "opportunities": {
        "amount": ("arr", "value"),
        "expected_close_on": ("close date", "expected close"),
        "stage": ("deal stage", "status"),
    },
    "renewals": {
        "due_on": ("due date", "renewal date"),
        "arr_due": ("amount due", "arr", "renewal amount"),
        "status": ("outcome", "result"),
    },
    "subscriptions": {
        "subscription_id": ("contract id", "contract no", "line id"),
        "starts_on": ("contract start", "from", "start", "start date"),
        "ends_on": ("contract end", "end", "end date", "expires", "to"),
        "arr": ("acv", "annual amount", "annual value", "amount", "value"),
        "product_id": ("plan", "product", "sku"),
    },
    "support_cases": {
        "case_id": ("ticket", "ticket id"),
        "opened_at": ("created", "created at", "opened"),
        "closed_at": ("closed", "resolved", "solved at"),
    },
    "survey_responses": {
        "score": ("answer", "nps", "rating"),
        "responded_on": ("answered", "date", "response date"),
        "comment": ("feedback", "text", "verbatim"),
    },
    "team_members": {
        "member_id": ("employee id", "id", "user id"),
        "name": ("full name", "csm"),
        "email": ("e mail", "mail"),
    },
    "usage_weekly": {
        "active_users": ("active", "users", "weekly active users"),
        "week_on": ("date", "week"),
    },
}
"""Headers by table and column, in small letters without signs."""
