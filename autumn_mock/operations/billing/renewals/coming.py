"""The invoices that are to come, one for each Stripe subscription (reference: customers, invoice_previews).

Invariant: what is told is what will be charged, as long as nobody changes anything.
"""

from autumn_mock.domain.billing.coming_invoices import coming_invoice
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import comes_to_something
from autumn_mock.domain.records import Customer, JsonObject
from autumn_mock.operations.billing.renewals.rehearsing import Charged, future
from autumn_mock.stripe.subscriptions import running_subscriptions
from autumn_mock.world import World


def coming_invoices(world: World, customer: Customer) -> list[JsonObject]:
    """`invoice_previews` of a customer object; Stripe subscriptions that bring nothing more are left out."""
    awaited = list(running_subscriptions(world.store, customer))
    if not awaited:
        return []
    found: dict[str, JsonObject | None] = {}
    apart = world.rehearsal(customer)
    with apart.store.transaction():
        known = set(apart.store.stripe_subscriptions.records)
        for at, charged in future(apart, customer):
            left = [each for each in awaited if each not in found]
            found |= _fallen_due(apart, customer, charged, left, known, at=at)
            if len(found) == len(awaited):
                break
            known |= charged.keys()
    return [invoice for each in awaited if (invoice := found.get(each)) is not None]


def _fallen_due(
    apart: World, customer: Customer, charged: Charged, awaited: list[str], known: set[str], *, at: int
) -> dict[str, JsonObject | None]:
    """What an instant brings those that are awaited: an invoice, or None for one that is over. Then it
    is the invoice of another Stripe subscription that begins in its place, if one does."""
    running = running_subscriptions(apart.store, customer)
    invoices = {
        billed_by: coming_invoice(lines, at=whole_second(at))
        for billed_by, lines in charged.items()
        if any(billed_by in running or comes_to_something(line) for line in lines)
    }
    begun = iter([invoice for billed_by, invoice in invoices.items() if billed_by not in known])
    return {
        each: invoices[each] if each in invoices else next(begun, None)
        for each in awaited
        if each in invoices or each not in running
    }
