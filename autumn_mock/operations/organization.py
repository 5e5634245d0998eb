"""`GET /v1/organization` and `/v1/organization/me`: what the official CLI asks of its organisation."""

from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.common import Nothing
from autumn_mock.world import World

_ON = (
    "bill_upgrade_immediately", "convert_to_charge_automatically", "prorate_unused",
    "checkout_on_failed_payment", "include_past_due", "sync_status", "merge_billing_cycles",
)  # fmt: skip
_OFF = (
    "anchor_start_of_month", "cancel_on_past_due", "reverse_deduction_order", "multiple_trials",
    "allow_paid_default", "cache_customer", "invoice_memos", "entity_product",
    "void_invoices_on_subscription_deletion", "default_applies_to_entities", "disable_overage_billing",
    "disable_stripe_writes", "disabled_auto_topup", "persist_free_overage", "dryrun_autotopups",
    "forward_customer_metadata", "automatic_tax", "multi_currency",
)  # fmt: skip


@operation("GET /organization/me", body=Nothing())
def me(world: World, body: Body, call: Call) -> Reply:
    """Which organisation and environment a key is of."""
    return {"id": f"org_{world.org}", "name": world.org, "slug": world.org, "env": world.env}


@operation("GET /organization", body=Nothing())
def organization(world: World, body: Body, call: Call) -> Reply:
    """The organisation with its settings, all of them as a new organisation has them."""
    state = world.store.world_states.get("world")
    return {
        "id": f"org_{world.org}",
        "name": world.org,
        "logo": None,
        "slug": world.org,
        "master": None,
        "success_url": "https://useautumn.com",
        "default_currency": OWN_CURRENCY,
        "stripe_connection": "default",
        "stripe_secret_key_connected": False,
        "stripe_oauth_connected": False,
        "through_master": False,
        "processor_configs": {"vercel": {"connected": False}, "revenuecat": {"connected": False}},
        "created_at": state.created_at if state else world.now(),
        "test_pkey": f"am_pk_test_{world.org}",
        "live_pkey": f"am_pk_live_{world.org}",
        "onboarded": True,
        "deployed": True,
        "config": {
            "usage_alerts": [],
            "sandbox_usage_alerts": [],
            **dict.fromkeys(_ON, True),
            **dict.fromkeys(_OFF, False),
        },
        "idempotency_config": None,
        "custom_buttons": [],
        "redis_config": None,
    }
