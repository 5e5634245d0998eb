"""`invoices.insert`: history of another system, recorded without touching the provider (reference:
invoices.insert).

Invariant: one failure inserts nothing, and a known invoice keeps its id.
"""

from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.invoices.invoice_object import invoice_object
from autumn_mock.domain.invoices.states import OPEN
from autumn_mock.domain.links import link
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import Customer, Invoice, JsonObject
from autumn_mock.errors.invoices import (
    CustomersNotFound,
    DuplicateStripeIds,
    EntityNotOfCustomer,
    PlansNotFound,
)
from autumn_mock.operations.loading import look_up_customer, look_up_entity
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoices import InsertInvoices
from autumn_mock.world import World


@operation("invoices.insert", body=InsertInvoices())
def insert(world: World, body: Body, call: Call) -> Reply:
    """Record up to 500 invoices; those that are known are replaced."""
    sent = body["invoices"]
    customers = _customers_of(world, sent)
    _check_plans(world, sent)

    made = [_invoice(world, each, customers[each["customer_id"]]) for each in sent]

    for invoice in made:
        world.store.invoices.put(invoice)
    return {"invoices": [_told(world, invoice) for invoice in made]}


def _customers_of(world: World, sent: list[Body]) -> dict[str, Customer]:
    """The customers by the ids that were sent. Raises DuplicateStripeIds, CustomersNotFound."""
    if len({each["stripe_id"] for each in sent}) < len(sent):
        raise DuplicateStripeIds
    found = {each["customer_id"]: look_up_customer(world, each["customer_id"]) for each in sent}
    if missing := [name for name, customer in found.items() if customer is None]:
        raise CustomersNotFound(customer_ids=missing)
    return {name: customer for name, customer in found.items() if customer is not None}


def _check_plans(world: World, sent: list[Body]) -> None:
    named = dict.fromkeys(plan_id for each in sent for plan_id in each["plan_ids"])
    if missing := [plan_id for plan_id in named if world.store.plans.first("id", plan_id) is None]:
        raise PlansNotFound(plan_ids=missing)


def _invoice(world: World, sent: Body, customer: Customer) -> Invoice:
    """What is recorded. Lines stay with an invoice that comes to the same. Raises EntityNotOfCustomer."""
    known = world.store.invoices.get(sent["stripe_id"])
    total = sent["total"]
    facts = {
        "customer": customer.internal_id,
        "entity": _entity_of(world, sent, customer),
        "plan_ids": tuple(dict.fromkeys(sent["plan_ids"])),
        "processor_type": sent["processor_type"],
        "status": sent["status"],
        "total": total,
        "amount_paid": sent["amount_paid"],
        "refunded": sent["refunded_amount"] or ZERO,
        "currency": sent.get("currency", OWN_CURRENCY),
        "created_at": int(sent["created_at"]),
        "hosted_invoice_url": sent["hosted_invoice_url"],
        "recorded": True,
    }
    if known is None:
        return Invoice(id=sent["stripe_id"], invoice_id=world.make_sorted_public_id("inv_"), **facts)
    return known.but(
        **facts,
        lines=known.lines if known.total == total else (),
        tax=known.tax if known.total == total else None,
        retry_at=known.retry_at if sent["status"] == OPEN else None,
    )


def _entity_of(world: World, sent: Body, customer: Customer) -> str | None:
    if sent["entity_id"] is None:
        return None
    entity = look_up_entity(world, customer, sent["entity_id"])
    if entity is None:
        raise EntityNotOfCustomer(entity_id=sent["entity_id"], customer_id=sent["customer_id"])
    return entity.internal_id


def _told(world: World, invoice: Invoice) -> JsonObject:
    """The row as it was given: with the page of the other system, if it named one."""
    shown = invoice_object(invoice)
    customer = world.store.customers.must(invoice.customer)
    return {
        "id": invoice.invoice_id,
        "customer_id": customer.id or customer.internal_id,
        **{key: shown[key] for key in ("plan_ids", "stripe_id", "processor_type", "status", "total")},
        "amount_paid": None if invoice.amount_paid is None else number(invoice.amount_paid),
        "refunded_amount": number(invoice.refunded),
        "currency": invoice.currency,
        "created_at": invoice.created_at,
        "hosted_invoice_url": link(invoice.hosted_invoice_url),
    }
