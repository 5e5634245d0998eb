"""The invoices that are to come, one for each Stripe subscription (reference: customers, invoice_previews).

They are found by letting the customer's plans take their turns in a rehearsal. Invariant: what is told
is what will be charged, as long as nobody changes anything and what is asked for can be paid.
"""

from autumn_mock.domain.billing.coming_invoices import coming_invoice
from autumn_mock.domain.billing.discounts import discounted
from autumn_mock.domain.billing.invoice_lines import comes_to_something
from autumn_mock.domain.payments.outcomes import Wanted
from autumn_mock.domain.records import Customer, JsonObject
from autumn_mock.operations.billing.discounts import discounts_of, use_up
from autumn_mock.operations.billing.renewals.turns import take_turns
from autumn_mock.stripe.cards import default_card, give_card
from autumn_mock.stripe.subscriptions import running_subscriptions
from autumn_mock.world import World

_MOST_TURNS = 1_000
"""After so many a plan of which nothing falls due is given up; beside a weekly plan a yearly one waits
for 52."""

Invoices = dict[str, JsonObject]
"""As they are shown, by the Stripe subscription that brings them."""


def coming_invoices(world: World, customer: Customer) -> list[JsonObject]:
    """`invoice_previews` of a customer object; Stripe subscriptions that bring nothing more are left out."""
    asked = list(running_subscriptions(world.store, customer))
    if not asked:
        return []
    apart, found = world.rehearsal(customer), dict[str, JsonObject | None]()
    with apart.store.transaction():
        if default_card(apart.store, customer) is None:
            give_card(apart.store, apart.ids, customer, Wanted(), now=apart.now())
        for _ in range(_MOST_TURNS):
            coming = apart.store.subscriptions.soonest("due")
            awaited = [each for each in asked if each not in found]
            if coming is None or not awaited:
                break
            found |= _next(apart, customer, awaited, at=coming[0][0])
    return [invoice for each in asked if (invoice := found.get(each)) is not None]


def _next(apart: World, customer: Customer, awaited: list[str], *, at: int) -> dict[str, JsonObject | None]:
    """What the turns of an instant bring those that are awaited: an invoice, or None for one that is over.
    Then it is the invoice of another Stripe subscription that begins in its place, if one does."""
    apart.clock.freeze(at)
    known = set(apart.store.stripe_subscriptions.records)
    invoices = _fallen_due(apart, customer, at=at)
    begun = iter([invoice for billed_by, invoice in invoices.items() if billed_by not in known])
    running = running_subscriptions(apart.store, customer)
    return {
        each: invoices[each] if each in invoices else next(begun, None)
        for each in awaited
        if each in invoices or each not in running
    }


def _fallen_due(apart: World, customer: Customer, *, at: int) -> Invoices:
    bill = take_turns(apart, customer.internal_id, at=at)
    running = running_subscriptions(apart.store, customer)
    invoices: Invoices = {}
    for billed_by, lines in bill.items():
        charged = discounted(lines, discounts_of(apart, customer, billed_by))
        use_up(apart, customer, billed_by, charged)
        if any(billed_by in running or comes_to_something(line) for line in charged):
            invoices[billed_by] = coming_invoice(charged, at=at)
    return invoices
