"""Hand-made rows in the schemas of five sources, and a way to write them as files.

One small company: Acme (001A) with two products, Birch (001B) who left and came back, Cedar (001C)
in yen, Dune (001D) in a currency without a rate, and what does not belong.
"""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from dashboard.mapping import mappings_in, view_statements
from dashboard.mapping.dialects import identifier

AS_OF = date(2026, 6, 30)
READY = Path("mappings")

SALESFORCE = {
    "account": [
        {"id": "001A", "name": "Acme Inc.", "type": "Customer - Direct", "owner_id": "005X",
         "number_of_employees": "2500", "billing_country": "US", "industry": "Retail",
         "website": "https://www.acme.com/about", "created_date": "2023-11-05T09:00:00Z",
         "is_deleted": "false", "parent_id": "001P"},
        {"id": "001B", "name": "Birch Media", "type": "Customer - Direct", "owner_id": "005Y",
         "number_of_employees": "120", "website": "birch.io", "is_deleted": "false",
         "created_date": "2023-12-01T00:00:00Z"},
        {"id": "001C", "name": "Cedar KK", "type": "Customer - Channel", "owner_id": "005X",
         "website": "cedar.jp", "created_date": "2024-12-20T00:00:00Z", "is_deleted": "false"},
        {"id": "001D", "name": "Dune Ltd", "type": "Customer - Direct", "owner_id": "005Y",
         "number_of_employees": "8", "website": "dune.co.uk", "is_deleted": "false",
         "created_date": "2025-01-10T00:00:00Z"},
        {"id": "001P", "name": "Acme Holding", "type": "Prospect", "is_deleted": "false",
         "created_date": "2023-01-01T00:00:00Z"},
        {"id": "001Z", "name": "Zephyr", "type": "Customer - Direct", "is_deleted": "true",
         "created_date": "2023-01-01T00:00:00Z"},
    ],
    "user": [
        {"id": "005X", "name": "Xena Ode", "email": "xena@us.example", "user_type": "Standard",
         "manager_id": "005Y", "_fivetran_deleted": "false"},
        {"id": "005Y", "name": "Yann Roe", "email": "yann@us.example", "user_type": "Standard",
         "_fivetran_deleted": "false"},
        {"id": "005R", "name": "Robot", "email": "r@us.example", "user_type": "AutomatedProcess",
         "_fivetran_deleted": "false"},
    ],
    "opportunity": [
        {"id": "006A", "account_id": "001A", "owner_id": "005X", "amount": "30000.10",
         "type": "Existing Customer - Upgrade", "stage_name": "Verbal commit",
         "forecast_category": "Forecast", "forecast_category_name": "Commit",
         "probability": "80", "is_closed": "false",
         "is_won": "false", "close_date": "2026-09-30T00:00:00Z",
         "created_date": "2026-03-31T23:30:00Z", "is_deleted": "false"},
        {"id": "006B", "account_id": "001A", "owner_id": "005X", "amount": "500",
         "type": "Add-On", "stage_name": "Board review", "forecast_category": "MostLikely",
         "probability": "40", "is_closed": "false", "is_won": "false",
         "close_date": "2026-10-15T00:00:00Z", "created_date": "2026-04-01T12:00:00Z",
         "is_deleted": "false"},
        {"id": "006C", "account_id": "001A", "owner_id": "005X", "amount": "9000",
         "type": "New Customer", "stage_name": "Closed Won", "forecast_category": "Closed",
         "probability": "100", "is_closed": "true", "is_won": "true",
         "close_date": "2023-11-20T00:00:00Z", "created_date": "2023-10-01T00:00:00Z",
         "is_deleted": "false"},
        {"id": "006D", "account_id": "001B", "owner_id": "005Y", "amount": "700",
         "type": "Expansion", "stage_name": "Closed Lost", "forecast_category": "Omitted",
         "probability": "0", "is_closed": "true", "is_won": "false",
         "close_date": "2026-05-02T00:00:00Z", "created_date": "2026-02-01T00:00:00Z",
         "is_deleted": "false"},
        {"id": "006E", "account_id": "001B", "owner_id": "005Y", "amount": "1234.50",
         "type": "Renewal", "stage_name": "Open", "forecast_category": "Pipeline",
         "is_closed": "false", "is_won": "false", "close_date": "2026-12-01T00:00:00Z",
         "created_date": "2026-02-01T00:00:00Z", "is_deleted": "false"},
        {"id": "006F", "account_id": "001B", "owner_id": "005Y", "amount": "40000",
         "type": "Expansion", "stage_name": "Open", "forecast_category": "Pipeline",
         "is_closed": "false", "is_won": "false", "close_date": "2026-12-01T00:00:00Z",
         "created_date": "2026-02-01T00:00:00Z", "is_deleted": "true"},
    ],
    "opportunity_history": [
        {"id": "006A", "_fivetran_start": "2026-03-31T23:30:00Z", "stage_name": "Discussion",
         "forecast_category": "Pipeline", "amount": "30000.10",
         "close_date": "2026-09-30"},
        {"id": "006A", "_fivetran_start": "2026-06-25T08:00:00Z", "stage_name": "Verbal commit",
         "forecast_category": "Forecast", "amount": "30000.10", "close_date": "2026-09-30"},
        {"id": "006C", "_fivetran_start": "2023-10-01T00:00:00Z", "stage_name": "Open",
         "forecast_category": "Pipeline", "amount": "9000", "close_date": "2023-11-20"},
        {"id": "006C", "_fivetran_start": "2023-11-20T00:00:00Z", "stage_name": "Closed Won",
         "forecast_category": "Closed", "amount": "9000", "close_date": "2023-11-20"},
    ],
    "product_2": [
        {"id": "01tA", "name": "Base", "is_deleted": "false"},
        {"id": "01tB", "name": "Old", "is_deleted": "true"},
    ],
}  # fmt: skip

