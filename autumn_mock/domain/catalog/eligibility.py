"""What attaching each plan would mean for a customer: `customer_eligibility` (reference: plans.list)."""

from collections.abc import Mapping, Sequence

import msgspec

from autumn_mock.domain.catalog.plan_order import is_upgrade
from autumn_mock.domain.catalog.plans import is_free, is_one_off
from autumn_mock.domain.records import JsonObject, Plan, Subscription

_RUNNING = frozenset({"active", "past_due"})


class Held(msgspec.Struct, frozen=True):
    """The plans of one scope: of an entity, or those of a customer that belong to no entity."""

    subscriptions: Sequence[Subscription]
    plans: Mapping[str, Plan]
    """All plan versions by internal id."""

    def of_plan(self, plan: Plan) -> tuple[Subscription | None, Subscription | None]:
        """The running and the scheduled subscription of a plan, of any version."""
        running = scheduled = None
        for each in self.subscriptions:
            if each.plan_id != plan.id:
                continue
            if each.status in _RUNNING:
                running = running or each
            elif each.status == "scheduled":
                scheduled = scheduled or each
        return running, scheduled

    def main_plan(self, group: str) -> Plan | None:
        """The running plan of a group that is neither an add-on nor paid once."""
        for each in self.subscriptions:
            plan = self.plans.get(each.plan)
            if plan is None or each.status not in _RUNNING or plan.group != group or plan.add_on:
                continue
            plan = plan.but(price=each.price, items=each.items) if each.custom else plan
            if not is_one_off(plan):
                return plan
        return None


def eligibility(plan: Plan, held: Held, *, trial_unused: bool, now: int) -> JsonObject:
    """The whole object, `scenario` included, which only older versions show."""
    running, scheduled = held.of_plan(plan)
    scenario = _scenario(plan, held, running, scheduled)
    shown: JsonObject = {}
    if plan.free_trial is not None:
        shown["trial_available"] = scenario != "downgrade" and trial_unused
    if running is not None:
        shown["status"] = "active"
        shown["canceling"] = running.canceled_at is not None
        shown["trialing"] = running.trial_ends_at is not None and running.trial_ends_at > now
    elif scheduled is not None:
        shown["status"] = "scheduled"
    shown["attach_action"] = _attach_action(plan, held, held_already=bool(running or scheduled))
    shown["scenario"] = scenario
    return shown


def _attach_action(plan: Plan, held: Held, *, held_already: bool) -> str:
    if is_one_off(plan):
        return "purchase"
    if held_already:
        return "none"
    current = None if plan.add_on else held.main_plan(plan.group)
    if current is None:
        return "activate"
    return "upgrade" if is_upgrade(current, plan) else "downgrade"


def _scenario(plan: Plan, held: Held, running: Subscription | None, scheduled: Subscription | None) -> str:
    if is_one_off(plan):
        return "new"
    going = "renew" if running is not None and running.canceled_at is not None else "active"
    if plan.add_on:
        return going if running is not None and not is_free(plan) else "new"
    current = held.main_plan(plan.group)
    if current is None:
        return "new"
    if current.id == plan.id:
        return going
    if scheduled is not None:
        return "scheduled"
    if is_free(plan):
        return "new" if is_free(current) else "cancel"
    return "upgrade" if is_upgrade(current, plan) else "downgrade"
