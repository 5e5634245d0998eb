"""The books of payments notice what does not add up, and say it in words."""

from decimal import Decimal

import pytest

from autumn_mock.domain.payments.books import credit_left, money_problems
from autumn_mock.domain.records import Charge, Invoice, InvoiceLine
from tests.rows import START

ZERO = Decimal(0)
LINE = InvoiceLine(description="Pro", amount=Decimal(20), plan_id="pro", subscriptions=("cus_prod_1",))
PAID = Invoice(
    id="in_1", customer="cus_1", created_at=START, status="paid", total=Decimal(20), amount_paid=Decimal(20),
    lines=(LINE,),
)  # fmt: skip
CHARGE = Charge(
    id="ch_1", invoice="in_1", customer="cus_1", payment_method="pm_1", amount=Decimal(20), created_at=START,
    outcome="succeed",
)  # fmt: skip


def back(amount: int, **changes: object) -> Invoice:
    """An invoice that gives back so much of the first one's line."""
    line = LINE.but(amount=Decimal(-amount), gives_back="in_1:0")
    credit = {"total": Decimal(-amount), "amount_paid": ZERO, "drawn_from_credit": Decimal(-amount)}
    return PAID.but(id="in_2", lines=(line,), **{**credit, **changes})


@pytest.mark.parametrize(
    ("invoices", "charges", "credit"),
    [
        ([PAID], [CHARGE], 0),
        ([PAID], [CHARGE.but(refunded=Decimal(20))], 0),
        ([PAID], [CHARGE.but(id="ch_0", outcome="decline:lost_card"), CHARGE], 0),
        ([PAID.but(status="open", amount_paid=ZERO)], [CHARGE.but(outcome="requires_action")], 0),
        ([PAID.but(paid_out_of_band=True)], [], 0),
        ([PAID, back(20)], [CHARGE], 20),
        ([PAID, back(15)], [CHARGE], 0),
        ([PAID, back(99, status="void", drawn_from_credit=ZERO)], [CHARGE], 0),
        ([PAID.but(amount_returned=Decimal(5))], [CHARGE], 5),
        ([PAID], [CHARGE], 99),
    ],
)
def test_sound_payments_have_no_problems(invoices: list[Invoice], charges: list[Charge], credit: int) -> None:
    assert money_problems(invoices, charges, Decimal(credit)) == []


@pytest.mark.parametrize(
    ("invoices", "charges", "credit", "said"),
    [
        ([PAID], [CHARGE.but(refunded=Decimal(21))], 0, "charge ch_1 of 20 was refunded 21"),
        (
            [PAID], [CHARGE, CHARGE.but(id="ch_0", outcome="decline:lost_card", refunded=Decimal(1))], 0,
            "charge ch_0 of 0 was refunded 1",
        ),
        ([PAID], [CHARGE, CHARGE.but(id="ch_2")], 0, "invoice in_1 was charged 2 times"),
        ([], [CHARGE], 0, "charge ch_1 paid invoice in_1, which does not exist"),
        ([PAID.but(status="open")], [CHARGE], 0, "invoice in_1 is open"),
        ([PAID.but(amount_paid=Decimal(5))], [CHARGE], 0, "5 paid of 20 charged"),
        ([PAID.but(paid_out_of_band=True)], [CHARGE], 0, "charged and paid out of band"),
        ([PAID, back(21)], [CHARGE], 0, "line in_1:0 charged 20, and 21 was given back"),
        ([PAID, back(20)], [CHARGE], -1, "the credit is -1"),
    ],
)  # fmt: skip
def test_broken_payments_are_told(
    invoices: list[Invoice], charges: list[Charge], credit: int, said: str
) -> None:
    [found] = money_problems(invoices, charges, Decimal(credit))

    assert said in found


def test_what_is_left_of_credit_is_what_invoices_left_less_what_was_drawn() -> None:
    drawn = PAID.but(id="in_3", amount_paid=Decimal(13), drawn_from_credit=Decimal(7))

    assert credit_left([PAID, back(15), drawn, PAID.but(amount_returned=Decimal(5))]) == 13