HUBSPOT = {
    "company": [
        {"id": "71", "property_name": "Acme", "property_domain": "acme.com",
         "property_lifecyclestage": "customer", "property_numberofemployees": "2500",
         "property_hubspot_owner_id": "91", "property_country": "US",
         "property_industry": "Retail",
         "property_closedate": "",
         "property_createdate": "2024-01-31T23:00:00Z", "is_deleted": "false"},
        {"id": "72", "property_name": "Lead GmbH", "property_lifecyclestage": "lead",
         "property_createdate": "2024-01-31T23:00:00Z", "is_deleted": "false"},
        {"id": "73", "property_name": "Birch", "property_domain": "birch.io",
         "property_lifecyclestage": "customer", "property_hubspot_owner_id": "91",
         "property_createdate": "2024-05-01T00:00:00Z", "is_deleted": "false"},
    ],
    "owner": [
        {"owner_id": "91", "first_name": "Xena", "last_name": "Ode", "email": "xena@us.example"}
    ],
    "deal": [
        {"deal_id": "801", "owner_id": "91", "deal_pipeline_stage_id": "st1",
         "property_dealtype": "existingbusiness", "property_amount": "12000.5",
         "property_hs_manual_forecast_category": "BEST_CASE",
         "property_createdate": "2026-02-01T00:00:00Z",
         "property_closedate": "2026-08-31T00:00:00Z", "is_deleted": "false"},
        {"deal_id": "802", "owner_id": "91", "deal_pipeline_stage_id": "st2",
         "property_dealtype": "existingbusiness", "property_amount": "400",
         "property_createdate": "2026-02-01T00:00:00Z",
         "property_closedate": "2026-05-31T00:00:00Z", "is_deleted": "false"},
        {"deal_id": "803", "owner_id": "91", "deal_pipeline_stage_id": "st1",
         "property_dealtype": "newbusiness", "property_amount": "99",
         "property_createdate": "2026-02-01T00:00:00Z", "is_deleted": "false"},
        {"deal_id": "804", "owner_id": "91", "deal_pipeline_stage_id": "st9",
         "property_dealtype": "existingbusiness", "property_amount": "60",
         "property_createdate": "2026-02-01T00:00:00Z", "is_deleted": "false"},
    ],
    "deal_company": [
        {"deal_id": "801", "company_id": "71"},
        {"deal_id": "802", "company_id": "73"},
        {"deal_id": "804", "company_id": "71"},
        {"deal_id": "804", "company_id": "73"},
    ],
    "deal_pipeline_stage": [
        {"stage_id": "st1", "label": "Discussion", "probability": "0.2"},
        {"stage_id": "st2", "label": "Closed Won", "probability": "1.0"},
    ],
}  # fmt: skip

