"""The types of outgoing webhooks. Those of Vercel are known, and never sent."""

EVENT_TYPES = (
    "customer.products.updated", "customer.threshold_reached", "balances.usage_alert_triggered",
    "balances.limit_reached", "billing.auto_topup_failed", "billing.auto_topup_succeeded",
    "billing.updated", "invoice.finalized", "vercel.resources.deleted",
    "vercel.resources.provisioned", "vercel.resources.rotate_secrets", "vercel.webhooks.event",
)  # fmt: skip

VERCEL = "vercel."
