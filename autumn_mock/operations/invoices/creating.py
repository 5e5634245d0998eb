"""`invoices.create`: an invoice that stands alone (reference: invoices.create).

Invariant: a preview and the invoice are made of the same lines; plans, balances and subscriptions of the
customer stay as they are.
"""

import msgspec

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.invoices import states, terms
from autumn_mock.domain.invoices.preview import Terms, preview_of, total_of
from autumn_mock.domain.invoices.taxes import added_tax, tax_on
from autumn_mock.domain.invoices.terms import InvoiceTerms
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Customer, Entity, Invoice
from autumn_mock.errors.invoices import NothingToInvoice
from autumn_mock.operations.billing.previews.attach_preview import credit_of
from autumn_mock.operations.invoices.issuing import issue
from autumn_mock.operations.invoices.ordering import Order, note_discounts, read_order
from autumn_mock.operations.invoices.tax_rates import find_tax_rate
from autumn_mock.operations.invoices.telling import entity_names, show_invoice
from autumn_mock.operations.invoices.templates import find_template
from autumn_mock.operations.loading import find_customer, find_entity
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoice_creation import CreateInvoice
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World


class _Decided(msgspec.Struct, frozen=True):
    """What an invoice is to say, not yet written."""

    customer: Customer
    entity: Entity | None
    order: Order
    terms: Terms
    how: InvoiceTerms


@operation("invoices.create", body=CreateInvoice())
def create(world: World, body: Body, call: Call) -> Reply:
    """Invoice plans at catalogue prices and other charges, without touching what the customer has."""
    customer = find_customer(world, body["customer_id"])

    decided = _decide(world, customer, body)
    preview = preview_of(decided.order.lines, decided.terms, entity_names(world))
    if body["preview"]:
        return {"invoice": None, "preview": preview}

    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    note_discounts(world, customer, decided.order)
    invoice = issue(world, customer, _invoice(world, decided, body), body["issue_method"])
    return {"invoice": show_invoice(world, invoice), "preview": preview}


def _decide(world: World, customer: Customer, body: Body) -> _Decided:
    rate = find_tax_rate(world, body.get("tax_rate_id"))
    template = find_template(world, body.get("invoice_template_id"))
    issued_at = terms.issue_date(body, now=world.now())
    how = terms.terms_of(body, template)
    due_at = terms.due_date(body, issued_at, how, now=world.now())
    entity = find_entity(world, customer, body["entity_id"]) if "entity_id" in body else None
    order = read_order(world, customer, body, entity)
    if not order.lines:
        raise NothingToInvoice
    return _Decided(
        customer=customer,
        entity=entity if order.is_of(entity) else None,
        order=order,
        terms=Terms(
            currency=OWN_CURRENCY,
            issued_at=issued_at,
            due_at=due_at,
            credit=credit_of(world, customer),
            tax=tax_on(order.lines, rate, OWN_CURRENCY),
        ),
        how=how,
    )


def _invoice(world: World, decided: _Decided, body: Body) -> Invoice:
    made = Invoice(
        id=world.make_public_id("in_"),
        customer=decided.customer.internal_id,
        created_at=whole_second(world.now()),
        status=states.DRAFT,
        total=total_of(decided.order.lines) + added_tax(decided.terms.tax),
        tax=decided.terms.tax,
        plan_ids=decided.order.plan_ids,
        currency=decided.terms.currency,
        entity=decided.entity.internal_id if decided.entity else None,
        lines=decided.order.lines,
        amount_paid=ZERO,
        issued_at=decided.terms.issued_at if "issue_date" in body else None,
        payment_method_types=tuple(body.get("payment_method_types") or ()),
    )
    sent = terms.on_terms(made, decided.how, now=world.now())
    if "due_date" not in body and "issue_date" not in body:
        return sent
    return sent.but(due_at=decided.terms.due_at, terms_days=None)
