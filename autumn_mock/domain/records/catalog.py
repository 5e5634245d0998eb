"""Features and plans as stored (reference: features, plans)."""

from decimal import Decimal

from autumn_mock.domain.records.base import JsonObject, Record


class CreditCost(Record, frozen=True, kw_only=True):
    """One line of a credit schema: a unit of the metered feature costs this many credits."""

    metered_feature_id: str
    credit_cost: Decimal


class Display(Record, frozen=True, kw_only=True):
    singular: str | None = None
    plural: str | None = None


class Feature(Record, frozen=True, kw_only=True):
    """Key: `id`. `consumable` is the stored usage kind (single use), also of a feature that became boolean."""

    id: str
    internal_id: str
    name: str
    type: str
    created_at: int
    consumable: bool = False
    credit_schema: tuple[CreditCost, ...] | None = None
    model_markups: JsonObject | None = None
    default_markup: Decimal | None = None
    provider_markups: JsonObject | None = None
    event_names: tuple[str, ...] = ()
    display: Display | None = None
    archived: bool = False


class Reset(Record, frozen=True, kw_only=True):
    """When a balance starts again. `one_off` never does."""

    interval: str
    interval_count: int = 1


class Tier(Record, frozen=True, kw_only=True):
    """`to` leaves the included amount out; None is without end."""

    to: Decimal | None = None
    amount: Decimal = Decimal(0)
    flat_amount: Decimal | None = None


class ItemPrice(Record, frozen=True, kw_only=True):
    """Key: `id` (`pr_…`). `amount` or `tiers`; `billing_method` is `prepaid` or `usage_based`."""

    id: str
    interval: str
    billing_method: str
    amount: Decimal | None = None
    tiers: tuple[Tier, ...] | None = None
    tier_behavior: str | None = None
    interval_count: int = 1
    billing_units: Decimal = Decimal(1)
    max_purchase: Decimal | None = None


class RolloverRule(Record, frozen=True, kw_only=True):
    """What is left at a reset may be kept: `max` units or `max_percentage` of the grant, for how long."""

    expiry_duration_type: str
    max: Decimal | None = None
    max_percentage: Decimal | None = None
    expiry_duration_length: int = 1


class PlanItem(Record, frozen=True, kw_only=True):
    """One feature in a plan. `reset` None: never resets and answers null (non-consumable, boolean)."""

    entitlement_id: str
    feature_id: str
    included: Decimal = Decimal(0)
    unlimited: bool = False
    pooled: bool = False
    reset: Reset | None = None
    price: ItemPrice | None = None
    rollover: RolloverRule | None = None
    entity_feature_id: str | None = None
    proration: JsonObject | None = None
    keeps_usage: bool = False
    """What was used of it stays used when the plan takes another one's place at once."""


class BasePrice(Record, frozen=True, kw_only=True):
    id: str
    amount: Decimal
    interval: str
    interval_count: int = 1


class FreeTrial(Record, frozen=True, kw_only=True):
    duration_length: int
    duration_type: str
    card_required: bool = True
    unique_fingerprint: bool = False


class PlanLicense(Record, frozen=True, kw_only=True):
    """A plan that this one offers as a licence for entities, with so many seats included."""

    license_plan_id: str
    version: int
    plan: str = ""
    """Internal id of that version."""
    included: int = 0
    prepaid_only: bool = True
    customize: JsonObject | None = None
    """How it differs from that version; `price` and `items` are what it comes to."""
    price: BasePrice | None = None
    items: tuple[PlanItem, ...] = ()


class Seats(Record, frozen=True, kw_only=True):
    """A licence as one customer has it: `ordered` seats altogether (None: those that are included)."""

    license: PlanLicense
    name: str
    """Of the licence's plan."""
    price: BasePrice | None = None
    ordered: int | None = None

    @property
    def license_plan_id(self) -> str:
        return self.license.license_plan_id

    @property
    def paid(self) -> int:
        """Seats beyond the included ones."""
        return max(0, (self.ordered or 0) - self.license.included)

    @property
    def granted(self) -> int:
        return self.license.included + self.paid


class Plan(Record, frozen=True, kw_only=True):
    """One version of a plan. Key: `internal_id` (`prod_…`). `active` marks the version meant by `id` alone."""

    internal_id: str
    id: str
    name: str
    version: int
    created_at: int
    active: bool = True
    description: str | None = None
    group: str = ""
    add_on: bool = False
    auto_enable: bool = False
    archived: bool = False
    price: BasePrice | None = None
    items: tuple[PlanItem, ...] = ()
    free_trial: FreeTrial | None = None
    config: JsonObject = {}
    metadata: JsonObject = {}
    billing_controls: JsonObject = {}
    licenses: tuple[PlanLicense, ...] = ()
    seats: tuple[Seats, ...] = ()
    """Its licences as a customer has them: only in the plan of a customer, never stored."""
    base_internal_id: str | None = None
    stripe_id: str | None = None
