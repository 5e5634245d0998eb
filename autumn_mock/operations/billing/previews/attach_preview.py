"""`billing.preview_attach`: what an attach would do, without doing it (reference: billing.preview_attach)."""

from collections.abc import Collection
from decimal import Decimal

from autumn_mock.domain.billing.attach_preview import preview_object
from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, JsonObject, Plan
from autumn_mock.operations.billing.attach import load_and_decide
from autumn_mock.operations.billing.legacy.older_form import in_newest_form
from autumn_mock.operations.billing.previews.following import Follows, next_cycle
from autumn_mock.operations.plans import show
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing import preview_attach_shape
from autumn_mock.world import World


@operation("billing.preview_attach", body=preview_attach_shape)
def preview_attach(world: World, body: Body, call: Call) -> Reply:
    """The lines, the next cycle, and the plans that come and go."""
    decided, holdings, lines = load_and_decide(world, in_newest_form(world, body), previews=True)

    return previewed(world, decided, holdings, lines, body["expand"])


def previewed(
    world: World,
    decided: Attachment,
    holdings: Holdings,
    lines: list[Line],
    expand: Collection[str] = (),
    follows: Follows = next_cycle,
) -> JsonObject:
    """The preview of a decided attach: what `preview_attach` answers and hosted pages show."""
    preview = preview_object(
        decided,
        holdings,
        lines,
        follows(world, holdings, [(decided, lines)]),
        credit=credit_of(world, holdings.customer),
    )
    plans = {decided.wish.plan.id: decided.wish.plan}
    for row in (decided.current, *decided.wish.removed):
        if row is not None:
            plans.setdefault(row.plan_id, holdings.plan_of(row))
    return with_plans(world, preview, plans, expand)


def credit_of(world: World, customer: Customer) -> Decimal | None:
    """What stands to the customer's credit; None without a Stripe customer."""
    payer = world.store.stripe_customers.get(customer.stripe_id) if customer.stripe_id else None
    return None if payer is None else payer.credit


def with_plans(
    world: World, preview: JsonObject, plans: dict[str, Plan], expand: Collection[str]
) -> JsonObject:
    """`incoming.plan` and `outgoing.plan` put the plan after its id."""
    for side in ("incoming", "outgoing"):
        if f"{side}.plan" in expand:
            preview[side] = [_with_plan(world, entry, plans[entry["plan_id"]]) for entry in preview[side]]
    return preview


def _with_plan(world: World, entry: JsonObject, plan: Plan) -> JsonObject:
    rest = {key: value for key, value in entry.items() if key != "plan_id"}
    return {"plan_id": entry["plan_id"], "plan": show(world, plan), **rest}
