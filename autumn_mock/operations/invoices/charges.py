"""Reading the plans of a stand-alone invoice: which prices count, and how many units of what."""

from decimal import Decimal
from typing import Any

from autumn_mock.domain.catalog import plan_items
from autumn_mock.domain.catalog.pricing import PREPAID
from autumn_mock.domain.invoices.line_periods import Period, line_period
from autumn_mock.domain.invoices.rate_cards import card_of, credits_for, rate_for
from autumn_mock.domain.invoices.standalone import FeatureCharge, PlanCharge
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Customer, Entity, Plan, PlanItem
from autumn_mock.errors.invoices import NoQuantity, NoSuchLicense, QuantityAndUsage, UsageWithoutRate
from autumn_mock.operations.loading import find_entity, find_feature, find_plan
from autumn_mock.operations.registry import Body
from autumn_mock.world import World


def read_plan_charges(
    world: World, customer: Customer, sent: Body, usual: Entity | None, invoice: Period | None
) -> list[PlanCharge]:
    """One plan of the body and its licences. `usual` is the entity where the plan names none.

    Raises ProductNotFound, EntityNotFound, FeatureNotFound, NoSuchLicense, and what a period or a
    quantity raises that does not fit.
    """
    plan = find_plan(world, sent["plan_id"], sent.get("version"))
    entity = _entity(world, customer, sent, usual)
    period = line_period(sent, invoice, invoice)
    own = _Prices(world, plan, sent.get("customize") or {})
    charge = PlanCharge(
        plan=own.plan,
        entity=entity,
        prorates=sent.get("prorate", True),
        period=period,
        features=own.features(sent, period, invoice),
    )
    licenses = [_license(world, charge, each, invoice) for each in sent.get("license_quantities") or []]
    return [charge, *licenses]


def _entity(world: World, customer: Customer, sent: Body, usual: Entity | None) -> Entity | None:
    """Left out it is that of the request; null is the customer itself."""
    if "entity_id" not in sent:
        return usual
    return None if sent["entity_id"] is None else find_entity(world, customer, sent["entity_id"])


def _license(world: World, parent: PlanCharge, sent: Body, invoice: Period | None) -> PlanCharge:
    """Seats of a plan that the parent offers."""
    name = sent["license_plan_id"]
    offered = next((each for each in parent.plan.licenses if each.license_plan_id == name), None)
    if offered is None:
        raise NoSuchLicense(plan_id=parent.plan.id, license_plan_id=name)
    period = line_period(sent, parent.period, invoice)
    plan = find_plan(world, name, offered.version)
    own = _Prices(world, plan, sent.get("customize") or {})
    return PlanCharge(
        plan=own.plan,
        entity=parent.entity,
        prorates=sent.get("prorate", True),
        period=period,
        features=own.features(sent, period, invoice),
        seats=Decimal(sent["quantity"]),
        parent_id=parent.plan.id,
    )


class _Prices:
    """A plan with the prices and rate cards that count on one invoice."""

    def __init__(self, world: World, plan: Plan, customize: Body) -> None:
        self._world = world
        self.plan = plan
        if "price" in customize:
            self.plan = plan.but(price=plan_items.new_base_price(customize["price"], world.make_id))
        self._cards: dict[str, Any] = {}
        for each in customize.get("items") or []:
            feature = find_feature(world, each["feature_id"])
            if "price" in each:
                self.plan = self.plan.but(items=self._with_price(each))
            if "credit_schema" in (each.get("feature_override") or {}):
                self._cards[feature.id] = each["feature_override"]["credit_schema"]

    def _with_price(self, sent: Body) -> tuple[PlanItem, ...]:
        """The items with another price for one feature; a plan without the feature has it now."""
        sent_price, items = sent["price"], self.plan.items
        for at, item in enumerate(items):
            price = item.price
            if item.feature_id != sent["feature_id"] or price is None:
                continue
            if price.billing_method == sent_price["billing_method"]:
                own = plan_items.new_item_price(sent_price, item.included, self._world.make_id)
                return (*items[:at], item.but(price=own), *items[at + 1 :])
        return (*items, plan_items.new_item(sent, self._world.store.features.records, self._world.make_id))

    def features(self, sent: Body, parent: Period | None, invoice: Period | None) -> tuple[FeatureCharge, ...]:
        """The features that are billed. What is paid in advance is prorated unless it is said."""
        return tuple(
            FeatureCharge(
                feature_id=find_feature(self._world, each["feature_id"]).id,
                method=each["billing_behavior"],
                units=self._units(each),
                prorates=each.get("prorate", each["billing_behavior"] == PREPAID),
                period=line_period(each, parent, invoice),
            )
            for each in sent.get("feature_quantities") or []
        )

    def _units(self, sent: Body) -> Decimal:
        """As many as are said, or the credits that the use of other features comes to."""
        name = sent["feature_id"]
        if "quantity" in sent and "usage" in sent:
            raise QuantityAndUsage(feature_id=name)
        if "quantity" in sent:
            units: Decimal = sent["quantity"]
            return units
        if "usage" not in sent:
            raise NoQuantity(feature_id=name)
        return sum((self._credits(name, used) for used in sent["usage"]), ZERO)

    def _credits(self, system_id: str, used: Body) -> Decimal:
        system = find_feature(self._world, system_id)
        metered = find_feature(self._world, used["feature_id"])
        card = self._cards.get(system.id, card_of(system.credit_schema or ()))
        rate = rate_for(card, metered.id)
        if rate is None:
            raise UsageWithoutRate(feature_id=system.id, metered_feature_id=metered.id)
        return credits_for(rate, used["quantity"], used.get("properties") or {})
