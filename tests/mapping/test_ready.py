"""Each ready mapping on rows of its schema; the numbers were worked out by hand."""

from datetime import date, datetime
from decimal import Decimal

from dashboard.mapping import mappings_in
from tests.mapping.sources import READY

OF_SALESFORCE = {"accounts", "opportunities", "opportunity_history", "products", "team_members"}
SEVERAL = ("salesforce", "zendesk", "pendo")


def by(frame, *names):
    rows = frame.select(names).rows()
    return {row[:-1] if len(names) > 2 else row[0]: row[-1] for row in rows}


def at(*parts):
    return datetime(*parts)  # noqa: DTZ001 -- the warehouse holds UTC without a zone


def test_salesforce_fills_customers_people_and_expansion_sales(loaded):
    done, asked = loaded(*SEVERAL)
    assert {each.table for each in done.report.violations} == {"support_cases"}
    # Acme's first sale was won on 20 November 2023; the holding above it is no customer.
    assert asked(
        "select account_id, account_name, segment, lifecycle_stage, customer_since,"
        " parent_account_id, csm_id from accounts order by 1"
    ) == [
        ("001A", "Acme Inc.", "Enterprise", "Unknown", date(2023, 11, 20), None, "005X"),
        ("001B", "Birch Media", "Mid-Market", "Unknown", date(2023, 12, 1), None, "005Y"),
        ("001C", "Cedar KK", "Unknown", "Unknown", date(2024, 12, 20), None, "005X"),
        ("001D", "Dune Ltd", "Small Business", "Unknown", date(2025, 1, 10), None, "005Y"),
    ]
    assert asked("select member_id, role, manager_id from team_members order by 1") == [
        ("005X", "csm", "005Y"),
        ("005Y", "csm", None),
    ]
    assert asked(
        "select opportunity_id, kind, amount, probability, forecast_category, created_on,"
        " expected_close_on, closed_on, won from opportunities order by 1"
    ) == [
        ("006A", "upsell", Decimal("30000.10"), 0.8, "commit", date(2026, 3, 31), date(2026, 9, 30),
         None, None),
        ("006B", "cross_sell", Decimal("500.00"), 0.4, "MostLikely", date(2026, 4, 1),
         date(2026, 10, 15), None, None),
        ("006D", "upsell", Decimal("700.00"), 0.0, "omitted", date(2026, 2, 1), date(2026, 5, 2),
         date(2026, 5, 2), False),
    ]  # fmt: skip
    assert asked("from opportunity_history order by field") == [
        ("006A", at(2026, 6, 25, 8), "forecast_category", "pipeline", "commit"),
        ("006A", at(2026, 6, 25, 8), "stage", "Discussion", "Verbal commit"),
    ]
    assert asked("select product_id from products") == [("01tA",)]


def test_what_salesforce_holds_beside_is_left_out_by_name_with_its_amount(loaded):
    done, _ = loaded(*SEVERAL)
    left_out = by(done.left_out, "table_name", "reason", "left_out_rows")
    assert {key: rows for key, rows in left_out.items() if key[0] in OF_SALESFORCE} == {
        ("accounts", "deleted in the source"): 1,
        ("accounts", "not a customer"): 1,
        ("opportunities", "deleted in the source"): 1,
        ("opportunities", "new business"): 1,
        ("opportunities", "renewal"): 1,
        ("opportunity_history", "first version"): 4,
        ("opportunity_history", "nothing changed"): 2,
        ("opportunity_history", "of no expansion sale"): 8,
        ("products", "deleted in the source"): 1,
        ("team_members", "no person"): 1,
    }
    amounts = by(done.left_out, "table_name", "reason", "amount")
    assert amounts["opportunities", "deleted in the source"] == Decimal("40000.00")
    assert amounts["opportunities", "renewal"] == Decimal("1234.50")


def test_a_new_category_and_stage_are_unmapped_with_their_amount_and_kept(loaded):
    done, _ = loaded(*SEVERAL)
    assert done.unmapped.filter(done.unmapped["value"].is_not_null()).rows() == [
        ("opportunities", "salesforce/opportunities.yaml", "forecast_category", "MostLikely", 1,
         Decimal("500.00"))
    ]  # fmt: skip
    told = by(done.unknown_words, "column_name", "value", "amount")
    assert (
        told["forecast_category", "MostLikely"]
        == told["stage", "Board review"]
        == Decimal("500.00")
    )


def test_a_day_begins_where_the_company_says_and_a_calendar_day_never_moves(loaded, tmp_path):
    folder = tmp_path / "salesforce"
    folder.mkdir()
    for name in ("source", "opportunities"):
        text = (READY / "salesforce" / f"{name}.yaml").read_text()
        (folder / f"{name}.yaml").write_text(
            text.replace("time_zone: UTC", "time_zone: Asia/Tokyo")
        )
    done, asked = loaded("salesforce", mappings=mappings_in([folder]))
    assert done.report.loaded
    # 31 March 23:30 UTC is 1 April in Tokyo; a close date of midnight UTC stays what it is.
    assert asked(
        "select created_on, expected_close_on from opportunities where opportunity_id = '006A'"
    ) == [(date(2026, 4, 1), date(2026, 9, 30))]


