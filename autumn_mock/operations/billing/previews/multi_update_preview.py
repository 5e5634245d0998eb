"""`billing.preview_multi_update`: what several updates would do (reference: several updates at once)."""

from autumn_mock.domain.billing.attach_preview import money_object, summed
from autumn_mock.domain.billing.cancelling import Cancelling
from autumn_mock.domain.billing.update_preview import row_after, row_before
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import JsonObject
from autumn_mock.operations.billing.multi_update import Scoped, by_subscription, load_and_decide
from autumn_mock.operations.billing.previews.attach_preview import credit_of
from autumn_mock.operations.billing.previews.following_update import after_several
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_multi import MultiUpdate
from autumn_mock.world import World


@operation("billing.preview_multi_update", body=MultiUpdate())
def preview_multi_update(world: World, body: Body, call: Call) -> Reply:
    """What they would do, for each Stripe subscription."""
    holdings, decided = load_and_decide(world, body)
    customer = holdings.customer

    shown = [
        _previewed(world, holdings, decided, [each for _, each in together])
        for billed_by, together in by_subscription(decided).items()
        if billed_by is not None
    ]
    return {
        "object": "multi_update_preview",
        "customer_id": customer.id or customer.internal_id,
        "currency": OWN_CURRENCY,
        "total": number(summed(line for _, each in decided for line in each.lines)),
        "subscriptions": shown,
    }


def _previewed(
    world: World, holdings: Holdings, decided: list[Scoped], together: list[Cancelling]
) -> JsonObject:
    lines = [line for each in together for line in each.lines]
    following = after_several(world, holdings, decided, together)
    shown = money_object(holdings, lines, following, credit=credit_of(world, holdings.customer))
    shown["incoming"] = [row_after(each, holdings) for each in together]
    shown["outgoing"] = [row_before(each, holdings) for each in together]
    return shown | {"plan_ids": [each.row.plan_id for each in together]}
