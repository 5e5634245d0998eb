"""How the old attach tells what it did: a code, a sentence, an invoice in cents (reference: legacy routes)."""

from collections.abc import Sequence

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.catalog.plans import is_free, is_one_off
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.links import link
from autumn_mock.domain.records import Invoice, JsonObject, Plan

Words = tuple[str, str]
"""A code and a message."""


def told(holdings: Holdings, plans: Sequence[Plan], words: Words) -> JsonObject:
    """The answer about one or several products."""
    code, message = words
    return {
        "success": True,
        "customer_id": holdings.customer.id or holdings.customer.internal_id,
        "product_ids": [plan.id for plan in plans],
        "code": code,
        "message": message,
    }


def outcome(decided: Sequence[Attachment], holdings: Holdings) -> Words:
    """What attaching did. Of several products the paid ones have the word."""
    first = next((each for each in decided if not is_free(each.wish.plan)), decided[0])
    current = holdings.plan_of(first.current) if first.current is not None else None
    plan, names = first.wish.plan, _names([each.wish.plan for each in decided])
    customer = holdings.customer.name or holdings.customer.id or holdings.customer.internal_id
    if not first.immediate and current is not None:
        return "downgrade_scheduled", f"Successfully downgraded from {current.name} to {plan.name}"
    if is_free(plan):
        return "free_product_attached", f"Successfully inserted free product {names} to {customer}"
    if is_one_off(plan):
        words = f"Successfully purchased product(s) {names} and attached to customer {customer}"
        return "one_off_product_attached", words
    if current is not None and not is_free(current):
        return UPDATED
    if first.trial.ends_at is not None:
        return "new_product_attached", "Successfully attached product"
    words = f"Successfully created subscriptions and attached product(s) {names} to customer {customer}"
    return "new_product_attached", words


UPDATED: Words = ("upgraded_to_new_product", "Successfully updated product")
RENEWED: Words = ("renewed_product", "Successfully renewed product")
QUANTITIES: Words = ("features_updated", "Successfully updated quantity for features")


def checkout_created(customer_id: str, plans: Sequence[Plan]) -> Words:
    words = f"Successfully created checkout for customer {customer_id}, product(s) {_names(plans)}"
    return "checkout_created", words


def to_be_paid(holdings: Holdings, plans: Sequence[Plan], invoice: Invoice) -> JsonObject:
    answer = told(holdings, plans, ("invoice_action_required", "Payment action required"))
    return answer | {"checkout_url": link(invoice.hosted_invoice_url), "invoice": in_cents(invoice)}


def in_cents(invoice: Invoice) -> JsonObject:
    return {
        "status": invoice.status,
        "stripe_id": invoice.id,
        "hosted_invoice_url": link(invoice.hosted_invoice_url),
        "total": int(invoice.total * 100),
        "currency": invoice.currency,
    }


def _names(plans: Sequence[Plan]) -> str:
    return ", ".join(plan.name for plan in plans)
