from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.formats import (
    NOT_AVAILABLE,
    Unit,
    axis_money,
    count_of,
    distinct_names,
    money,
    money_exact,
    plain,
    visible,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "$0"),
        (950, "$950"),
        (999.49, "$999"),
        (999.5, "$1.0K"),
        (1_000, "$1.0K"),
        (12_345, "$12.3K"),
        (999_949, "$999.9K"),
        (999_950, "$1.0M"),
        (Decimal("1944000.00"), "$1.9M"),
        (999_999_999, "$1.0B"),
        (3_200_000_000, "$3.2B"),
        (1e15, "$1,000.0T"),
        (-2_500_000, "-$2.5M"),
        (-0.4, "$0"),
    ],
)
def test_money_reads_with_one_decimal_and_a_magnitude(value, text):
    assert money(value) == text
    assert Unit.MONEY.text(value) == text


@pytest.mark.parametrize(
    ("currency", "text"), [("EUR", "€5"), ("GBP", "£5"), ("JPY", "¥5"), ("CHF", "CHF 5")]
)
def test_money_names_its_currency(currency, text):
    assert Unit.MONEY.text(5, currency=currency) == text
    assert money_exact(Decimal(5), currency=currency) == f"{text}.00"
    assert axis_money(currency).startswith(f"'{text[:-1]}' + ")


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (Unit.COUNT, 1204, "1,204"),
        (Unit.COUNT, 12.5, "12"),
        (Unit.SHARE, 0.21, "21.0%"),
        (Unit.SHARE, 1, "100.0%"),
        (Unit.SHARE, -0.0001, "0.0%"),
        (Unit.SCORE, 69.6, "70"),
        (Unit.POINTS, 33.4, "+33"),
        (Unit.POINTS, -5, "-5"),
        (Unit.POINTS, 0, "+0"),
        (Unit.POINTS, -0.3, "+0"),
    ],
)
def test_a_number_reads_in_its_unit(unit, value, text):
    assert unit.text(value) == text


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_not_defined_reads_as_not_available(unit, value):
    assert unit.text(value) == NOT_AVAILABLE == "n/a"


@pytest.mark.parametrize(
    ("unit", "now", "before", "text"),
    [
        (Unit.MONEY, Decimal(1500), Decimal(500), "+$1.0K"),
        (Unit.MONEY, Decimal(500), Decimal(1500), "-$1.0K"),
        (Unit.COUNT, 3, 3, "±0"),
        (Unit.COUNT, 1_000, 3_500, "-2,500"),
        (Unit.SHARE, 0.3, 0.1, "+20.0 pp"),
        (Unit.SCORE, 61.25, 62.5, "-1.2 points"),
        (Unit.POINTS, -10, 20, "-30.0 points"),
    ],
)
def test_a_change_reads_in_words_of_the_unit(unit, now, before, text):
    assert unit.change(now, before) == text


@given(st.decimals(-(10**15), 10**15, places=2))
def test_money_to_the_cent_can_be_read_back(value):
    text = money_exact(value)

    read = Decimal(text.strip("($)").replace(",", ""))
    assert read == abs(value)
    assert text.startswith("(") == (value < 0)


@given(st.floats(-9e14, 9e14))
def test_money_is_never_off_by_more_than_it_rounds(value):
    text = money(value).replace("$", "")
    scale = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}.get(text[-1], 1)
    number = float(text.rstrip("KMBT").replace(",", ""))

    assert abs(number) < 1_000
    assert number * scale == pytest.approx(value, abs=scale * (0.5 if scale == 1 else 0.05000001))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Acme", "Acme"),
        ("![x](http://a.b/c)", r"\!\[x\]\(http\://a\.b/c\)"),
        ("$5 and $6", r"\$5 and \$6"),
        (":red[loss] :material/delete:", r"\:red\[loss\] \:material/delete\:"),
        ("<b> & &lt;", r"\<b\> \& \&lt;"),
        ("# 1. `a` | *b* _c_ ~~d~~ \\", r"\# 1\. \`a\` \| \*b\* \_c\_ \~\~d\~\~ " + "\\\\"),
        ("Ünïcode 株式会社 🚀", "Ünïcode 株式会社 🚀"),
    ],
)
def test_a_name_shows_as_it_is_written_where_markdown_is_read(name, shown):
    assert plain(name) == shown


@pytest.mark.parametrize(
    "unseen",
    [
        pytest.param("\u200b", id="zero width space"),
        pytest.param("\u202e", id="right-to-left override"),
        pytest.param("\u2066", id="isolate"),
        pytest.param("\u061c", id="arabic letter mark"),
        pytest.param("\u00ad", id="soft hyphen"),
        pytest.param("\u2028", id="line separator"),
        pytest.param("\ufeff", id="byte order mark"),
        pytest.param("\x00", id="null"),
        pytest.param("\x1b", id="escape"),
        pytest.param("\x85", id="next line"),
        pytest.param("\U000e0041", id="tag letter"),
    ],
)
def test_a_name_cannot_disguise_itself_with_what_nobody_sees(unseen):
    assert visible(f"{unseen}Ac{unseen}me{unseen}") == "Acme"
    assert plain(f"Ac{unseen}me") == "Acme"


def test_a_count_comes_with_its_noun():
    assert count_of(1, "renewal") == "1 renewal"
    assert count_of(0, "renewal") == "0 renewals"
    assert count_of(1204, "opportunity", "opportunities") == "1,204 opportunities"
    assert count_of(2, "won opportunity") == "2 won opportunities"
    assert count_of(1, "won opportunity") == "1 won opportunity"
    assert count_of(0, "decisive person") == "0 decisive people"


def test_names_that_look_the_same_carry_their_id():
    named = [
        ("a1", "Same"), ("a2", "Same"), ("a3", "\u200bSame "), ("a4", "Other"), ("a5", None),
        ("a6", "\u202e"), ("a\u200b7", ""), ("a8", "![x](http://x.invalid)"), ("a9", "same"),
    ]  # fmt: skip

    assert distinct_names(named) == {
        "a1": "Same (a1)",
        "a2": "Same (a2)",
        "a3": "Same (a3)",
        "a4": "Other",
        "a5": "a5",
        "a6": "a6",
        "a\u200b7": "a7",
        "a8": "![x](http://x.invalid)",
        "a9": "same",
    }
    assert list(distinct_names(reversed(named))) == [key for key, _ in reversed(named)]
    assert distinct_names([]) == {}
