"""A plan as one customer has it: its own price and items where it was customised, and the licences that
it offers with the seats that were ordered (reference: licences).

Invariant: everything that bills a customer's plan sees it like this, so paid seats are charged,
prorated and given back as any other price of it.
"""

from collections.abc import Mapping

from autumn_mock.domain.records import Plan, PlanLicense, Seats, Subscription

Plans = Mapping[str, Plan]
"""All plan versions by internal id."""


def plan_had(subscription: Subscription, plans: Plans) -> Plan:
    """The plan of a customer's row."""
    plan = plans[subscription.plan]
    if subscription.custom:
        plan = plan.but(price=subscription.price, items=subscription.items)
    if subscription.billing_controls is not None:
        plan = plan.but(billing_controls=subscription.billing_controls)
    if subscription.licenses is not None:
        plan = plan.but(licenses=subscription.licenses)
    if plan.licenses:
        plan = with_seats(plan, subscription.license_quantities, plans)
    return plan


def with_seats(plan: Plan, ordered: Mapping[str, int], plans: Plans) -> Plan:
    """The plan with the seats of its licences. `ordered` by the licence's plan, included ones counted."""
    seats = []
    for license in plan.licenses:
        offered = offered_plan(license, plans)
        seats.append(
            Seats(
                license=license,
                name=offered.name,
                price=offered.price,
                ordered=ordered.get(license.license_plan_id),
            )
        )
    return plan.but(seats=tuple(seats))


def offered_plan(license: PlanLicense, plans: Plans) -> Plan:
    """The plan that holders of a seat have: the version that the licence is bound to, with what is
    different about it here."""
    plan = plans.get(license.plan) or _of_version(license, plans)
    if license.customize is None:
        return plan
    return plan.but(price=license.price, items=license.items)


def _of_version(license: PlanLicense, plans: Plans) -> Plan:
    return next(
        plan
        for plan in plans.values()
        if plan.id == license.license_plan_id and plan.version == license.version
    )


def ordered_seats(asked: Mapping[str, int], before: Plan | None) -> dict[str, int]:
    """Seats altogether by licence: those that are asked for, else as many as were ordered before."""
    return {**_ordered(before), **asked}


def ordered_as_paid(asked: Mapping[str, int], before: Plan, after: Plan) -> dict[str, int]:
    """Seats altogether by licence of a plan that changes: those that are asked for, else those that it
    includes now and as many paid ones as before (reference: billing.update, license_quantities)."""
    included = {each.license_plan_id: each.included for each in after.licenses}
    kept = _ordered(before)
    for seats in before.seats:
        now = included.get(seats.license_plan_id)
        if now is not None and now != seats.license.included and seats.ordered is not None:
            kept[seats.license_plan_id] = now + seats.paid
    return {**kept, **asked}


def without_seats_paid_once(plan: Plan, before: Plan) -> Plan:
    """The plan with only those seats that are paid once which were not paid `before`."""
    paid = {each.license_plan_id: each.paid for each in before.seats}
    return plan.but(seats=tuple(_not_paid_yet(each, paid.get(each.license_plan_id, 0)) for each in plan.seats))


def _not_paid_yet(seats: Seats, paid: int) -> Seats:
    if seats.price is None or seats.price.interval != "one_off":
        return seats
    return seats.but(ordered=seats.license.included + max(0, seats.paid - paid))


def _ordered(plan: Plan | None) -> dict[str, int]:
    if plan is None:
        return {}
    return {each.license_plan_id: each.ordered for each in plan.seats if each.ordered is not None}
