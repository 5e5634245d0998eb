"""Numbers at the edge: exact decimals in, JSON numbers out."""

from decimal import Decimal

import pytest

from autumn_mock.domain.numbers import decimal, exact, in_units, number, rounded, significant


@pytest.mark.parametrize(("value", "shown"), [
    ("0", 0),
    ("-0", 0),
    ("100.0", 100),
    ("99.7", 99.7),
    ("0.00000000005", 0.0000000001),
    ("0.00000000004", 0),
    ("-0.00000000005", -0.0000000001),
    ("1.33333333333333333333", 1.3333333333),
    ("9007199254740992", 9007199254740992),
    ("1E+30", 1e30),
    ("1E+300", 1e300),
])  # fmt: skip
def test_shown_to_ten_places(value: str, shown: float) -> None:
    found = number(Decimal(value))

    assert found == shown
    assert isinstance(found, int) is (shown == int(shown) and abs(shown) <= 2**53)


def test_a_json_number_is_the_decimal_it_was_written_as() -> None:
    assert decimal(0.1) + decimal(0.2) == Decimal("0.3")
    assert decimal(7) == Decimal(7)


def test_deductions_are_cut_to_fourteen_digits() -> None:
    assert significant(Decimal("1.3333333333333333")) == 1.3333333333333
    assert significant(Decimal("30.0")) == 30


def test_what_was_asked_is_echoed_whole() -> None:
    assert exact(Decimal("1.3333333333333333")) == 1.3333333333333333
    assert isinstance(exact(Decimal("4.0")), int)


def test_what_is_too_large_for_places_is_left() -> None:
    assert rounded(Decimal("1E+308")) == Decimal("1E+308")


@pytest.mark.parametrize(
    ("value", "in_cents"),
    [("2.505", "2.51"), ("-2.505", "-2.51"), ("0.004", "0.00"), ("1e30", "1e30"), ("1e308", "1e308")],
)
def test_numbers_too_large_to_have_cents_stay_as_they_are(value: str, in_cents: str) -> None:
    assert in_units(Decimal(value), Decimal("0.01")) == Decimal(in_cents)
