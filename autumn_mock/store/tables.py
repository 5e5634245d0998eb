"""The tables of one world: what is kept, under which key, and how it is found."""

from typing import Any

from autumn_mock.domain.balances.resets import due_at
from autumn_mock.domain.billing.turns import next_turn
from autumn_mock.domain.invoices.invoice_object import public_id
from autumn_mock.domain.records import (
    Balance,
    Charge,
    CheckoutSession,
    CreditNote,
    Customer,
    Entity,
    Event,
    Feature,
    IdempotencyClaim,
    Invoice,
    InvoiceTemplate,
    LicenseAssignment,
    Lock,
    PaymentMethod,
    Plan,
    Redemption,
    ReferralCode,
    ReferralProgram,
    Reward,
    StripeCustomer,
    StripeSubscription,
    Subscription,
    TaxRate,
    UsageWindow,
    WebhookEndpoint,
    WebhookMessage,
    WorldState,
)
from autumn_mock.store.table import Table


class Tables:
    """All tables. Each is named after what it holds."""

    def __init__(self) -> None:
        self.features = Table("features", Feature, "id")
        self.plans = Table("plans", Plan, "internal_id", indexes={"id": lambda p: p.id})
        self.customers = Table(
            "customers",
            Customer,
            "internal_id",
            indexes={
                "id": lambda c: c.id,
                "nameless_email": lambda c: c.email.lower() if c.email and c.id is None else None,
                "fingerprint": lambda c: c.fingerprint or None,
            },
            orders={"age": lambda c: (c.created_at, c.id or "")},
        )
        self.entities = Table(
            "entities",
            Entity,
            "internal_id",
            indexes={
                "customer": lambda e: e.customer,
                "customer_and_id": lambda e: (e.customer, e.id),
                "id": lambda e: e.id,
            },
            orders={"age": lambda e: (e.created_at, e.id or "")},
        )
        self.subscriptions = Table(
            "subscriptions",
            Subscription,
            "id",
            indexes={
                "customer": lambda s: s.customer,
                "plan": lambda s: s.plan,
                "plan_id": lambda s: s.plan_id,
            },
            orders={
                "due": next_turn,
                "listed": lambda s: ("" if s.custom else s.plan, s.status, s.created_at, s.id),
            },
        )
        self.license_assignments = Table(
            "license_assignments", LicenseAssignment, "id", indexes={"customer": lambda a: a.customer}
        )
        self.balances = Table(
            "balances",
            Balance,
            "id",
            indexes={"customer": lambda b: b.customer, "feature_id": lambda b: b.feature_id},
            orders={"due": due_at, "age": lambda b: (b.created_at, b.id)},
        )
        self.events = Table(
            "events",
            Event,
            "id",
            indexes={"customer": lambda e: e.customer},
            orders={
                "age": lambda e: (e.timestamp, e.id),
                "customer_age": lambda e: (e.customer, e.timestamp, e.id),
            },
        )
        self.locks = Table(
            "locks",
            Lock,
            "id",
            indexes={"customer": lambda k: k.customer},
            orders={"due": lambda k: k.expires_at or k.forget_at},
        )
        self.usage_windows = Table(
            "usage_windows", UsageWindow, "id", indexes={"customer": lambda w: w.customer}
        )
        self.invoices = Table(
            "invoices",
            Invoice,
            "id",
            indexes={
                "customer": lambda i: i.customer,
                "invoice_id": public_id,
                "stripe_subscription": lambda i: i.stripe_subscription,
            },
            orders={
                "due": lambda i: i.retry_at,
                "age": lambda i: (i.created_at, public_id(i)),
                "customer_age": lambda i: (i.customer, i.created_at, public_id(i)),
            },
        )
        self.credit_notes = Table(
            "credit_notes",
            CreditNote,
            "id",
            indexes={"customer": lambda n: n.customer, "invoice": lambda n: n.invoice},
        )
        self.tax_rates = Table("tax_rates", TaxRate, "id")
        self.invoice_templates = Table("invoice_templates", InvoiceTemplate, "id")
        self.stripe_customers = Table("stripe_customers", StripeCustomer, "id")
        self.stripe_subscriptions = Table(
            "stripe_subscriptions",
            StripeSubscription,
            "id",
            indexes={"customer": lambda s: s.customer},
        )
        self.checkouts = Table(
            "checkouts",
            CheckoutSession,
            "id",
            indexes={
                "customer": lambda c: c.customer,
                "invoice": lambda c: c.invoice if c.kind == "invoice" else None,
                "checkout": lambda c: c.checkout,
            },
            orders={"due": lambda c: c.settles_at},
        )
        self.payment_methods = Table(
            "payment_methods",
            PaymentMethod,
            "id",
            indexes={"stripe_customer": lambda m: m.stripe_customer},
        )
        self.charges = Table(
            "charges",
            Charge,
            "id",
            indexes={"customer": lambda c: c.customer, "invoice": lambda c: c.invoice},
        )
        self.rewards = Table("rewards", Reward, "internal_id", indexes={"id": lambda r: r.id})
        self.referral_programs = Table(
            "referral_programs",
            ReferralProgram,
            "internal_id",
            indexes={"id": lambda p: p.id, "reward": lambda p: p.reward},
        )
        self.referral_codes = Table(
            "referral_codes",
            ReferralCode,
            "code",
            indexes={"program": lambda c: c.program, "customer": lambda c: c.customer},
        )
        self.redemptions = Table(
            "redemptions",
            Redemption,
            "id",
            indexes={
                "customer": lambda r: r.customer,
                "referrer": lambda r: r.referrer,
                "code": lambda r: r.code,
                "reward": lambda r: r.reward,
                "program": lambda r: r.program,
            },
            orders={"due": lambda r: r.due_at},
        )
        self.claims = Table("claims", IdempotencyClaim, "id", orders={"due": lambda c: c.expires_at})
        self.webhook_endpoints = Table("webhook_endpoints", WebhookEndpoint, "id")
        self.webhook_messages = Table(
            "webhook_messages",
            WebhookMessage,
            "id",
            indexes={"once": lambda m: m.once},
            orders={"due": lambda m: m.due_at},
        )
        self.world_states = Table("world_states", WorldState, "id")
        self.tables: dict[str, Table[Any]] = {
            table.name: table for table in vars(self).values() if isinstance(table, Table)
        }
