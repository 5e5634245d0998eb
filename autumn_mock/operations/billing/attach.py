"""`billing.attach` (reference: billing.attach)."""

from autumn_mock.domain.attaching import Attachment, Means, Wish, decide
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import CheckoutSession, Customer, Entity, FreeTrial, Plan
from autumn_mock.errors.billing import PlanAlreadyAttached
from autumn_mock.errors.http import NotEmulated
from autumn_mock.operations.billing.execute import carry_out
from autumn_mock.operations.billing.invoicing import billing_reply
from autumn_mock.operations.billing.trials import available_trial
from autumn_mock.operations.loading import find_customer, find_entity, find_plan, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing import Attach
from autumn_mock.stripe.cards import default_card
from autumn_mock.stripe.checkouts import open_checkout
from autumn_mock.stripe.subscriptions import running_subscriptions
from autumn_mock.world import World

_NOT_EMULATED = (
    "license_quantities", "customize", "invoice_mode", "proration_behavior", "discounts",
    "new_billing_subscription", "billing_cycle_anchor", "starts_at", "ends_at", "long_lived_checkout",
    "custom_line_items", "processor_subscription_id", "carry_over_balances", "carry_over_usages",
    "no_billing_changes", "enable_plan_immediately", "currency", "remove_plan_ids",
)  # fmt: skip
"""Fields whose effect is not there yet: giving one is refused rather than passed over."""


@operation("billing.attach", body=Attach(), missing="the fields " + ", ".join(_NOT_EMULATED))
def attach(world: World, body: Body, call: Call) -> Reply:
    """Give a plan to a customer or an entity: charged at once, scheduled, or by a checkout page."""
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if body.get("entity_id") else None
    plan = find_plan(world, body["plan_id"], body.get("version"))
    refuse_unknown(body)
    holdings = load_holdings(world, customer, entity)

    wish = read_wish(body, plan, entity, available_trial(world, customer, plan, entity))
    decided = decide(wish, holdings, means_of(world, customer), now=world.now())
    check(decided, holdings)

    entity_id = body.get("entity_id")
    if decided.checkout is not None:
        page = open_checkout(world.store, _page(world, customer, call))
        return billing_reply(customer, entity_id, None, page.url)
    return billing_reply(customer, entity_id, carry_out(world, customer, decided))


def _page(world: World, customer: Customer, call: Call) -> CheckoutSession:
    session_id = world.ids.stripe("cs_test_")
    return CheckoutSession(
        id=session_id,
        customer=customer.internal_id,
        url=f"{world.settings.base_url}/checkout/{session_id}",
        operation="billing.attach",
        request=call.raw,
        created_at=world.now(),
    )


def refuse_unknown(body: Body) -> None:
    """Raises NotEmulated."""
    for name in _NOT_EMULATED:
        if name in body:
            raise NotEmulated(operation=f"billing.attach with {name}")


def read_wish(body: Body, plan: Plan, entity: Entity | None, trial: FreeTrial | None) -> Wish:
    return Wish(
        plan=plan,
        entity=entity,
        trial=trial,
        quantities={
            each["feature_id"]: each.get("quantity", ZERO) for each in body.get("feature_quantities", [])
        },
        redirect=body["redirect_mode"],
        schedule=body.get("plan_schedule"),
        subscription_id=body.get("subscription_id"),
    )


def means_of(world: World, customer: Customer) -> Means:
    return Means(
        has_card=default_card(world.store, customer) is not None,
        subscriptions=running_subscriptions(world.store, customer),
    )


def check(decided: Attachment, holdings: Holdings) -> None:
    """Raises the first failure that the reference names."""
    current = decided.current
    if current is not None and current.plan_id == decided.wish.plan.id:
        raise PlanAlreadyAttached(name=decided.wish.plan.name)