ZENDESK = {
    "organization": [
        {"id": "51", "name": "Acme, Inc", "external_id": "001A"},
        {"id": "52", "name": "BIRCH MEDIA LLC", "external_id": ""},
        {"id": "53", "name": "Somebody", "external_id": ""},
    ],
    "domain_name": [
        {"organization_id": "51", "domain_name": "acme.com"},
        {"organization_id": "52", "domain_name": "birch.io"},
    ],
    "ticket": [
        {"id": "1", "organization_id": "51", "priority": "high", "status": "closed",
         "created_at": "2026-06-01 10:00:00 UTC", "_fivetran_deleted": "false"},
        {"id": "2", "organization_id": "51", "priority": "", "status": "open",
         "created_at": "2026-06-20T00:30:00+02:00", "_fivetran_deleted": "false"},
        {"id": "3", "organization_id": "", "priority": "low", "status": "open",
         "created_at": "2026-06-20T00:30:00Z", "_fivetran_deleted": "false"},
        {"id": "4", "organization_id": "51", "priority": "low", "status": "deleted",
         "created_at": "2026-06-20T00:30:00Z", "_fivetran_deleted": "false"},
        {"id": "5", "organization_id": "52", "priority": "low", "status": "open",
         "created_at": "2026-06-21T00:30:00Z", "_fivetran_deleted": "false"},
        {"id": "6", "organization_id": "51", "priority": "low", "status": "open",
         "created_at": "2026-06-21T00:30:00Z", "_fivetran_deleted": "true"},
    ],
    "ticket_field_history": [
        {"ticket_id": "1", "field_name": "status", "value": "solved",
         "updated": "2026-06-02 08:00:00"},
        {"ticket_id": "1", "field_name": "status", "value": "open",
         "updated": "2026-06-02 09:00:00"},
        {"ticket_id": "1", "field_name": "status", "value": "solved",
         "updated": "2026-06-03 08:00:00"},
        {"ticket_id": "1", "field_name": "status", "value": "closed",
         "updated": "2026-06-09 08:00:00"},
    ],
    "satisfaction_rating": [
        {"ticket_id": "1", "score": "bad", "updated_at": "2026-06-03T09:00:00Z"},
        {"ticket_id": "1", "score": "good", "updated_at": "2026-06-04T09:00:00Z"},
        {"ticket_id": "1", "score": "offered", "updated_at": "2026-06-05T09:00:00Z"},
    ],
}  # fmt: skip


def _item(number, subscription, price, quantity=""):
    return {"id": f"si_{number}", "subscription_id": subscription, "plan_id": price,
            "quantity": quantity}  # fmt: skip


def _subscription(name, customer, start, **rest):
    return {"id": name, "customer_id": customer, "status": "active", "livemode": "true",
            "_fivetran_active": "true", "cancel_at_period_end": "false", "ended_at": "",
            "cancel_at": "", "trial_end": "", "created": f"{start} 00:00:00+00",
            "start_date": f"{start} 00:00:00+00"} | rest  # fmt: skip


def _price(name, product, cents, interval, count="1", *, currency="usd", usage="licensed"):
    return {"id": name, "product_id": product, "unit_amount": cents, "currency": currency,
            "recurring_interval": interval, "recurring_interval_count": count,
            "recurring_usage_type": usage, "is_deleted": "false"}  # fmt: skip


STRIPE = {
    "customer": [
        {"id": "cus_A", "name": "ACME Incorporated", "email": "billing@acme.com",
         "livemode": "true", "is_deleted": "false", "currency": "usd", "description": "",
         "address_country": "US", "created": "2024-12-01 00:00:00+00"},
        {"id": "cus_B", "name": "Birch Media", "email": "ap@birch.io", "livemode": "true",
         "is_deleted": "false", "created": "2023-12-01 00:00:00+00"},
        {"id": "cus_C", "name": "Cedar", "email": "pay@cedar.jp", "livemode": "true",
         "is_deleted": "false", "currency": "jpy", "created": "2024-12-20 00:00:00+00"},
        {"id": "cus_D", "name": "Dune", "email": "pay@dune.co.uk", "livemode": "true",
         "is_deleted": "false", "currency": "gbp", "created": "2025-01-10 00:00:00+00"},
        {"id": "cus_Z", "name": "Gone", "email": "z@gone.example", "livemode": "true",
         "is_deleted": "true", "created": "2023-01-01 00:00:00+00"},
    ],
    "product": [
        {"id": "prod_1", "name": "Base", "livemode": "true", "is_deleted": "false"},
        {"id": "prod_2", "name": "Plus", "livemode": "true", "is_deleted": "false"},
    ],
    "price": [
        _price("pm", "prod_1", "10000", "month"),
        _price("pq", "prod_1", "30000", "month", "3"),
        _price("py", "prod_2", "500000", "year"),
        _price("pj", "prod_1", "120000", "month", currency="jpy"),
        _price("pk", "prod_1", "60000", "month", currency="jpy"),
        _price("pg", "prod_1", "1099", "month", currency="gbp"),
        _price("pu", "prod_1", "5", "month", usage="metered"),
    ],
    "subscription_history": [
        _subscription("sub_1", "cus_A", "2025-01-01"),
        _subscription("sub_2", "cus_A", "2025-06-01"),
        _subscription("sub_3", "cus_B", "2024-01-01", status="canceled",
                      ended_at="2025-01-01 00:00:00+00"),
        _subscription("sub_4", "cus_B", "2025-04-01", cancel_at_period_end="true",
                      cancel_at="2027-04-01 00:00:00+00"),
        _subscription("sub_5", "cus_B", "2026-06-20", status="trialing",
                      trial_end="2026-07-20 00:00:00+00"),
        _subscription("sub_6", "cus_C", "2025-01-01"),
        _subscription("sub_7", "cus_C", "2025-03-01"),
        _subscription("sub_8", "cus_A", "2025-05-01", status="canceled",
                      ended_at="2025-05-01 00:00:00+00"),
        _subscription("sub_9", "cus_A", "2025-05-01", livemode="false"),
        _subscription("sub_10", "cus_A", "2025-05-01", status="incomplete_expired"),
        _subscription("sub_11", "cus_D", "2025-02-01"),
        _subscription("sub_12", "cus_A", "2025-05-01"),
        _subscription("sub_1", "cus_A", "2025-01-01", _fivetran_active="false"),
    ],
    "subscription_item": [
        _item(1, "sub_1", "pm", "10"),
        _item(2, "sub_2", "py", "1"),
        _item(3, "sub_3", "pq", "2"),
        _item(4, "sub_4", "pm", "3"),
        _item(5, "sub_5", "py", "1"),
        _item(6, "sub_6", "pj", "1"),
        _item(7, "sub_7", "pk"),
        _item(8, "sub_8", "pm", "1"),
        _item(9, "sub_9", "pm", "1"),
        _item(10, "sub_10", "pm", "1"),
        _item(11, "sub_11", "pg", "1"),
        _item(12, "sub_12", "pu"),
    ],
}  # fmt: skip

