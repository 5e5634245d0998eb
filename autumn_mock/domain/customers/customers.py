"""Customers: making, claiming, changing, and the customer object (reference: customers).

Invariant: what a customer has is never overwritten by getting it again.
"""

from collections.abc import Container, Mapping
from typing import Any

from autumn_mock.domain.balances.balances import balances_and_flags
from autumn_mock.domain.billing.other_processors import REVENUECAT
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.customers.customer_plans import plans_of_customer
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.seat_pools import pool_objects
from autumn_mock.domain.records import Customer, Entity, JsonObject
from autumn_mock.errors.customers import CustomerIdOrEmailRequired, MultiCurrencyDisabled


def new_customer(facts: Mapping[str, Any], *, internal_id: str, now: int) -> Customer:
    """The customer that a checked get_or_create body describes. Raises CustomerIdOrEmailRequired."""
    if facts["customer_id"] is None and not facts.get("email"):
        raise CustomerIdOrEmailRequired
    if facts.get("currency"):
        raise MultiCurrencyDisabled
    return Customer(
        internal_id=internal_id,
        id=facts["customer_id"],
        created_at=now,
        name=facts.get("name") or None,
        email=facts.get("email") or None,
        fingerprint=facts.get("fingerprint") or None,
        stripe_id=facts.get("stripe_id") or None,
        processors=facts.get("processors"),
        metadata=facts.get("metadata") or {},
        send_email_receipts=facts.get("send_email_receipts", False),
        config=facts.get("config") or {},
    )


def completed(customer: Customer, facts: Mapping[str, Any]) -> Customer:
    """A known customer that is asked for again: only empty names and e-mails are filled in."""
    changes: dict[str, Any] = {}
    if not customer.name and facts.get("name"):
        changes["name"] = facts["name"]
    if not customer.email and facts.get("email"):
        changes["email"] = facts["email"]
    if facts.get("send_email_receipts", customer.send_email_receipts) != customer.send_email_receipts:
        changes["send_email_receipts"] = facts["send_email_receipts"]
    return customer.but(**changes) if changes else customer


def updated(customer: Customer, facts: Mapping[str, Any]) -> Customer:
    """The customer after a checked `customers.update`, its id, Stripe link and controls left alone."""
    changes: dict[str, Any] = {
        name: facts[name] or None for name in ("name", "email", "fingerprint") if name in facts
    }
    for name in ("processors", "send_email_receipts", "currency"):
        if name in facts:
            changes[name] = facts[name]
    if facts.get("metadata"):
        changes["metadata"] = _merged(customer.metadata, facts["metadata"])
    if "config" in facts:
        changes["config"] = {**customer.config, **facts["config"]}
    return customer.but(**changes) if changes else customer


def _merged(stored: JsonObject, given: JsonObject) -> JsonObject:
    """Key by key at the top level; null removes a key."""
    together = {**stored, **given}
    return {key: value for key, value in together.items() if value is not None}


def customer_object(
    holdings: Holdings,
    controls: JsonObject,
    *,
    now: int,
    env: str,
    expand: Container[str] = (),
    listed: bool = False,
) -> JsonObject:
    """The customer as the newest version shows it; what `expand` adds from billing comes after.

    `listed` is the form of `customers.list`.
    """
    customer = holdings.customer
    subscriptions, purchases = plans_of_customer(holdings, now=now, listed=listed, expand=expand)
    balances, flags = balances_and_flags(holdings, now=now, listed=listed, expand=expand)
    shown: JsonObject = {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "created_at": customer.created_at,
        "fingerprint": customer.fingerprint,
        "stripe_id": customer.stripe_id,
        "env": env,
        "metadata": customer.metadata,
        "send_email_receipts": customer.send_email_receipts,
        "billing_controls": controls,
        "subscriptions": subscriptions,
        "purchases": purchases,
        "licenses": pool_objects(holdings),
        "balances": balances,
        "flags": flags,
        "config": customer.config,
    }
    if processors := _processors(holdings):
        shown["processors"] = processors
    return shown


def _processors(holdings: Holdings) -> JsonObject:
    """The processors that know the customer; secrets are never shown. An app store's, while it sells the
    customer a plan that runs."""
    customer = holdings.customer
    shown: JsonObject = {}
    if customer.stripe_id is not None:
        shown["stripe"] = {"id": customer.stripe_id}
    vercel = (customer.processors or {}).get("vercel")
    if vercel is not None:
        shown["vercel"] = {key: vercel[key] for key in ("installation_id", "account_id")}
    if any(row.processor == REVENUECAT and row.status in COUNTING for row in holdings.subscriptions):
        revenuecat = (customer.processors or {}).get(REVENUECAT) or {}
        shown[REVENUECAT] = {"id": revenuecat.get("id")}
    return shown


def entity_summaries(entities: tuple[Entity, ...], customer: Customer, *, env: str) -> list[JsonObject]:
    """What expand `entities` shows, at most 1,000."""
    return [
        {
            "id": entity.id,
            "name": entity.name,
            "customer_id": customer.id,
            "feature_id": entity.feature_id,
            "created_at": entity.created_at,
            "env": env,
        }
        for entity in entities[:1000]
    ]


def matches(customer: Customer, search: str) -> bool:
    """A case-insensitive part of id, name or e-mail."""
    return any(search in text.lower() for text in (customer.id, customer.name, customer.email) if text)
