"""`billing.preview_update`: what an update would do, without doing it (reference: billing.preview_update)."""

from autumn_mock.domain.billing import update_preview
from autumn_mock.domain.billing.attach_preview import credit_object, money_object
from autumn_mock.domain.billing.cancelling import Cancelling
from autumn_mock.domain.billing.next_cycle import NextCycle
from autumn_mock.domain.billing.requantifying import Requantified
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import JsonObject, Plan, Subscription
from autumn_mock.operations.billing.cancel import refund_for
from autumn_mock.operations.billing.legacy.older_form import in_newest_form
from autumn_mock.operations.billing.previews.attach_preview import credit_of, with_plans
from autumn_mock.operations.billing.previews.following_update import after_update
from autumn_mock.operations.billing.update_deciding import (
    Decided,
    Replanned,
    decide_update,
    end_of,
    intent_of,
    load_row,
    refund_asked,
)
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_update import preview_update_shape
from autumn_mock.world import World


@operation("billing.preview_update", body=preview_update_shape)
def preview_update(world: World, body: Body, call: Call) -> Reply:
    """The lines, the next cycle, what comes and goes, and what is meant."""
    body = in_newest_form(world, body)
    holdings, row = load_row(world, body)

    decided = decide_update(world, body, holdings, row)

    refund = refund_asked(body)
    following = after_update(world, holdings, row, decided, body)
    shown = _previewed(world, holdings, row, decided, following, refunds=refund is not None)
    if refund is not None and isinstance(decided, Cancelling):
        back = refund_for(world, decided, refund)
        shown |= {} if back is None else {"refund": back.shown()}
    shown["intent"] = intent_of(decided)
    shown |= credit_object(credit_of(world, holdings.customer))
    return with_plans(world, shown, _plans(holdings, row, decided), body["expand"])


def _previewed(
    world: World,
    holdings: Holdings,
    row: Subscription,
    decided: Decided,
    following: NextCycle | None,
    *,
    refunds: bool,
) -> JsonObject:
    now, credit = world.now(), credit_of(world, holdings.customer)
    if isinstance(decided, Cancelling):
        lines = () if refunds else decided.lines
        incoming, outgoing = update_preview.sides_of_cancel(decided, holdings)
    elif isinstance(decided, Requantified):
        lines = decided.lines
        incoming, outgoing = update_preview.sides_of_quantities(decided, holdings, now=now)
    elif isinstance(decided, Replanned):
        lines = tuple(decided.lines)
        incoming, outgoing = update_preview.sides_of_replan(decided.attachment, row, holdings)
    else:
        lines, incoming, outgoing = (), [], []
    end = end_of(decided)
    if end is not None and end is not decided:
        incoming = update_preview.comes_with(end) + incoming
    shown = money_object(holdings, lines, following, credit=credit)
    return shown | {"incoming": incoming, "outgoing": outgoing}


def _plans(holdings: Holdings, row: Subscription, decided: Decided) -> dict[str, Plan]:
    """The plans that the preview names, by id."""
    plans, end = {row.plan_id: holdings.plan_of(row)}, end_of(decided)
    if end is not None and end.default is not None:
        plans[end.default.id] = end.default
    return plans
