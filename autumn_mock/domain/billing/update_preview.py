"""An update that was decided, as its preview tells it (reference: billing.preview_update).

Invariant: a change in the row's own place brings nothing in and takes nothing out.
"""

from autumn_mock.domain.billing.attach_preview import plan_object
from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, IMMEDIATELY, Cancelling
from autumn_mock.domain.billing.requantifying import Requantified
from autumn_mock.domain.billing.subscriptions import SCHEDULED
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import JsonObject, Subscription

UPDATE_PLAN, UPDATE_QUANTITY, NO_CHANGE = "update_plan", "update_quantity", "none"

Sides = tuple[list[JsonObject], list[JsonObject]]
"""`incoming` and `outgoing`."""


def sides_of_cancel(decided: Cancelling, holdings: Holdings) -> Sides:
    """A plan that takes over comes in; the row itself goes on until its end."""
    row, after = decided.row, decided.after
    comes = comes_with(decided)
    later = decided.intent == END_OF_CYCLE
    if after is not None:
        comes.append(_shown(after, holdings))
    goes = _shown(row, holdings) | {"effective_at": decided.default_at if later else decided.now}
    return comes, [goes]


def comes_with(decided: Cancelling) -> list[JsonObject]:
    """The free plan that takes over."""
    if decided.default is None or decided.row.status == SCHEDULED:
        return []
    at = decided.default_at if decided.intent == END_OF_CYCLE else None
    return [plan_object(decided.default, {}, effective_at=at)]


def sides_of_quantities(decided: Requantified, holdings: Holdings, *, now: int) -> Sides:
    if decided.tops_up:
        return [], []
    return [_shown(decided.after, holdings)], [_shown(decided.row, holdings) | {"effective_at": now}]


def sides_of_replan(decided: Attachment, row: Subscription, holdings: Holdings) -> Sides:
    if decided.wish.in_place:
        return [], []
    units = decided.start.feature_quantities or {}
    comes = plan_object(
        decided.wish.plan,
        units,
        canceled_at=decided.start.canceled_at,
        expires_at=decided.start.expires_at,
    )
    return [comes], [_shown(row, holdings) | {"effective_at": decided.now}]


def _shown(row: Subscription, holdings: Holdings) -> JsonObject:
    return plan_object(
        holdings.plan_of(row),
        row.feature_quantities,
        canceled_at=row.canceled_at,
        expires_at=row.expires_at,
    )


def row_before(decided: Cancelling, holdings: Holdings) -> JsonObject:
    """The row of one of several updates as it was."""
    return _shown(decided.row, holdings)


def row_after(decided: Cancelling, holdings: Holdings) -> JsonObject:
    """And as it is afterwards; one that ends now is cancelled and over in the same instant."""
    after = decided.after
    if after is None and decided.intent == IMMEDIATELY:
        after = decided.row.but(canceled_at=decided.now, expires_at=decided.now)
    return _shown(after or decided.row, holdings)
