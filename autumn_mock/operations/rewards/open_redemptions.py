"""Redemptions of checkout programs, which wait for a paid invoice of the redeemer.

Invariant: an invoice is looked at once, a moment after it was paid, as the reference does it after
its reply.
"""

from autumn_mock.domain.records import Customer, Invoice
from autumn_mock.world import World


def give_checkout_rewards(world: World, customer: Customer, invoice: Invoice) -> None:
    """Have the open redemptions of a customer looked at for a paid invoice, as soon as time moves on."""
    redemptions = world.store.redemptions
    for found in redemptions.find("customer", customer.internal_id):
        if found.program is not None and not found.triggered:
            invoices = (*found.paid_invoices, invoice.id)
            redemptions.put(found.but(paid_invoices=invoices, due_at=world.now()))
