"""`billing.preview_multi_attach`: what attaching several plans would do (reference: several plans at once)."""

from collections.abc import Collection

from autumn_mock.domain.billing.attach_preview import multi_preview_object
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import JsonObject
from autumn_mock.operations.billing.execute import Step
from autumn_mock.operations.billing.multi_attach import load_and_decide_all
from autumn_mock.operations.billing.previews.attach_preview import credit_of, with_plans
from autumn_mock.operations.billing.previews.following import Follows, next_cycle
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_multi import preview_multi_attach_shape
from autumn_mock.world import World


@operation("billing.preview_multi_attach", body=preview_multi_attach_shape)
def preview_multi_attach(world: World, body: Body, call: Call) -> Reply:
    """What attaching them would do."""
    holdings, steps = load_and_decide_all(world, body)

    return previewed_all(world, holdings, steps, body["expand"])


def previewed_all(
    world: World,
    holdings: Holdings,
    steps: list[Step],
    expand: Collection[str] = (),
    follows: Follows = next_cycle,
) -> JsonObject:
    """The preview of decided plans: what `preview_multi_attach` answers and hosted pages show."""
    decided = [step for step, _ in steps]
    all_lines = [line for _, lines in steps for line in lines]
    preview = multi_preview_object(
        decided,
        holdings,
        all_lines,
        follows(world, holdings, steps),
        credit=credit_of(world, holdings.customer),
    )
    plans = {each.wish.plan.id: each.wish.plan for each in decided}
    for each in decided:
        if each.current is not None:
            plans.setdefault(each.current.plan_id, holdings.plan_of(each.current))
    return with_plans(world, preview, plans, expand)
