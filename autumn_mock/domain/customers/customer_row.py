"""A customer as the oldest routes show it: the row as stored."""

from autumn_mock.domain.records import Customer, JsonObject

_CONTROLS = ("auto_topups", "spend_limits", "usage_limits", "usage_alerts", "overage_allowed")


def customer_row(customer: Customer, *, org: str, env: str) -> JsonObject:
    """`org` and `env` are those of the world."""
    processor = None
    if customer.stripe_id is not None:
        processor = {"id": customer.stripe_id, "type": "stripe"}
    return {
        "internal_id": customer.internal_id,
        "org_id": org,
        "created_at": customer.created_at,
        "name": customer.name,
        "id": customer.id,
        "email": customer.email or "",
        "fingerprint": customer.fingerprint,
        "metadata": customer.metadata,
        "env": env,
        "processor": processor,
        "processors": customer.processors or {},
        "send_email_receipts": customer.send_email_receipts,
        "currency": customer.currency,
        **{name: customer.billing_controls.get(name) for name in _CONTROLS},
        "config": customer.config,
    }
