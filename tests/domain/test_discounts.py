"""What discounts take off the lines of an invoice (reference: rewards, what a coupon means)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.billing.attach_preview import summed
from autumn_mock.domain.billing.discounts import (
    check_codes,
    counting,
    discounted,
    in_force,
    left_over,
    reward_id,
    starting,
    taken_by,
)
from autumn_mock.domain.billing.invoice_lines import Line, invoice_lines
from autumn_mock.domain.billing.line_rounding import parts_of
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import SECOND, from_iso
from autumn_mock.domain.records import Discount
from autumn_mock.errors.billing_discounts import CodeForOtherPlans

JANUARY = from_iso("2026-01-01T00:00:00Z")


def line(amount: str | Decimal, plan_id: str = "pro", price_id: str = "price") -> Line:
    return Line(
        description=f"{plan_id} - Base Price",
        amount=Decimal(amount),
        plan_id=plan_id,
        display_name=plan_id,
        price_id=price_id,
    )


def discount(coupon_id: str = "half", **facts: Any) -> Discount:
    numbers = {key: Decimal(facts.pop(key)) for key in ("percent_off", "amount_off") if key in facts}
    currency = "usd" if "amount_off" in numbers else None
    named = {"currency": currency, "starts_at": JANUARY, **facts}
    return Discount(id=f"di_{coupon_id}", reward="rew", coupon_id=coupon_id, name=coupon_id, **numbers, **named)


@pytest.mark.parametrize(
    ("discounts", "amounts", "nets"),
    [
        ([{"percent_off": 25}], ["20"], ["15"]),
        ([{"percent_off": 100}], ["20", "7.77"], ["0", "0"]),
        ([{"percent_off": 50}], ["-10", "40"], ["-10", "20"]),
        ([{"amount_off": 5}], ["20"], ["15"]),
        ([{"amount_off": 30}], ["20"], ["0"]),
        ([{"amount_off": 6}], ["20", "40"], ["18", "36"]),
        ([{"amount_off": 6}], ["-5", "20", "0"], ["-5", "14", "0"]),
        ([{"amount_off": 5, "currency": "eur"}], ["20"], ["20"]),
        ([{"percent_off": 50}, {"amount_off": 4}], ["20"], ["6"]),
        ([{"amount_off": 4}, {"percent_off": 50}], ["20"], ["8"]),
    ],
)
def test_what_is_taken_off(discounts: list[dict[str, Any]], amounts: list[str], nets: list[str]) -> None:
    given_with = [discount(f"c{index}", **facts) for index, facts in enumerate(discounts)]

    found = discounted([line(amount) for amount in amounts], given_with)

    assert [each.net for each in found] == [Decimal(net) for net in nets]


def test_a_coupon_for_some_plans_lowers_their_lines_only() -> None:
    lines = [line("20", "pro"), line("8", "extra")]

    found = discounted(lines, [discount(percent_off=50, plan_ids=("extra",))])

    assert [each.net for each in found] == [20, 4]
    assert [each.words for each in found] == ["pro - Base Price", "extra - Base Price [inc. discount]"]


def test_an_amount_over_several_lines_is_taken_off_whole() -> None:
    lines = [line("20"), line("20"), line("20")]

    found = discounted(lines, [discount(amount_off=10)])
    charged = invoice_lines(found)

    assert [each.amount for each in charged] == [Decimal("16.66"), Decimal("16.67"), Decimal("16.67")]
    assert [each.discounted for each in charged] == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert summed(found) == sum(each.amount for each in charged) == 50


def test_nothing_is_left_of_rounded_lines_that_are_free() -> None:
    found = invoice_lines(discounted([line("16.666"), line("16.666")], [discount(percent_off=100)]))

    assert [(each.amount, each.discounted) for each in found] == [(0, Decimal("16.67"))] * 2


@pytest.mark.parametrize(
    ("months", "at", "counts"),
    [
        (2, "2025-12-31T23:59:59Z", False),
        (2, "2026-01-01T00:00:00Z", True),
        (2, "2026-02-28T23:59:59Z", True),
        (2, "2026-03-01T00:00:00Z", False),
        (0, "2036-03-01T00:00:00Z", True),
    ],
)
def test_the_second_in_which_a_discount_ends_is_not_discounted(months: int, at: str, counts: bool) -> None:
    lasts = "months" if months else "forever"
    begun = starting(discount(percent_off=10, duration_type=lasts, duration_length=months), JANUARY + 999)

    assert bool(in_force([begun], at=from_iso(at))) is counts


def test_the_discounts_of_a_subscription_stand_in_place_of_the_customers() -> None:
    own, other, new = (
        discount("own", percent_off=1),
        discount("other", percent_off=2),
        discount("new", percent_off=3),
    )

    assert counting([own], other, [new], at=JANUARY) == (own, new)
    assert counting([], other, [new], at=JANUARY) == (other, new)
    assert counting([], None, [new], at=JANUARY) == (new,)
    assert counting([own.but(ends_at=JANUARY)], other, at=JANUARY) == (other,)


def test_a_coupon_counts_once() -> None:
    own = discount("half", percent_off=50)

    assert counting([own], None, [own.but(id="di_again")], at=JANUARY) == (own,)


def test_a_coupon_for_one_invoice_is_used_up_by_the_first_that_it_lowers() -> None:
    once, forever = discount("once", amount_off=5, duration_type="one_off"), discount("f", percent_off=10)
    paid, free = [line("20")], [line("-4")]

    assert left_over([once, forever], discounted(paid, [once, forever])) == (forever,)
    assert left_over([once, forever], discounted(free, [once, forever])) == (once, forever)


def test_what_rolls_over_is_left_for_the_next_invoice() -> None:
    credits = discount("ten", amount_off=10, duration_type="one_off", rolls_over=True)

    (rest,) = left_over([credits], discounted([line("4")], [credits]))
    (more,) = left_over([rest], discounted([line("5")], [rest]))

    assert (rest.amount_off, more.amount_off) == (6, 1)
    assert reward_id(rest) == reward_id(more) == "ten"
    assert left_over([more], discounted([line("5")], [more])) == ()


def test_a_code_must_be_for_something_in_the_order() -> None:
    limited = discount(percent_off=50, plan_ids=("team",), promotion_code="TEAM")

    check_codes([limited], ["pro", "team"])
    check_codes([limited.but(promotion_code=None)], ["pro"])
    with pytest.raises(CodeForOtherPlans):
        check_codes([limited], ["pro"])


cents = st.integers(-500_000, 500_000).map(lambda value: Decimal(value) / 100)
raw = st.decimals(-5_000, 5_000, places=13, allow_nan=False)
plan_ids = st.sampled_from(["pro", "extra", "team"])
limits = st.none() | st.lists(plan_ids, min_size=1, unique=True).map(tuple)
percent = st.integers(1, 10_000).map(lambda value: {"percent_off": Decimal(value) / 100})
amount = st.integers(1, 900_000).map(lambda value: {"amount_off": Decimal(value) / 100})


@st.composite
def coupons(draw: st.DrawFn) -> list[Discount]:
    found = draw(st.lists(st.tuples(percent | amount, limits), max_size=4))
    return [discount(f"c{index}", plan_ids=limit, **facts) for index, (facts, limit) in enumerate(found)]


def lines_of(amounts: st.SearchStrategy[Decimal]) -> st.SearchStrategy[list[Line]]:
    return st.lists(st.builds(line, amounts, plan_ids), max_size=6)


@given(lines_of(raw), coupons())
def test_a_discount_never_takes_more_than_there_is(lines: list[Line], discounts: list[Discount]) -> None:
    found = discounted(lines, discounts)

    for before, after in zip(lines, found, strict=True):
        assert before.amount == after.amount
        assert after.discounts == () or ZERO <= after.net < after.amount
        assert before.amount > ZERO or after.net == before.amount
        assert all(
            each.discount.plan_ids is None or after.plan_id in each.discount.plan_ids
            for each in after.discounts
        )
    for each in discounts:
        if each.amount_off is not None:
            assert taken_by(each, found) <= each.amount_off


@given(lines_of(raw), coupons())
def test_an_invoice_keeps_what_was_taken_off_its_lines(lines: list[Line], discounts: list[Discount]) -> None:
    charged = invoice_lines(discounted(lines, discounts))
    full = invoice_lines(lines)

    assert [each.amount + each.discounted for each in charged] == [each.amount for each in full]
    for each in charged:
        assert each.discounted == ZERO or each.amount >= ZERO
        assert each.amount == each.amount.quantize(Decimal("0.01"))


@given(lines_of(cents), coupons())
def test_a_preview_is_the_invoice(lines: list[Line], discounts: list[Discount]) -> None:
    found = discounted(lines, discounts)

    assert summed(found) == sum((each.amount for each in invoice_lines(found)), ZERO)


@given(lines_of(raw), coupons())
def test_prorated_lines_differ_by_their_own_rounding_only(lines: list[Line], discounts: list[Discount]) -> None:
    found = discounted(lines, discounts)
    invoiced = sum((each.amount for each in invoice_lines(found)), ZERO)

    assert abs(summed(found) - invoiced) <= Decimal("0.005") * (2 * len(lines) + 2)


def test_a_second_is_whole() -> None:
    assert starting(discount(percent_off=1), JANUARY + 1).starts_at % SECOND == 0


@given(st.integers(0, 10_000), st.lists(st.decimals(0, 5_000, places=13), min_size=1, max_size=4))
def test_what_was_taken_off_a_line_is_told_whole_by_what_took_it(cents: int, amounts: list[Decimal]) -> None:
    together = Decimal(cents) / 100 if any(amounts) else ZERO

    parts = parts_of(together, amounts)

    assert sum(parts, ZERO) == together
    assert all(part >= ZERO for part in parts)
