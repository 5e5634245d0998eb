"""`invoices.create`: an invoice that stands alone (reference: invoices.create).

Invariant: a preview and the invoice are made of the same lines; plans, balances and subscriptions of the
customer stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import invoice_lines, of_row
from autumn_mock.domain.invoices import states, terms
from autumn_mock.domain.invoices.line_periods import line_period, period_of
from autumn_mock.domain.invoices.preview import Terms, preview_of, total_of
from autumn_mock.domain.invoices.standalone import Charged, custom_line, plan_lines, worth_telling
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Customer, Entity, Invoice, InvoiceLine, InvoiceTemplate
from autumn_mock.errors.http import NotEmulated
from autumn_mock.errors.invoices import NothingToInvoice, UnknownTaxRate
from autumn_mock.operations.invoices.charges import read_plan_charges
from autumn_mock.operations.invoices.issuing import issue
from autumn_mock.operations.invoices.telling import entity_names, show_invoice
from autumn_mock.operations.invoices.templates import find_template
from autumn_mock.operations.loading import find_customer, find_entity
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoice_creation import CreateInvoice
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World

CURRENCY = "usd"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ordered:
    """What an invoice is to say, decided and not yet written."""

    customer: Customer
    entity: Entity | None
    lines: tuple[InvoiceLine, ...]
    plan_ids: tuple[str, ...]
    terms: Terms
    template: InvoiceTemplate | None


@operation("invoices.create", body=CreateInvoice())
def create(world: World, body: Body, call: Call) -> Reply:
    """Invoice plans at catalogue prices and other charges, without touching what the customer has."""
    customer = find_customer(world, body["customer_id"])

    ordered = _decide(world, customer, body)
    preview = preview_of(ordered.lines, ordered.terms, entity_names(world))
    if body["preview"]:
        return {"invoice": None, "preview": preview}

    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    invoice = issue(world, customer, _invoice(world, ordered, body), body["issue_method"])
    return {"invoice": show_invoice(world, invoice), "preview": preview}


def _decide(world: World, customer: Customer, body: Body) -> _Ordered:
    if body.get("tax_rate_id") is not None:
        raise UnknownTaxRate(tax_rate_id=body["tax_rate_id"])
    template = find_template(world, body.get("invoice_template_id"))
    issued_at = terms.issue_date(body, now=world.now())
    usual = template.net_terms_days if template else None
    due_at = terms.due_date(body, issued_at, usual_days=usual, now=world.now())
    entity = find_entity(world, customer, body["entity_id"]) if "entity_id" in body else None
    charged, plan_ids = _charged(world, customer, body, entity)
    if not charged:
        raise NothingToInvoice
    of_plans = [each.entity for each in charged if each.line.plan_id]
    return _Ordered(
        customer=customer,
        entity=entity if all(each == entity for each in of_plans) else None,
        lines=_rounded(charged),
        plan_ids=plan_ids,
        terms=Terms(currency=CURRENCY, issued_at=issued_at, due_at=due_at, credit=credit_of(world, customer)),
        template=template,
    )


def _charged(
    world: World, customer: Customer, body: Body, entity: Entity | None
) -> tuple[list[Charged], tuple[str, ...]]:
    """The lines that come to something, and the plans that they are of."""
    if body.get("discounts") or any(each.get("discounts") for each in body.get("plans") or []):
        raise NotEmulated(operation="invoices.create with discounts")
    whole, features = period_of(body), world.store.features.records
    found: list[Charged] = []
    plan_ids: list[str] = []
    for sent in body.get("plans") or []:
        for charge in read_plan_charges(world, customer, sent, entity, whole):
            lines = worth_telling(plan_lines(charge, features))
            found += lines
            plan_ids += [charge.parent_id or charge.plan.id] if lines else []
    for sent in body.get("custom_line_items") or []:
        found.append(custom_line(sent["amount"], sent["description"], line_period(sent, None, whole)))
    return worth_telling(found), tuple(dict.fromkeys(plan_ids))


def _rounded(charged: Sequence[Charged]) -> tuple[InvoiceLine, ...]:
    lines = invoice_lines(of_row([each.line for each in charged], "", own_words=True), CURRENCY)
    return tuple(
        line.but(
            subscriptions=(),
            entity=each.entity.internal_id if each.entity else None,
            prorated=each.prorated,
        )
        for line, each in zip(lines, charged, strict=True)
    )


def credit_of(world: World, customer: Customer) -> Decimal | None:
    """What stands to his credit at the provider; None where he is not known there."""
    payer = world.store.stripe_customers.get(customer.stripe_id or "")
    return None if payer is None else payer.credit


def _invoice(world: World, ordered: _Ordered, body: Body) -> Invoice:
    template = ordered.template
    return Invoice(
        id=world.ids.stripe("in_"),
        customer=ordered.customer.internal_id,
        created_at=whole_second(world.now()),
        status=states.DRAFT,
        total=total_of(ordered.lines),
        plan_ids=ordered.plan_ids,
        currency=ordered.terms.currency,
        entity=ordered.entity.internal_id if ordered.entity else None,
        lines=ordered.lines,
        amount_paid=ZERO,
        collection=states.SENT,
        issued_at=ordered.terms.issued_at if "issue_date" in body else None,
        due_at=ordered.terms.due_at,
        memo=template.memo if template else None,
        footer=template.footer if template else None,
        template=template.id if template else None,
        payment_method_types=tuple(body.get("payment_method_types") or ()),
    )
