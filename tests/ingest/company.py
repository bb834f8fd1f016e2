"""A small company that keeps every rule, as rows of text, and ways to write it as files."""

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import xlsxwriter

from dashboard import contract
from dashboard.ingest import import_folder
from dashboard.policy import Policy

AS_OF = date(2026, 1, 1)

COMPANY = {
    "team_members": [
        {"member_id": "m1", "name": "Ada", "email": "ada@x.io", "role": "cs_manager"},
        {"member_id": "m2", "name": "Bo", "email": "bo@x.io", "role": "csm", "manager_id": "m1"},
    ],
    "accounts": [
        {
            "account_id": "a1",
            "account_name": "Ünïcode 🚀 GmbH",
            "segment": "Enterprise",
            "lifecycle_stage": "Adoption",
            "customer_since": "2024-01-01",
            "csm_id": "m2",
            "touch_model": "high",
            "currency": "USD",
        },
        {
            "account_id": "a2",
            "account_name": '"Quoted", and\nbroken',
            "parent_account_id": "a1",
            "segment": "Mid-Market",
            "lifecycle_stage": "Adoption",
            "customer_since": "2024-03-01",
            "currency": "EUR",
        },
        {
            "account_id": "a3",
            "account_name": "NULL",
            "segment": "Mid-Market",
            "lifecycle_stage": "Churned",
            "customer_since": "2024-02-01",
            "churned_on": "2025-02-01",
            "currency": "USD",
        },
    ],
    "products": [{"product_id": "p1", "product_name": "Base", "list_arr": "900.00"}],
    "fx_rates": [{"currency": "EUR", "valid_on": "2024-01-01", "rate_to_reporting": "1.08"}],
    "subscriptions": [
        {
            "subscription_id": "s1",
            "account_id": "a1",
            "product_id": "p1",
            "starts_on": "2024-01-01",
            "ends_on": "2025-01-01",
            "arr": "1000.00",
            "auto_renew": "yes",
            "licensed_seats": "10",
        },
        {
            "subscription_id": "s2",
            "account_id": "a1",
            "product_id": "p1",
            "starts_on": "2025-01-01",
            "ends_on": "",
            "arr": "1500.50",
            "auto_renew": "false",
            "uplift_share": "0.03",
        },
        {
            "subscription_id": "s3",
            "account_id": "a2",
            "starts_on": "2024-03-01",
            "ends_on": "",
            "arr": "200.00",
        },
        {
            "subscription_id": "s4",
            "account_id": "a3",
            "starts_on": "2024-02-01",
            "ends_on": "2024-08-01",
            "arr": "300.00",
        },
        {
            "subscription_id": "s5",
            "account_id": "a3",
            "starts_on": "2024-10-01",
            "ends_on": "2025-02-01",
            "arr": "300.00",
        },
        {
            "subscription_id": "s6",
            "account_id": "a3",
            "starts_on": "2025-02-01",
            "ends_on": "2025-02-01",
            "arr": "999.00",
        },
    ],
    "arr_movements": [
        {"movement_id": "v1", "account_id": "a1", "effective_on": "2024-01-01",
         "recorded_at": "2024-01-01T09:00:00Z", "movement": "new", "amount": "1000.00"},
        {"movement_id": "v2", "account_id": "a1", "effective_on": "2025-01-01",
         "recorded_at": "2025-01-01 10:30:00+01:00", "movement": "expansion", "amount": "500.50"},
        {"movement_id": "v3", "account_id": "a2", "effective_on": "2024-03-01",
         "recorded_at": "2024-03-01", "movement": "new", "amount": "200.00"},
        {"movement_id": "v4", "account_id": "a3", "effective_on": "2024-02-01",
         "recorded_at": "2024-02-01", "movement": "new", "amount": "300.00"},
        {"movement_id": "v5", "account_id": "a3", "effective_on": "2024-08-01",
         "recorded_at": "2024-08-01", "movement": "churn", "amount": "-300.00"},
        {"movement_id": "v6", "account_id": "a3", "effective_on": "2024-10-01",
         "recorded_at": "2024-10-01", "movement": "reactivation", "amount": "300.00"},
        {"movement_id": "v7", "account_id": "a3", "effective_on": "2025-02-01",
         "recorded_at": "2025-02-01", "movement": "churn", "amount": "-300.00"},
    ],
    "renewals": [
        {"renewal_id": "r1", "account_id": "a1", "subscription_id": "s1", "due_on": "2025-01-01",
         "arr_due": "1000.00", "status": "renewed", "closed_on": "2024-12-20",
         "arr_renewed": "1500.50"},
        {"renewal_id": "r2", "account_id": "a3", "subscription_id": "s5", "due_on": "2025-02-01",
         "arr_due": "300.00", "status": "churned", "closed_on": "2025-02-01",
         "arr_renewed": "0.00", "churn_controllable": "1"},
        {"renewal_id": "r3", "account_id": "a2", "due_on": "2026-03-01", "arr_due": "200.00",
         "status": "open"},
    ],
    "forecast_calls": [
        {"call_id": "f1", "renewal_id": "r3", "called_by": "m2", "source": "csm",
         "called_at": "2025-12-01T08:00:00", "amount": "200.00", "likelihood": "0.9"},
    ],
    "health_scores": [
        {"account_id": "a1", "measured_on": "2025-12-01", "measure": "adoption", "score": "80"},
        {"account_id": "a1", "measured_on": "2025-12-08", "measure": "adoption", "score": "82.5"},
        {"account_id": "a2", "measured_on": "2025-12-08", "measure": "nps", "score": "0"},
    ],
    "survey_responses": [
        {"response_id": "q1", "account_id": "a1", "survey": "nps", "score": "10",
         "responded_on": "2025-11-01", "comment": "=cmd|' /C calc'!A0"},
        {"response_id": "q2", "account_id": "a2", "survey": "csat", "score": "5"},
    ],
    "opportunities": [
        {"opportunity_id": "o1", "account_id": "a2", "kind": "upsell", "amount": "50.00",
         "currency": "EUR", "stage": "Discussion", "probability": "0.2",
         "forecast_category": "pipeline", "created_on": "2025-10-01"},
    ],
    "targets": [
        {"period_start_on": "2026-01-01", "period_end_on": "2026-04-01", "metric": "nrr",
         "value": "1.05"},
    ],
}  # fmt: skip


