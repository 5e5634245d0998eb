"""What a billing action changed in a customer's plans, as webhooks tell it (reference: billing.updated,
customer.products.updated).

Invariant: a plan is told of only if something changed that `billing.updated` shows, or its prepaid
quantities did.
"""

from collections.abc import Iterable, Mapping

import msgspec

from autumn_mock.domain.billing.plan_changes import replaces
from autumn_mock.domain.billing.subscriptions import EXPIRED, PAST_DUE, SCHEDULED
from autumn_mock.domain.billing.turns import PAUSED, is_in_trial
from autumn_mock.domain.catalog.plan_order import is_upgrade
from autumn_mock.domain.catalog.plans import is_free, is_one_off
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import JsonObject, Plan, Subscription

TRIAL_ENDED, PHASE_CHANGED = "trial_ended", "phase_changed"


class PlanChange(msgspec.Struct, frozen=True):
    """A customer's plan before (None: it is new) and after."""

    before: Subscription | None
    after: Subscription

    @property
    def begins(self) -> bool:
        return self.after.status != SCHEDULED and (self.before is None or self.before.status == SCHEDULED)

    @property
    def ends(self) -> bool:
        return self.after.status == EXPIRED

    @property
    def action(self) -> str:
        if self.ends:
            return "expired"
        if self.begins:
            return "activated"
        return "scheduled" if self.before is None else "updated"

    @property
    def previous(self) -> JsonObject | None:
        """The old values of what changed."""
        if self.before is None:
            return None
        old, new = facts(self.before), facts(self.after)
        return {key: value for key, value in old.items() if value != new[key]} or None


def changes_between(before: Mapping[str, Subscription], after: Iterable[Subscription]) -> list[PlanChange]:
    """New plans first, then those that changed; seats of licences are not told of. `before` by id."""
    inserted, changed = [], []
    for subscription in after:
        old = before.get(subscription.id)
        if subscription.parent is not None or PAUSED in (subscription.status, old and old.status):
            continue
        if old is None and subscription.status != EXPIRED:
            inserted.append(PlanChange(None, subscription))
        elif old is not None and (facts(old) != facts(subscription) or _buys_other(old, subscription)):
            changed.append(PlanChange(old, subscription))
    return [*inserted, *changed]


def _buys_other(before: Subscription, after: Subscription) -> bool:
    """Other quantities of prepaid features: told without saying what they were."""
    return before.feature_quantities != after.feature_quantities


def facts(subscription: Subscription) -> JsonObject:
    """What of a plan can change so that it is told."""
    over = subscription.status == EXPIRED
    return {
        "status": "active" if subscription.status == PAST_DUE else subscription.status,
        "past_due": subscription.status == PAST_DUE,
        "canceled_at": subscription.canceled_at,
        "expires_at": subscription.expires_at or (subscription.ended_at if over else None),
        "trial_ends_at": subscription.trial_ends_at if is_in_trial(subscription) else None,
    }


def change_object(change: PlanChange, plan: Plan) -> JsonObject:
    """The element of `plan_changes`. Periods are null in every message of the reference."""
    told = facts(change.after)
    shown: JsonObject = {"action": change.action}
    if is_one_off(plan):
        shown["purchase"] = {
            "plan_id": plan.id, "status": told["status"], "expires_at": told["expires_at"],
        }  # fmt: skip
    else:
        shown["subscription"] = {
            "plan_id": plan.id,
            "status": told["status"],
            "past_due": told["past_due"],
            "started_at": change.after.started_at,
            "canceled_at": told["canceled_at"],
            "expires_at": told["expires_at"],
            "trial_ends_at": told["trial_ends_at"],
            "current_period_start": None,
            "current_period_end": None,
        }
    return shown | {"previous_attributes": change.previous, "item_changes": []}


def tags_of_changes(changes: Iterable[PlanChange]) -> tuple[str, ...]:
    """`trial_ended` and `phase_changed`, where that happened."""
    tags = []
    for change in changes:
        before = change.before
        if before is None:
            continue
        if is_in_trial(before) and not is_in_trial(change.after) and not change.ends:
            tags.append(TRIAL_ENDED)
        if before.status == SCHEDULED and change.begins:
            tags.append(PHASE_CHANGED)
    return tuple(dict.fromkeys(tags))


def scenario_of(
    change: PlanChange, changes: Iterable[PlanChange], holdings: Holdings, *, in_time: bool
) -> str | None:
    """What `customer.products.updated` calls a change; None: it tells nothing of it.

    `in_time`: it happened by itself, not by a request.
    """
    before, after = change.before, change.after
    if change.ends:
        return "expired" if in_time else "cancel"
    if change.begins:
        return "upgrade" if _is_dearer(change, changes, holdings) and not in_time else "new"
    if before is None:
        return None
    if (before.status == PAST_DUE) != (after.status == PAST_DUE):
        return "past_due" if after.status == PAST_DUE else "renew"
    if (before.canceled_at is None) == (after.canceled_at is None):
        return "update_prepaid_quantity" if _buys_other(before, after) else None
    if after.canceled_at is None:
        return "renew"
    return "downgrade" if _paid_plan_follows(after, holdings) else "cancel"


def _is_dearer(change: PlanChange, changes: Iterable[PlanChange], holdings: Holdings) -> bool:
    """It took the place of a cheaper plan that ended at once. What goes both ways is no step up: an
    equal price, other items of the same plan."""
    plan = holdings.plan_of(change.after)
    for other in changes:
        if other.ends and other.after.entity == change.after.entity and replaces(plan):
            ended = holdings.plan_of(other.after)
            if ended.group == plan.group and is_upgrade(ended, plan) and not is_upgrade(plan, ended):
                return True
    return False


def _paid_plan_follows(ending: Subscription, holdings: Holdings) -> bool:
    group = holdings.plan_of(ending).group
    for other in holdings.subscriptions:
        if other.status == SCHEDULED and other.entity == ending.entity:
            plan = holdings.plan_of(other)
            if plan.group == group and not is_free(plan):
                return True
    return False
