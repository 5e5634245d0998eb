"""Checkout programs: a paid invoice of the redeemer gives the reward (reference: redeem_on checkout).

Invariant: an invoice is looked at once, a moment after it was paid, as the reference does it after its
reply: only then does what the invoice bills stand as it will.
"""

from autumn_mock.domain.records import Customer, Invoice, Redemption, ReferralProgram
from autumn_mock.domain.rewards.referrals import is_triggered, is_used_up
from autumn_mock.operations.billing.paid_invoices import when_paid
from autumn_mock.operations.rewards.giving import give_referral
from autumn_mock.world import World

_TRIALING = "trialing"


@when_paid
def give_checkout_rewards(world: World, customer: Customer, invoice: Invoice) -> None:
    """Have the open redemptions of a customer looked at for a paid invoice, next of all."""
    redemptions = world.store.redemptions
    for found in redemptions.find("customer", customer.internal_id):
        if found.program is not None and not found.triggered:
            invoices = (*found.paid_invoices, invoice.id)
            redemptions.put(found.but(paid_invoices=invoices, due_at=world.now()))


def look_at_invoices(world: World, redemption: Redemption) -> None:
    """Give the reward of an open redemption if one of its paid invoices triggers it."""
    store = world.store
    looked_at = redemption.but(paid_invoices=(), due_at=None)
    store.redemptions.put(looked_at)
    program = store.referral_programs.must(redemption.program or "")
    invoices = [found for key in redemption.paid_invoices if (found := store.invoices.get(key))]
    if not any(_triggers(world, program, invoice) for invoice in invoices):
        return
    if not is_used_up(program, store.redemptions.find("code", redemption.code)):
        give_referral(world, looked_at, program)


def _triggers(world: World, program: ReferralProgram, invoice: Invoice) -> bool:
    billed_by = world.store.stripe_subscriptions.get(invoice.stripe_subscription or "")
    in_trial = billed_by is not None and billed_by.status == _TRIALING
    return is_triggered(program, invoice, in_trial=in_trial)
