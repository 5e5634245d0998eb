"""The registry of operations: wire name → function, request shape, and how the reply is stepped down.

    @operation("customers.get", body=GetCustomer(), reply=customer_in_version)
    def get(world: World, body: Body, call: Call) -> Reply: ...

`body` is a shape, or a function from version to shape. `reply` steps the newest-shape answer down to
the version of the call; None answers the newest shape to every version.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import msgspec
from marshmallow import Schema

from autumn_mock.call import Call
from autumn_mock.exclusions import Refuse
from autumn_mock.schemas.base import load_body
from autumn_mock.versions.version import Version
from autumn_mock.world import World

Body = dict[str, Any]
Reply = Any


class Answer(msgspec.Struct, frozen=True):
    """A reply with a status other than 200."""

    body: Reply
    status: int = 200


__all__ = [
    "OPERATIONS", "PUBLISHED", "Answer", "Body", "Call", "Exclusion", "Operation", "Reply",
    "load_operations", "operation",
]  # fmt: skip

Run = Callable[[World, Body, Call], Reply]
Until = Callable[[World, Body], int]
StepDown = Callable[[Reply, Call], Reply]
Shapes = Schema | Callable[[Version], Schema]


class Exclusion(msgspec.Struct, frozen=True):
    """What may not run twice at a time: `name` says what that is for a body."""

    name: Callable[[Body], str]
    refuse: Refuse
    check: Callable[[World, Body], None]
    """What else stands in the way, found inside the world. Raises it."""


class Operation(msgspec.Struct, frozen=True):
    name: str
    run: Run
    body: Shapes
    reply: StepDown | None = None
    published: bool = True
    missing: str = ""
    """What is not emulated of it, for the table of operations."""
    excludes: Exclusion | None = None
    moves_clock_to: Until | None = None
    """The operation lets time pass: until when, for a body. Time passes before it runs, in a
    transaction of its own."""

    def shape(self, version: Version) -> Schema:
        return self.body if isinstance(self.body, Schema) else self.body(version)

    def answer(self, world: World, request: Body, version: Version) -> Reply:
        """The newest-shape reply to a request that is made inside of another operation, or by a page."""
        body = load_body(self.shape(version), request, world.rules)
        return self.run(world, body, Call(version=version, raw=request))


OPERATIONS: dict[str, Operation] = {}

NAMESPACES = (
    "features", "plans", "products", "catalog", "rewards.rewards",
    "rewards.redeeming", "rewards.programs", "rewards.referrals", "rewards.legacy",
    "rewards.legacy_programs", "rewards.customer_coupons", "customers", "customer_list", "advancing",
    "entities",
    "entity_list", "balances", "balance_list", "checking", "tracking", "tokens", "balance_locks",
    "balance_removal",
    "events", "webhooks", "organization", "billing.attach", "billing.previews.attach_preview",
    "billing.update", "billing.previews.update_preview", "billing.multi_attach", "billing.multi_update",
    "billing.previews.multi_attach_preview", "billing.previews.multi_update_preview",
    "billing.create_schedule", "billing.previews.schedule_preview", "billing.pages.setup_payment",
    "billing.pages.open_portal",
    "billing.legacy.routes", "billing.legacy.checkout", "billing.importing", "billing.verifying",
    "invoices.listing", "invoices.inserting", "invoices.hosted",
    "invoices.creating", "invoices.templates", "invoices.collecting", "invoices.refunding",
    "invoices.crediting", "invoices.reissuing", "licenses.assignment",
    "licenses.lists", "subscription_list",
)  # fmt: skip
"""The modules of operations, in the order in which they are told."""


def operation(
    name: str,
    *,
    body: Shapes,
    reply: StepDown | None = None,
    missing: str = "",
    excludes: Exclusion | None = None,
    moves_clock_to: Until | None = None,
) -> Callable[[Run], Run]:
    """Register a function under its wire name."""

    def register(run: Run) -> Run:
        OPERATIONS[name] = Operation(
            name=name,
            run=run,
            body=body,
            reply=reply,
            published=name in PUBLISHED,
            missing=missing,
            excludes=excludes,
            moves_clock_to=moves_clock_to,
        )
        return run

    return register


def load_operations() -> dict[str, Operation]:
    """All operations, their modules imported."""
    for namespace in NAMESPACES:
        import_module(f"autumn_mock.operations.{namespace}")
    return OPERATIONS


def standing() -> list[dict[str, str]]:
    """How far each published operation is emulated: `full`, `partial` (what is missing), `not yet`."""
    return [_standing_of(name) for name in PUBLISHED]


def _standing_of(name: str) -> dict[str, str]:
    found = OPERATIONS.get(name)
    if found is None:
        return {"operation": name, "status": "not yet"}
    if found.missing:
        return {"operation": name, "status": "partial", "missing": found.missing}
    return {"operation": name, "status": "full"}


def _names(namespace: str, verbs: str) -> list[str]:
    return [f"{namespace}.{verb}" for verb in verbs.split()]


PUBLISHED: tuple[str, ...] = (
    *_names("balances", "batch_track check create delete finalize list track track_tokens update"),
    *_names(
        "billing",
        "attach create_schedule import multi_attach multi_update open_customer_portal "
        "preview_attach preview_multi_attach preview_multi_update preview_update setup_payment "
        "update verify",
    ),
    *_names("customers", "advance_test_clock delete get get_or_create list update"),
    *_names("entities", "create delete get list update"),
    *_names("events", "aggregate list"),
    *_names("features", "create delete get list update"),
    *_names(
        "invoices",
        "create finalize insert issue_credit_note list listTemplates pay reissue update void",
    ),
    *_names("keys", "mint refresh revoke"),
    *_names("licenses", "attach list list_assignments release"),
    *_names("logs", "search"),
    *_names("plans", "create delete get list update"),
    *_names(
        "platform",
        "disconnect_stripe get_revenuecat_keys get_stripe_connection link_revenuecat sync_revenuecat",
    ),
    *_names("purchases", "list"),
    *_names("referral_programs", "create delete get list update"),
    *_names("referrals", "create_code redeem_code"),
    *_names("rewards", "create delete get list redeem update"),
    *_names("sandboxes", "create delete list reset"),
    *_names("subscriptions", "list"),
    *_names("webhooks", "create delete get list preview_sync sync update"),
)
"""The published operations (reference: API, table of operations)."""
