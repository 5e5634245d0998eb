"""Referral programs and codes: what a program needs, who may redeem a code, when its reward is given.

Invariant: a customer redeems one code of a program, never its own, and a code gives its reward no
more often than the program says.
"""

from collections.abc import Iterable

from autumn_mock.domain.records import Customer, Invoice, Redemption, ReferralProgram
from autumn_mock.errors.rewards import (
    CheckoutNeedsMaximum,
    CheckoutNeedsPlans,
    OwnReferralCode,
    ReferralCodeUsedUp,
    ReferralRedeemedBefore,
)

CUSTOMER_CREATION = "customer_creation"
CHECKOUT = "checkout"
REFERRER = "referrer"
ALL = "all"

NO_PLANS = ("",)
"""How a program without plans is stored, and shown."""


def check_program(program: ReferralProgram) -> None:
    """What a changed program must have when it waits for a checkout.

    Raises CheckoutNeedsPlans or CheckoutNeedsMaximum.
    """
    if program.redeem_on != CHECKOUT:
        return
    if not program.plan_ids:
        raise CheckoutNeedsPlans
    if not program.max_redemptions:
        raise CheckoutNeedsMaximum


def check_redeemable(
    program: ReferralProgram,
    owner: Customer,
    redeemer: Customer,
    of_code: Iterable[Redemption],
    of_redeemer: Iterable[Redemption],
) -> None:
    """Whether a customer may redeem the code of `owner`; the redemptions are those of the code and those
    of the redeemer. Raises ReferralCodeUsedUp, ReferralRedeemedBefore or OwnReferralCode."""
    if is_used_up(program, of_code):
        raise ReferralCodeUsedUp
    if any(each.program == program.internal_id for each in of_redeemer):
        raise ReferralRedeemedBefore(customer_id=redeemer.id or redeemer.internal_id)
    if owner.internal_id == redeemer.internal_id:
        raise OwnReferralCode
    if owner.fingerprint and owner.fingerprint == redeemer.fingerprint:
        raise OwnReferralCode


def is_used_up(program: ReferralProgram, of_code: Iterable[Redemption]) -> bool:
    """Only redemptions whose reward was given count."""
    given = sum(each.triggered for each in of_code)
    return program.max_redemptions is not None and given >= program.max_redemptions


def is_triggered(program: ReferralProgram, invoice: Invoice, *, in_trial: bool) -> bool:
    """Whether a paid invoice is the purchase that a checkout program waits for. `in_trial`: what the
    invoice bills is in trial."""
    if program.redeem_on != CHECKOUT or (program.exclude_trial and in_trial):
        return False
    return any(plan_id in program.plan_ids for plan_id in invoice.plan_ids)
