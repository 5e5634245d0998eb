"""`customers.*` but the list (reference: customers)."""

from collections.abc import Mapping
from typing import Any

from autumn_mock.domain.controls.controls import check_counts, merge_controls
from autumn_mock.domain.customers import customers
from autumn_mock.domain.customers.billing_details import changed_details
from autumn_mock.domain.customers.default_plans import check_auto_enable, default_plans
from autumn_mock.domain.records import Customer, Entity, Plan
from autumn_mock.errors.customers import CustomerAlreadyExists, StripeCustomerUnknown
from autumn_mock.operations.billing.enable import enable_plans
from autumn_mock.operations.customer_view import show
from autumn_mock.operations.entity_making import auto_create
from autumn_mock.operations.loading import (
    find_customer,
    find_plan,
    look_up_customer,
    look_up_entity,
)
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.rewards.removing import forget_customer
from autumn_mock.operations.topups import start_enabled
from autumn_mock.schemas.customer_details import (
    get_customer,
    get_or_create_customer,
    rest_get_customer,
    rest_get_or_create_customer,
    rest_update_customer,
    update_customer,
)
from autumn_mock.schemas.customers import DeleteCustomer, RestDeleteCustomer
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.versions.customers import customer_in_version
from autumn_mock.world import World


@operation("customers.get_or_create", body=get_or_create_customer, reply=customer_in_version)
def get_or_create(world: World, body: Body, call: Call) -> Reply:
    """The customer of an id, or of an e-mail without one; made with its default plans if new."""
    customer = find_or_create(world, body["customer_id"], body, call)
    if "billing_details" in body:
        customer = _billed_as(world, customer, body["billing_details"])
    entity = _entity(world, customer, body)
    return show(world, customer, body, call, entity)


@operation("POST /customers", body=rest_get_or_create_customer, reply=customer_in_version)
def rest_get_or_create(world: World, body: Body, call: Call) -> Reply:
    """The legacy form of `customers.get_or_create`."""
    return get_or_create(world, {**body, "customer_id": body["id"]}, call)


@operation("customers.get", body=get_customer, reply=customer_in_version)
def get(world: World, body: Body, call: Call) -> Reply:
    """A customer by id or internal id."""
    return show(world, find_customer(world, body["customer_id"]), body, call)


@operation("GET /customers/{customer_id}", body=rest_get_customer, reply=customer_in_version)
def rest_get(world: World, body: Body, call: Call) -> Reply:
    """The legacy form of `customers.get`."""
    return get(world, body, call)


@operation("customers.update", body=update_customer, reply=customer_in_version)
def update(world: World, body: Body, call: Call) -> Reply:
    """Change what is given; nothing is written when a check fails."""
    customer = find_customer(world, body["customer_id"])

    check_counts(body.get("billing_controls"))
    changed = _renamed(world, customers.updated(customer, body), body)
    changed = _linked(world, changed, body)

    changed = merge_controls(changed, body.get("billing_controls"), now=world.now())
    if changed is not customer:
        world.store.customers.put(changed)
        _tell_stripe(world, changed)
    if "billing_details" in body:
        changed = _billed_as(world, changed, body["billing_details"])
    shown = show(world, changed, body, call)
    start_enabled(world, customer, changed)
    return shown


@operation("PATCH /customers/{customer_id}", body=rest_update_customer, reply=customer_in_version)
def rest_update(world: World, body: Body, call: Call) -> Reply:
    """The legacy form of `customers.update`: `id` is the new id."""
    renamed = {"new_customer_id": body["id"]} if "id" in body else {}
    return update(world, body | renamed, call)


@operation("customers.delete", body=DeleteCustomer())
def delete(world: World, body: Body, call: Call) -> Reply:
    """A customer and everything of it."""
    customer = find_customer(world, body["customer_id"])

    store, key = world.store, customer.internal_id
    for table in (store.subscriptions, store.balances, store.entities, store.invoices,
                  store.events, store.usage_windows, store.locks, store.stripe_subscriptions,
                  store.checkouts, store.license_assignments, store.credit_notes,
                  store.charges):  # fmt: skip
        for record in table.find("customer", key):
            table.delete(getattr(record, table.key))
    forget_customer(world, customer)
    store.customers.delete(key)
    if body["delete_in_stripe"] and customer.stripe_id:
        store.stripe_customers.delete(customer.stripe_id)
        for card in store.payment_methods.find("stripe_customer", customer.stripe_id):
            store.payment_methods.delete(card.id)
    return {"success": True}