def test_zendesk_fills_cases_of_the_accounts_that_organisations_name(loaded):
    done, asked = loaded(*SEVERAL)
    assert asked("from support_cases order by case_id") == [
        ("1", "001A", "high", at(2026, 6, 1, 10), at(2026, 6, 3, 8), 5),
        ("2", "001A", None, at(2026, 6, 19, 22, 30), None, None),
    ]
    # The case of an organisation that nobody knows is refused by name, not lost.
    (refused,) = (each for each in done.report.violations if each.table == "support_cases")
    assert (refused.rule, refused.row_key, refused.value) == (
        "reference_missing",
        "5",
        "zendesk:52",
    )
    assert by(done.left_out.filter(done.left_out["table_name"] == "support_cases"),
              "reason", "left_out_rows") == {
        "deleted in the source": 2, "without an organisation": 1,
    }  # fmt: skip


def test_stripe_cents_become_arr_and_every_cent_is_accounted_for(loaded):
    done, asked = loaded("stripe")
    assert asked(
        "select subscription_id, account_id, starts_on, ends_on, arr, currency, licensed_seats,"
        " auto_renew from subscriptions order by starts_on, subscription_id"
    ) == [
        ("si_3", "cus_B", date(2024, 1, 1), date(2025, 1, 1), Decimal("2400.00"), "USD", 2, True),
        ("si_1", "cus_A", date(2025, 1, 1), None, Decimal("12000.00"), "USD", 10, True),
        ("si_6", "cus_C", date(2025, 1, 1), None, Decimal("1440000.00"), "JPY", 1, True),
        ("si_7", "cus_C", date(2025, 3, 1), None, Decimal("720000.00"), "JPY", None, True),
        ("si_4", "cus_B", date(2025, 4, 1), date(2027, 4, 1), Decimal("3600.00"), "USD", 3, False),
        ("si_8", "cus_A", date(2025, 5, 1), date(2025, 5, 1), Decimal("1200.00"), "USD", 1, True),
        ("si_2", "cus_A", date(2025, 6, 1), None, Decimal("5000.00"), "USD", 1, True),
        ("si_5", "cus_B", date(2026, 6, 20), None, Decimal("0.00"), "USD", 1, True),
    ]
    amounts = by(done.left_out, "table_name", "reason", "amount")
    assert {reason: amount for (table, reason), amount in amounts.items() if amount} == {
        "an earlier version": Decimal("12000.00"),
        "metered, without a fixed amount": Decimal("0.60"),
        "never paid": Decimal("1200.00"),
        "test mode": Decimal("1200.00"),
    }
    # Pounds have no rate: the customer and its line are refused, with the amount.
    assert {(each.row_key, each.rule, each.arr) for each in done.report.violations} == {
        ("cus_D", "currency_without_rate", Decimal("131.88")),
        ("si_11", "currency_without_rate", Decimal("131.88")),
    }
    (subscriptions,) = done.reconciled.filter(
        done.reconciled["table_name"] == "subscriptions"
    ).rows(named=True)
    assert subscriptions == {
        "table_name": "subscriptions", "source_rows": 13, "left_out_rows": 4, "refused_rows": 1,
        "loaded_rows": 8,
        "source_amount": Decimal("2198732.48"), "left_out_amount": Decimal("14400.60"),
        "refused_amount": Decimal("131.88"), "loaded_amount": Decimal("2184200.00"),
    }  # fmt: skip
    # 12,000 + 5,000 + 3,600 and 2,160,000 yen at 0.0065.
    live = "starts_on <= date '2026-06-30' and coalesce(ends_on, date '9999-01-01') > '2026-06-30'"
    rate = "case currency when 'JPY' then 0.0065 else 1 end"
    assert asked(f"select sum(arr * {rate}) from subscriptions where {live}") == [
        (Decimal("34640.0000"),)
    ]


def test_what_is_unusual_in_subscriptions_is_told_with_its_arr_and_stays(loaded):
    done, _ = loaded("stripe")
    told = {each.notice: (each.rows, each.accounts, each.arr) for each in done.report.notices}
    assert told == {
        "accounts_of_several_products": (2, 1, Decimal("17000.00")),
        "accounts_that_returned": (1, 1, Decimal("3600.00")),
        "lines_never_live": (1, 1, Decimal("1200.00")),
        "lines_of_nothing": (1, 1, Decimal("0.00")),
        "lines_overlapping": (1, 1, Decimal("720000.00")),
        "lines_without_end": (4, 2, Decimal("2177000.00")),
    }


def test_pendo_counts_two_ids_of_one_account_together(loaded):
    done, asked = loaded(*SEVERAL)
    # Week of 1 June: visitors v1, v2 (by both ids) and v3; features Export and Share.
    assert asked(
        "select account_id, week_on, active_users, features_used from usage_weekly order by 2"
    ) == [
        ("001A", date(2026, 6, 1), 3, 2),
        ("001A", date(2026, 6, 8), 1, 1),
    ]
    assert asked("from usage_events") == [("001A", "Export", date(2026, 6, 2))]
    assert ("usage_weekly", "without an account") in by(
        done.left_out, "table_name", "reason", "left_out_rows"
    )
