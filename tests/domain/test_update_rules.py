"""What refuses an update, and what a cancellation gives back to the card, without a server."""

from decimal import Decimal
from typing import Any

import pytest

from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, IMMEDIATELY, UNCANCEL, Cancelling
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.refunds import FULL, last_payment, refund_of
from autumn_mock.domain.billing.shared_cycle import in_new_cycle
from autumn_mock.domain.billing.update_checks import check_is_not_over, check_still_billed
from autumn_mock.domain.records import (
    Charge,
    Invoice,
    InvoiceLine,
    Plan,
    StripeSubscription,
    Subscription,
)
from autumn_mock.errors import billing_update as errors

PLAN = Plan(internal_id="prod_1", id="pro", name="Pro", version=1, created_at=0)


def held(**facts: Any) -> Subscription:
    plan = {"id": "cus_prod_1", "customer": "cus_1", "plan": "prod_1", "plan_id": "pro"}
    return Subscription(**(plan | {"status": "active", "created_at": 0, "started_at": 0} | facts))


def invoice(number: int, total: int, *, status: str = "paid", row: str = "cus_prod_1") -> Invoice:
    line = InvoiceLine(description="Pro", amount=Decimal(total), plan_id="pro", subscriptions=(row,))
    return Invoice(
        id=f"in_{number}",
        customer="cus_1",
        created_at=number,
        status=status,
        total=Decimal(total),
        plan_ids=("pro",),
        lines=(line,),
    )


def charged(amount: int, *, refunded: int = 0) -> Charge:
    return Charge(
        id="ch_1",
        invoice="in_1",
        customer="cus_1",
        payment_method="pm_1",
        amount=Decimal(amount),
        created_at=1,
        outcome="succeed",
        refunded=Decimal(refunded),
    )


def ended(unused: str) -> Cancelling:
    line = Line(
        description="Unused", amount=-Decimal(unused), plan_id="pro", display_name="Pro", price_id="price_1"
    )
    return Cancelling(intent=IMMEDIATELY, row=held(), now=5, after=None, lines=(line,))


@pytest.mark.parametrize(
    ("how", "charge", "back"),
    [
        (FULL, charged(20), "20"),
        (FULL, charged(20, refunded=15), "5"),
        (FULL, None, "0"),
        ("prorated", charged(20), "7.5"),
        ("prorated", charged(20, refunded=15), "5"),
        ("prorated", None, "0"),
    ],
)
def test_no_more_goes_back_than_the_card_was_charged(how: str, charge: Charge | None, back: str) -> None:
    refund = refund_of(invoice(1, 20), charge, (), ended("7.5"), how)

    assert refund.amount == Decimal(back)


def test_the_last_payment_is_the_newest_that_was_paid_for_the_row() -> None:
    others = [
        invoice(4, 20, status="open"),
        invoice(5, -20),
        invoice(6, 20, row="cus_prod_2"),
    ]

    found = last_payment(held(), [invoice(1, 20), invoice(3, 8), invoice(2, 9), *others])

    assert found is not None
    assert found.id == "in_3"
    assert last_payment(held(), others) is None


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (None, errors.UpdateOfExpired),
        (IMMEDIATELY, errors.UpdateOfExpired),
        (END_OF_CYCLE, errors.UpdateOfExpired),
        (UNCANCEL, errors.UncancelOfExpired),
    ],
)
def test_what_is_over_is_not_updated(action: str | None, error: type[Exception]) -> None:
    check_is_not_over(held(), PLAN, action)

    with pytest.raises(error):
        check_is_not_over(held(status="expired"), PLAN, action)


@pytest.mark.parametrize(
    ("action", "error"),
    [(IMMEDIATELY, None), (END_OF_CYCLE, errors.EndedAlready), (UNCANCEL, errors.UncancelOfEnded)],
)
def test_what_stripe_has_ended_can_only_end_now(action: str, error: type[Exception] | None) -> None:
    running = StripeSubscription(id="sub_1", customer="cus_1", created_at=0, anchor=0)
    for shared in (None, running, running.but(status="past_due")):
        check_still_billed(action, shared)

    gone = running.but(status="canceled")
    if error is None:
        check_still_billed(action, gone)
    else:
        with pytest.raises(error):
            check_still_billed(action, gone)


@pytest.mark.parametrize(
    ("row", "trial_ends_at", "moved"),
    [
        ({}, None, {}),
        ({"trial_ends_at": 4_000, "trial_ended": True}, None, {}),
        ({"trial_ends_at": 9_000}, None, {"trial_ends_at": 5_000, "trial_ended": True}),
        ({}, 7_000, {"trial_ends_at": 7_000, "current_period_end": 7_000}),
        (
            {"trial_ends_at": 4_000, "trial_ended": True},
            7_000,
            {"trial_ends_at": 7_000, "current_period_end": 7_000, "trial_ended": False},
        ),
    ],
)
def test_plans_of_one_subscription_move_and_are_tried_together(
    row: dict[str, Any], trial_ends_at: int | None, moved: dict[str, Any]
) -> None:
    shared = StripeSubscription(
        id="sub_1", customer="cus_1", created_at=0, anchor=7_000, trial_ends_at=trial_ends_at
    )

    found = in_new_cycle(held(**row), shared, now=5_432)

    assert found == held(**(row | {"billing_cycle_anchor": 7_000} | moved))


@pytest.mark.parametrize(("expires_at", "default_at"), [(None, 900), (800, 800)])
def test_the_default_follows_when_the_changed_row_ends(expires_at: int | None, default_at: int) -> None:
    end = Cancelling(intent=END_OF_CYCLE, row=held(), now=5, after=held(expires_at=900), default_at=900)
    changed = held(id="cus_prod_2", expires_at=expires_at)

    beside = end.beside(changed)

    assert (beside.row, beside.after, beside.default_at) == (changed, changed, default_at)