@operation("DELETE /customers/{customer_id}", body=RestDeleteCustomer())
def rest_delete(world: World, body: Body, call: Call) -> Reply:
    """The legacy form of `customers.delete`."""
    return delete(world, body, call)


def find_or_create(world: World, customer_id: str | None, data: Mapping[str, Any], call: Call) -> Customer:
    """The customer of this id (or, without one, of `data`'s e-mail), made if there is none.

    `data` holds the fields of get_or_create. Raises what get_or_create raises.
    """
    known = _known(world, customer_id, data.get("email"))
    if known is not None:
        return _asked_again(world, known, data)
    return _made(world, {**data, "customer_id": customer_id})


def _known(world: World, customer_id: str | None, email: str | None) -> Customer | None:
    """By id; else the one of this e-mail that has no id yet, which a given id claims."""
    if customer_id is not None:
        found = look_up_customer(world, customer_id)
        if found is not None:
            return found
    if not email:
        return None
    nameless = world.store.customers.first("nameless_email", email.lower())
    if nameless is not None and customer_id is not None:
        nameless = nameless.but(id=customer_id)
        world.store.customers.put(nameless)
    return nameless


def _asked_again(world: World, customer: Customer, data: Mapping[str, Any]) -> Customer:
    completed = customers.completed(customer, data)
    if completed is not customer:
        world.store.customers.put(completed)
    if data.get("create_in_stripe", world.rules.creates_in_stripe):
        return ensure_stripe_customer(world.store, world.ids, completed, now=world.now())
    return completed


def _made(world: World, data: Mapping[str, Any]) -> Customer:
    customer = customers.new_customer(data, internal_id=world.make_id("cus_"), now=world.now())
    check_counts(data.get("billing_controls"))
    plans = _first_plans(world, data)

    customer = merge_controls(customer, data.get("billing_controls"), now=world.now())
    world.store.customers.put(customer)
    if data.get("create_in_stripe", world.rules.creates_in_stripe):
        customer = _in_stripe(world, customer)
    return enable_plans(world, customer, plans) if plans else customer


def _first_plans(world: World, data: Mapping[str, Any]) -> list[Plan]:
    """What a new customer begins with. Raises ProductNotFound or AutoEnablePlanNotFree."""
    plan_id = data.get("auto_enable_plan_id")
    if plan_id is None:
        return default_plans(world.store.plans, data.get("internal_options") or {})
    plan = find_plan(world, plan_id)
    check_auto_enable(plan)
    return [plan]


def _in_stripe(world: World, customer: Customer) -> Customer:
    """A given id that Stripe doesn't know is replaced by a new customer there."""
    if customer.stripe_id is not None and customer.stripe_id not in world.store.stripe_customers:
        customer = customer.but(stripe_id=None)
    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    _tell_stripe(world, customer)
    return customer


def _tell_stripe(world: World, customer: Customer) -> None:
    """Stripe's customer has the name and e-mail of ours."""
    if customer.stripe_id is None:
        return
    known = world.store.stripe_customers.get(customer.stripe_id)
    if known is not None and (known.name, known.email) != (customer.name, customer.email):
        world.store.stripe_customers.put(known.but(name=customer.name, email=customer.email))


def _billed_as(world: World, customer: Customer, given: Body) -> Customer:
    """Stripe's customer with these billing details; made if there is none."""
    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    payer = world.store.stripe_customers.must(customer.stripe_id or "")
    world.store.stripe_customers.put(payer.but(details=changed_details(payer.details, given)))
    return customer


def _renamed(world: World, customer: Customer, body: Body) -> Customer:
    new_id = body.get("new_customer_id")
    if new_id is None or new_id == customer.id:
        return customer
    other = look_up_customer(world, new_id)
    if other is not None and other.internal_id != customer.internal_id:
        raise CustomerAlreadyExists(customer_id=new_id)
    return customer.but(id=new_id)


def _linked(world: World, customer: Customer, body: Body) -> Customer:
    """`stripe_id`: a text must be known to Stripe, null and empty take the link away."""
    if "stripe_id" not in body:
        return customer
    stripe_id = body["stripe_id"] or None
    if stripe_id is not None and stripe_id not in world.store.stripe_customers:
        raise StripeCustomerUnknown(stripe_id=stripe_id)
    return customer.but(stripe_id=stripe_id)


def _entity(world: World, customer: Customer, body: Body) -> Entity | None:
    """The entity that the answer is seen by, made if `entity_data` says how. The customer stays
    whatever becomes of it."""
    entity_id = body.get("entity_id")
    if entity_id is None:
        return None
    return look_up_entity(world, customer, entity_id) or auto_create(
        world, customer, entity_id, body.get("entity_data")
    )
