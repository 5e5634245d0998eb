"""What is stored: immutable records, one module per area. Rules live beside this package, not in it."""

from autumn_mock.domain.records.base import JsonObject, Record
from autumn_mock.domain.records.billing import (
    CheckoutSession,
    Invoice,
    InvoiceLine,
    PaymentMethod,
    StripeCustomer,
    StripeSubscription,
    Subscription,
)
from autumn_mock.domain.records.catalog import (
    BasePrice,
    CreditCost,
    Display,
    Feature,
    FreeTrial,
    ItemPrice,
    Plan,
    PlanItem,
    Reset,
    RolloverRule,
    Tier,
)
from autumn_mock.domain.records.controls import TopupState
from autumn_mock.domain.records.customers import Customer, Entity
from autumn_mock.domain.records.usage import (
    Balance,
    Deduction,
    EntityBalance,
    Event,
    Lock,
    Rollover,
    UsageWindow,
)
from autumn_mock.domain.records.web import (
    Delivery,
    IdempotencyClaim,
    Try,
    WebhookEndpoint,
    WebhookMessage,
    WorldState,
)

__all__ = [
    "Balance",
    "BasePrice",
    "CheckoutSession",
    "CreditCost",
    "Customer",
    "Deduction",
    "Delivery",
    "Display",
    "Entity",
    "EntityBalance",
    "Event",
    "Feature",
    "FreeTrial",
    "IdempotencyClaim",
    "Invoice",
    "InvoiceLine",
    "ItemPrice",
    "JsonObject",
    "Lock",
    "PaymentMethod",
    "Plan",
    "PlanItem",
    "Record",
    "Reset",
    "Rollover",
    "RolloverRule",
    "StripeCustomer",
    "StripeSubscription",
    "Subscription",
    "Tier",
    "TopupState",
    "Try",
    "UsageWindow",
    "WebhookEndpoint",
    "WebhookMessage",
    "WorldState",
]
