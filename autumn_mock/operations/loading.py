"""Finding what an operation is about. Every operation begins here (load → decide → apply)."""

from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, Entity, Feature, Plan
from autumn_mock.errors.catalog import FeatureNotFound, PlanVersionNotFound, ProductNotFound
from autumn_mock.errors.customers import CustomerNotFound
from autumn_mock.errors.entities import EntityNotFound
from autumn_mock.world import World


def look_up_customer(world: World, customer_id: str) -> Customer | None:
    """By id, else by internal id."""
    customers = world.store.customers
    return customers.first("id", customer_id) or customers.get(customer_id)


def find_customer(world: World, customer_id: str) -> Customer:
    """Raises CustomerNotFound."""
    customer = look_up_customer(world, customer_id)
    if customer is None:
        raise CustomerNotFound(customer_id=customer_id)
    return customer


def look_up_entity(world: World, customer: Customer, entity_id: str) -> Entity | None:
    """By id within the customer, else by internal id."""
    entities = world.store.entities
    found = entities.first("customer_and_id", (customer.internal_id, entity_id))
    if found is None:
        found = entities.get(entity_id)
        if found is not None and found.customer != customer.internal_id:
            return None
    return found


def find_entity(world: World, customer: Customer, entity_id: str) -> Entity:
    """Raises EntityNotFound."""
    entity = look_up_entity(world, customer, entity_id)
    if entity is None:
        raise EntityNotFound(entity_id=entity_id)
    return entity


def find_feature(world: World, feature_id: str) -> Feature:
    """Raises FeatureNotFound."""
    feature = world.store.features.get(feature_id)
    if feature is None:
        raise FeatureNotFound(feature_id=feature_id)
    return feature


def look_up_plan(world: World, plan_id: str, version: int | None = None) -> Plan | None:
    """A version of a plan, the active one without `version`; internal ids work too."""
    versions = world.store.plans.find("id", plan_id)
    if version:
        return next((plan for plan in versions if plan.version == version), None)
    active = next((plan for plan in versions if plan.active), None)
    return active or world.store.plans.get(plan_id)


def find_plan(world: World, plan_id: str, version: int | None = None) -> Plan:
    """Raises ProductNotFound or PlanVersionNotFound."""
    plan = look_up_plan(world, plan_id, version)
    if plan is None and version:
        raise PlanVersionNotFound(plan_id=plan_id, version=version)
    if plan is None:
        raise ProductNotFound(plan_id=plan_id)
    return plan


def load_holdings(world: World, customer: Customer, entity: Entity | None = None) -> Holdings:
    """Everything that rules about this customer look at."""
    store, key = world.store, customer.internal_id
    return Holdings(
        customer=customer,
        subscriptions=tuple(s for s in store.subscriptions.find("customer", key) if s.status != "expired"),
        rows=tuple(store.balances.find("customer", key)),
        entities=tuple(store.entities.find("customer", key)),
        features=store.features.records,
        plans=store.plans.records,
        entity=entity,
        env=world.env,
    )
