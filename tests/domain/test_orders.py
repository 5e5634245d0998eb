"""Orders: what a page tells of a preview adds up, whatever was rounded."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.billing.orders import Reduction, order_of_invoice, order_of_preview
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Invoice, InvoiceLine, JsonObject

CENT = Decimal("0.01")


def line(amount: Decimal, *off: Decimal) -> JsonObject:
    """A line of a preview, unrounded, with what each discount takes off it."""
    taken = [
        {"amount_off": float(each), "reward_id": f"r{i}", "reward_name": f"R{i}"} for i, each in enumerate(off)
    ]
    return {
        "description": "L",
        "subtotal": float(amount),
        "total": float(amount - sum(off, ZERO)),
        "discounts": taken,
        "quantity": 1,
    }


def preview(lines: list[JsonObject], credit: Decimal = ZERO, **more: Any) -> JsonObject:
    """As the reference rounds it: the sums, not the lines."""
    total = sum((Decimal(str(each["total"])) for each in lines), ZERO)
    due = total if total <= 0 else max(ZERO, total - credit)
    return {
        "currency": "usd",
        "line_items": lines,
        "subtotal": float(round(sum((Decimal(str(each["subtotal"])) for each in lines), ZERO), 2)),
        "total": float(round(due, 2)),
        **more,
    }


AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=4)
SHARES = st.lists(st.integers(min_value=0, max_value=40), max_size=2)
LINES = st.lists(
    st.builds(
        lambda amount, shares: line(amount, *(amount * share / 100 for share in shares)), AMOUNTS, SHARES
    ),
    max_size=5,
)


@given(lines=LINES, credit=st.decimals(min_value=0, max_value=500, places=2))
def test_what_is_shown_adds_up_to_what_is_due(lines: list[JsonObject], credit: Decimal) -> None:
    order = order_of_preview(preview(lines, credit))

    taken = sum((each.amount for each in order.discounts), ZERO)
    assert order.subtotal - taken == order.total or not order.discounts
    assert order.total - order.credit + order.gives_back == order.due
    assert ZERO <= order.credit <= credit + CENT
    assert order.due >= 0


def test_discounts_of_several_lines_are_told_once_for_each_reward() -> None:
    order = order_of_preview(preview([line(Decimal(20), Decimal(5)), line(Decimal(10), Decimal("2.5"))]))

    assert order.discounts == (Reduction("R0", Decimal("7.50")),)
    assert (order.subtotal, order.total, order.due) == (Decimal(30), Decimal("22.50"), Decimal("22.50"))


def test_what_is_given_back_becomes_credit() -> None:
    order = order_of_preview(preview([line(Decimal(-20)), line(Decimal(12))]))

    assert (order.due, order.gives_back, order.credit) == (ZERO, Decimal(8), ZERO)


def test_credit_is_drawn_before_anything_is_due() -> None:
    order = order_of_preview(preview([line(Decimal(20))], Decimal(15)))

    assert (order.total, order.credit, order.due) == (Decimal(20), Decimal(15), Decimal(5))


@pytest.mark.parametrize(("currency", "due"), [("usd", "10.01"), ("jpy", "10")])
def test_amounts_are_those_that_can_be_paid(currency: str, due: str) -> None:
    told = preview([line(Decimal("10.006"))]) | {"currency": currency, "total": 10.006, "subtotal": 10.006}

    assert order_of_preview(told).due == Decimal(due)


def test_what_comes_by_use_is_named_without_an_amount() -> None:
    cycle = {"starts_at": 5, "total": 20, "usage_line_items": [{"display_name": "Calls"}]}

    order = order_of_preview(preview([line(Decimal(20))], next_cycle=cycle))

    assert order.coming is not None
    assert (order.coming.at, order.coming.total, order.coming.by_use) == (5, Decimal(20), ("Calls",))


def test_an_invoice_tells_what_its_discounts_took_off() -> None:
    lines = tuple(
        InvoiceLine(description=f"L{net}", amount=Decimal(net), discounted=Decimal(off), plan_id="p")
        for net, off in ((15, 5), (8, 0))
    )
    invoice = Invoice(id="in_1", customer="c", created_at=0, status="open", total=Decimal(23), lines=lines)

    order = order_of_invoice(invoice, Decimal(20))

    assert [each.amount for each in order.lines] == [Decimal(20), Decimal(8)]
    assert order.discounts == (Reduction("Discount", Decimal(5)),)
    assert (order.subtotal, order.total, order.credit, order.due) == (28, 23, 3, 20)
