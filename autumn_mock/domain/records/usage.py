"""Balances, events, locks and counters as stored (reference: balances, events)."""

from decimal import Decimal

from autumn_mock.domain.records.base import JsonObject, Record
from autumn_mock.domain.records.catalog import ItemPrice, Reset, RolloverRule


class EntityBalance(Record, frozen=True, kw_only=True):
    """One entity's share of a per-entity row."""

    balance: Decimal
    adjustment: Decimal = Decimal(0)


class Rollover(Record, frozen=True, kw_only=True):
    """What was kept at a reset. `expires_at` None: for ever. `entities` for per-entity rows, by entity."""

    id: str
    balance: Decimal
    usage: Decimal = Decimal(0)
    expires_at: int | None = None
    entities: dict[str, "RolloverShare"] = {}


class RolloverShare(Record, frozen=True, kw_only=True):
    balance: Decimal
    usage: Decimal = Decimal(0)


class Balance(Record, frozen=True, kw_only=True):
    """A row: one grant of one feature to one customer. Key: `id` (`cus_ent_…`).

    A plan row has a `subscription`; a loose row (made by `balances.create`) has none. `balance` is
    what is left, below 0 is overage; of an unlimited row it is minus the usage. A per-entity row
    keeps its balances in `entities` (by internal id of the entity) and its own at 0.
    """

    id: str
    customer: str
    feature_id: str
    created_at: int
    external_id: str | None = None
    entity: str | None = None
    """Internal id of the one entity that the row belongs to."""
    subscription: str | None = None
    plan_id: str | None = None
    entitlement_id: str | None = None
    included: Decimal = Decimal(0)
    """What the plan item or the grant allows, for one unit of the plan."""
    quantity: int = 1
    prepaid: Decimal = Decimal(0)
    """Units bought in advance: packs × billing units."""
    unlimited: bool = False
    balance: Decimal = Decimal(0)
    adjustment: Decimal = Decimal(0)
    entity_feature_id: str | None = None
    entities: dict[str, EntityBalance] = {}
    price: ItemPrice | None = None
    reset: Reset | None = None
    rollover: RolloverRule | None = None
    rollovers: tuple[Rollover, ...] = ()
    next_reset_at: int | None = None
    reset_anchor: int | None = None
    expires_at: int | None = None
    pooled: bool = False
    """A source of a pool: hidden from every calculation."""
    pool: bool = False
    """The customer-wide row that pooled plan items feed."""
    replaceables: int = 0
    """Seats that were given up but are paid until the period ends."""
    add_on: bool = False
    drained: bool = False
    resets_stopped: bool = False
    """It does not reset: its plan is past due, or over."""


class Deduction(Record, frozen=True, kw_only=True):
    """What one event took from one row or rollover, in that row's own unit."""

    balance_id: str
    feature_id: str
    value: Decimal
    plan_id: str | None = None
    reset: JsonObject | None = None
    entity_id: str | None = None
    credit_cost: Decimal | None = None


class Event(Record, frozen=True, kw_only=True):
    """Key: `id` (`evt_…`). `name` is the feature id or the event name that was tracked."""

    id: str
    name: str
    customer: str
    customer_id: str | None
    timestamp: int
    value: Decimal
    entity_id: str | None = None
    properties: JsonObject = {}
    deductions: tuple[Deduction, ...] | None = None


class LockTaking(Record, frozen=True, kw_only=True):
    """What a lock took from one row (or its rollover), in the row's unit, at that credit cost."""

    balance_id: str
    value: Decimal
    cost: Decimal
    rollover_id: str | None = None
    entity: str | None = None


class Lock(Record, frozen=True, kw_only=True):
    """Balance held back until it is confirmed or released. Key: `id`, the caller's lock id."""

    id: str
    customer: str
    feature_id: str
    value: Decimal
    created_at: int
    takings: tuple[LockTaking, ...] = ()
    entity: str | None = None
    properties: JsonObject = {}
    expires_at: int | None = None
    """Released at this instant."""
    forget_at: int | None = None
    """Forgotten at this instant, the amount stays used."""
    windows: tuple[JsonObject, ...] = ()


class UsageWindow(Record, frozen=True, kw_only=True):
    """The counter of a usage limit. Key: `id` (scope, feature, filter)."""

    id: str
    customer: str
    starts_at: int
    ends_at: int
    usage: Decimal = Decimal(0)
