"""`invoices.reissue`: an invoice is taken back and issued again (reference: invoices.reissue).

Invariant: the original is retired once, voided while it was open and credited where it was paid; what
waited for it waits for the replacement.
"""

from typing import Any

import msgspec

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.customers.billing_details import CUSTOM_FIELDS
from autumn_mock.domain.invoices import states, terms
from autumn_mock.domain.invoices.allowing import check_reissuable
from autumn_mock.domain.invoices.credit_notes import left_of
from autumn_mock.domain.invoices.invoice_object import public_id
from autumn_mock.domain.invoices.preview import Terms, preview_of, total_of
from autumn_mock.domain.invoices.reissuing import kept_lines
from autumn_mock.domain.invoices.taxes import added_tax, tax_on
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import CreditNote, Customer, Invoice, InvoiceTemplate, JsonObject
from autumn_mock.errors.invoices import NothingToInvoice, TwoEmails
from autumn_mock.operations.billing.invoice_payment import void_invoice
from autumn_mock.operations.billing.previews.attach_preview import credit_of
from autumn_mock.operations.invoices.crediting import credit_rest
from autumn_mock.operations.invoices.issuing import issue
from autumn_mock.operations.invoices.loading import find_invoice
from autumn_mock.operations.invoices.ordering import Order, note_discounts, read_order
from autumn_mock.operations.invoices.tax_rates import find_tax_rate
from autumn_mock.operations.invoices.telling import entity_names, show_invoice
from autumn_mock.operations.invoices.templates import find_template
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoice_reissue import ReissueInvoice
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World

_KEPT_IN_DETAILS = ("automatic_tax", "custom_fields", "account_tax_ids")


class _Retired(msgspec.Struct, frozen=True):
    """How the original went: voided, or credited by a note."""

    voided_invoice_id: str | None = None
    credit_note: CreditNote | None = None


@operation("invoices.reissue", body=ReissueInvoice())
def reissue(world: World, body: Body, call: Call) -> Reply:
    """Replace an open or paid invoice by another with the same lines, or with those that are asked for."""
    original = find_invoice(world, body["invoice_id"])
    check_reissuable(original)
    customer = world.store.customers.must(original.customer)

    email = _email(body)
    added = body["lines"].get("add") or []
    order = read_order(
        world,
        customer,
        {
            "plans": [each for each in added if "plan_id" in each],
            "custom_line_items": [each for each in added if "plan_id" not in each],
        },
    )
    replacement = _replacement(world, original, order, body)
    preview = preview_of(replacement.lines, _terms(world, original, replacement, customer), entity_names(world))
    if body["preview"]:
        return {"invoice": None, "voided_invoice_id": None, "credit_note_id": None, "preview": preview}

    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    _tell_provider(world, customer, body["customer"], email)
    note_discounts(world, customer, order)
    retired = _retire(world, original, replacement)
    issued = issue(world, customer, replacement, body["issue_method"])
    return {
        "invoice": show_invoice(world, issued),
        "voided_invoice_id": retired.voided_invoice_id,
        "credit_note_id": retired.credit_note.id if retired.credit_note else None,
        "preview": preview,
    }


def _email(body: Body) -> str | None:
    """Raises TwoEmails."""
    named: set[str] = {body["update_customer_email"]} if "update_customer_email" in body else set()
    named |= {body["customer"]["email"]} if "email" in body["customer"] else set()
    if len(named) > 1:
        raise TwoEmails
    return next(iter(named), None)


def _replacement(world: World, original: Invoice, order: Order, body: Body) -> Invoice:
    """The draft that takes the place of the original, not yet written."""
    template = find_template(world, body.get("invoice_template_id"))
    own: JsonObject = body["invoice"]
    inherited = original.tax.rate if original.tax else None
    rate = find_tax_rate(world, own.get("tax_rate_id", inherited))
    lines = (*kept_lines(original, body["lines"]), *order.lines)
    if not lines:
        raise NothingToInvoice
    tax = tax_on(lines, rate, original.currency)
    due_at, collection = terms.collected_again(
        original,
        template,
        public_id(original),
        days=body.get("net_terms_days"),
        types=own.get("payment_method_types") or (),
        now=world.now(),
    )
    return Invoice(
        id=world.make_public_id("in_"),
        customer=original.customer,
        created_at=whole_second(world.now()),
        status=states.DRAFT,
        total=total_of(lines) + added_tax(tax),
        tax=tax,
        plan_ids=tuple(dict.fromkeys((*original.plan_ids, *order.plan_ids))),
        currency=original.currency,
        entity=original.entity,
        lines=lines,
        amount_paid=ZERO,
        stripe_subscription=original.stripe_subscription,
        replaces=original.id,
        due_at=due_at,
        collection=collection,
        **_printed(original, own, template, anew=CUSTOM_FIELDS in body["customer"]),
    )


def _printed(
    original: Invoice, own: JsonObject, template: InvoiceTemplate | None, *, anew: bool
) -> dict[str, Any]:
    """What stands on it beside the lines: what is asked for, else the template's, else the original's;
    its custom fields `anew` from the customer, where those change."""

    def chosen(name: str) -> str | None:
        if name in own:
            asked: str | None = own[name]
            return asked
        given: str | None = getattr(template, name) if template else None
        had: str | None = getattr(original, name)
        return had if given is None else given

    kept = {name: had for name, had in original.details.items() if not (anew and name == "custom_fields")}
    details = {name: own[name] for name in _KEPT_IN_DETAILS if name in own}
    types = own.get("payment_method_types")
    return {
        "memo": chosen("memo"),
        "footer": chosen("footer"),
        "template": template.id if template else original.template,
        "payment_method_types": original.payment_method_types if types is None else tuple(types),
        "details": {**kept, **details},
    }


def _terms(world: World, original: Invoice, replacement: Invoice, customer: Customer) -> Terms:
    """The credit counts what the original gives back."""
    credit = credit_of(world, customer)
    if original.status == states.PAID and credit is not None:
        credit += left_of(original, world.store.credit_notes.find("invoice", original.id))
    return Terms(
        currency=replacement.currency,
        issued_at=replacement.created_at,
        due_at=replacement.due_at,
        credit=credit,
        tax=replacement.tax,
    )


def _tell_provider(world: World, customer: Customer, changes: JsonObject, email: str | None) -> None:
    """Change what the provider prints on this and every later invoice."""
    payers = world.store.stripe_customers
    payer = payers.must(customer.stripe_id or "")
    kept = {name: value for name, value in changes.items() if name not in {"email", "name"}}
    payers.put(
        payer.but(
            email=payer.email if email is None else email,
            name=changes.get("name", payer.name),
            details={**payer.details, **kept},
        )
    )


def _retire(world: World, original: Invoice, replacement: Invoice) -> _Retired:
    """Void or credit the original; what waited for it waits for the replacement."""
    world.store.invoices.put(original.but(replaced_by=replacement.id))
    original = world.store.invoices.must(original.id)
    for page in world.store.checkouts.find("invoice", original.id):
        world.store.checkouts.put(page.but(invoice=replacement.id, expires_at=replacement.due_at))
    if original.status == states.PAID:
        return _Retired(credit_note=credit_rest(world, original))
    void_invoice(world, original)
    return _Retired(voided_invoice_id=public_id(original))