def columns_of(table, rows):
    return [c.name for c in contract.tables()[table].columns if any(c.name in row for row in rows)]


def write_csv(folder: Path, company, *, delimiter=",", line_end="\r\n", encoding="utf-8"):
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in company.items():
        path = folder / f"{table}.csv"
        with path.open("w", newline="", encoding=encoding) as text:
            writer = csv.DictWriter(
                text,
                columns_of(table, rows),
                restval="",
                delimiter=delimiter,
                lineterminator=line_end,
            )
            writer.writeheader()
            writer.writerows(rows)


def typed(kind, text):
    """What a typed file holds for a text of a CSV."""
    if not text:
        return None
    if kind == "boolean":
        return text in {"yes", "true", "1"}
    if kind == "timestamp":
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=None) - (moment.utcoffset() or moment - moment)
    readers = {
        "date": date.fromisoformat,
        "decimal": Decimal,
        "integer": int,
        "double": float,
    }
    return readers.get(kind, str)(text)


def write_parquet(folder: Path, company):
    folder.mkdir(parents=True, exist_ok=True)
    dtypes = {
        "text": pl.String,
        "date": pl.Date,
        "timestamp": pl.Datetime("us"),
        "decimal": pl.Decimal(18, 2),
        "integer": pl.Int64,
        "double": pl.Float64,
        "boolean": pl.Boolean,
    }
    for table, rows in company.items():
        known = [contract.tables()[table].column(name) for name in columns_of(table, rows)]
        pl.DataFrame(
            {c.name: [typed(c.kind, row.get(c.name)) for row in rows] for c in known},
            schema={c.name: dtypes[c.kind] for c in known},
        ).write_parquet(folder / f"{table}.parquet")


def write_excel(path: Path, company):
    """All tables as sheets of one workbook, dates and numbers as a spreadsheet holds them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        formats = {
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
            "timestamp": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        for table, rows in company.items():
            sheet = workbook.add_worksheet(table)
            names = columns_of(table, rows)
            sheet.write_row(0, 0, names)
            for number, row in enumerate(rows, start=1):
                for place, name in enumerate(names):
                    kind = contract.tables()[table].column(name).kind
                    value = typed(kind, row.get(name))
                    if value is None:
                        continue
                    if kind in formats:
                        sheet.write_datetime(number, place, value, formats[kind])
                    elif kind == "text":
                        sheet.write_string(number, place, value)
                    else:
                        sheet.write(number, place, value)


def imported(folder: Path, target: Path, **options):
    return import_folder(folder, target, policy=Policy(), as_of=AS_OF, **options)