PENDO = {
    "account_history": [
        {"id": "pa", "agent_name": "Acme", "salesforce_name": "",
         "agent_salesforceaccountid": "001A", "last_updated_at": "2026-01-01 00:00:00"},
        {"id": "pa", "agent_name": "Acme old", "agent_salesforceaccountid": "001OLD",
         "last_updated_at": "2025-01-01 00:00:00"},
        {"id": "pa2", "agent_name": "Acme Labs", "agent_salesforceaccountid": "001A",
         "last_updated_at": "2026-01-01 00:00:00"},
        {"id": "pq", "agent_name": "Quartz", "agent_salesforceaccountid": "",
         "last_updated_at": "2026-01-01 00:00:00"},
    ],
    "event": [
        {"account_id": "pa", "visitor_id": "v1", "timestamp": "2026-06-01 10:00:00"},
        {"account_id": "pa", "visitor_id": "v2", "timestamp": "2026-06-07 23:59:00"},
        {"account_id": "pa2", "visitor_id": "v2", "timestamp": "2026-06-05 10:00:00"},
        {"account_id": "pa", "visitor_id": "v1", "timestamp": "2026-06-08 00:00:00"},
        {"account_id": "", "visitor_id": "v9", "timestamp": "2026-06-08 00:00:00"},
    ],
    "feature_event": [
        {"account_id": "pa", "visitor_id": "v1", "feature_id": "f1",
         "timestamp": "2026-06-02 10:00:00"},
        {"account_id": "pa2", "visitor_id": "v3", "feature_id": "f2",
         "timestamp": "2026-06-03 10:00:00"},
        {"account_id": "pa", "visitor_id": "v1", "feature_id": "f1",
         "timestamp": "2026-06-09 10:00:00"},
    ],
    "feature_history": [
        {"id": "f1", "name": "Export", "is_core_event": "true",
         "last_updated_at": "2026-01-01 00:00:00"},
        {"id": "f2", "name": "Share", "is_core_event": "false",
         "last_updated_at": "2026-01-01 00:00:00"},
    ],
}  # fmt: skip

SOURCES = {
    "salesforce": SALESFORCE,
    "hubspot": HUBSPOT,
    "zendesk": ZENDESK,
    "stripe": STRIPE,
    "pendo": PENDO,
}


def ready(*names, without=()):
    return mappings_in([READY / name for name in names], without=without)


@cache
def views(source, dialect):
    """Statements that make every view of a source, and of what could not be read."""
    return tuple(view_statements(ready(source), dialect, faults=True))


def write(folder, sources):
    """Each source in a folder of its own, a CSV file per table."""
    for source, tables in sources.items():
        write_tables(folder / source, tables)
    return folder


def write_tables(folder, tables):
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def made(source, dialect):
    """Statements that make a source's tables, every column text."""
    yield f"create schema {source}"
    for table, rows in SOURCES[source].items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        place = f"{source}.{identifier(table, dialect).sql(dialect)}"
        columns = ", ".join(f"{identifier(name, dialect).sql(dialect)} varchar" for name in names)
        yield f"create table {place} ({columns})"
        values = ", ".join(
            "(" + ", ".join(f"'{row[n]}'" if row.get(n) else "null" for n in names) + ")"
            for row in rows
        )
        yield f"insert into {place} values {values}"
