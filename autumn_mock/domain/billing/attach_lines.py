"""What an attach charges and gives back at once (reference: billing, which lines, in this order).

Invariant: credits of what ends come first, then its use beyond the grants, then what begins.
"""

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from autumn_mock.domain.billing.arrears import arrears
from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.cancelling import entity_of
from autumn_mock.domain.billing.credits import credits, ending, without_equal_pairs
from autumn_mock.domain.billing.discounts import discounted
from autumn_mock.domain.billing.full_difference import larger
from autumn_mock.domain.billing.invoice_lines import Line, between, charges
from autumn_mock.domain.billing.plan_changes import is_in_trial, row_anchor
from autumn_mock.domain.billing.shared_cycle import charged_anew, given_back, moved_along
from autumn_mock.domain.billing.subscriptions import Start
from autumn_mock.domain.billing.waiting_lines import waiting
from autumn_mock.domain.billing.wishes import Means
from autumn_mock.domain.catalog.pricing import PlanPrice, plan_prices
from autumn_mock.domain.controls.limits_in_force import skips_overage_billing
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.plans_had import without_seats_paid_once
from autumn_mock.domain.licenses.seat_pools import seats_of
from autumn_mock.domain.licenses.succession import succession
from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.records import Subscription


def attach_lines(decided: Attachment, holdings: Holdings, means: Means) -> list[Line]:
    """The lines of an attach, unrounded, with what discounts take off."""
    return attach_lines_together([(decided, holdings)], means)[0]


def attach_lines_together(steps: Sequence[tuple[Attachment, Holdings]], means: Means) -> list[list[Line]]:
    """The lines of attaches that come on one invoice, whose discounts are taken off all of them together.

    Lines that a request brings are charged as they are.
    """
    found = []
    done = {row.id for decided, _ in steps for row in (*decided.ending, decided.current) if row is not None}
    for decided, holdings in steps:
        along = moved_along(decided, holdings, without=done)
        found.append(_lines(decided, holdings, means, along))
        done |= {row.id for row in along}
    if steps and steps[0][0].wish.own_lines is None:
        together = next((decided for decided, _ in steps if decided.joins is not None), steps[0][0])
        flat = discounted([line for lines in found for line in lines], together.discounts)
        rest = iter(flat)
        found = [[next(rest) for _ in lines] for lines in found]
    return [without_equal_pairs(lines) for lines in found]


def _lines(decided: Attachment, holdings: Holdings, means: Means, along: Sequence[Subscription]) -> list[Line]:
    """`along` are the plans whose cycle begins anew with it."""
    wish = decided.wish
    if wish.own_lines is not None and decided.immediate and wish.bills and not wish.reverts:
        return list(wish.own_lines)
    if not decided.settles:
        return []
    waited: list[Line] = []
    back: list[Line] = []
    owed: list[Line] = []
    for row in decided.ending:
        if row.stripe_subscription_id is None or is_in_trial(row, now=decided.now):
            continue
        waited += waiting(row, ends_at=decided.now)
        back += _credits(row, decided, holdings, means)
        for each in (row, *_seats_that_end(row, decided, holdings)):
            owed += _arrears(each, row, decided, holdings)
    new = _charges(decided, holdings)
    for row in along:
        back += given_back(row, decided, holdings, means.invoices)
        new += charged_anew(row, decided, holdings)
    if wish.bills_difference and decided.joins is not None and not decided.moves_anchor:
        back, new = larger(back, new, _prices(decided, holdings), anchor=decided.start.anchor, at=decided.now)
    return waited + back + owed + new


def _prices(decided: Attachment, holdings: Holdings) -> list[PlanPrice]:
    """Those of the plan, and of the plans that end with it."""
    plans = [decided.wish.plan, *(holdings.plan_of(row) for row in decided.ending)]
    return [price for plan in plans for price in plan_prices(plan)]


def _credits(row: Subscription, decided: Attachment, holdings: Holdings, means: Means) -> list[Line]:
    standing = Start(
        customer=holdings.customer,
        entity=entity_of(row, holdings),
        at=decided.now,
        anchor=row_anchor(row),
        quantity=row.quantity,
        feature_quantities=row.feature_quantities,
    )
    return credits(ending(row, holdings.plan_of(row), standing, holdings.features, means.invoices))


def _seats_that_end(row: Subscription, decided: Attachment, holdings: Holdings) -> tuple[Subscription, ...]:
    """The seats of a plan that ends which the new one does not take over as they are."""
    seats = seats_of(row, holdings)
    if row is not decided.current:
        return tuple(seats)
    return succession(seats, decided.wish.plan, holdings.plans).over


def _arrears(row: Subscription, billed: Subscription, decided: Attachment, holdings: Holdings) -> list[Line]:
    """Use of what is used up, in the period of what bills it; what is held goes on, what is carried is
    not billed now."""
    rows = [
        balance
        for balance in holdings.rows
        if balance.subscription == row.id
        and holdings.features[balance.feature_id].consumable
        and not decided.carry.usage_of(balance.feature_id)
        and not skips_overage_billing(holdings, balance.feature_id, now=decided.now)
    ]
    period = (max(billed.started_at, billed.current_period_start or billed.started_at), decided.now)
    plan, entity = holdings.plan_of(row), entity_of(row, holdings)
    lines = arrears(plan, rows, holdings.features, period, entity=entity)
    return [replace(line, row=billed.id) for line in lines]


def _charges(decided: Attachment, holdings: Holdings) -> list[Line]:
    plan, changed = decided.wish.plan, decided.wish.replaces_row
    if changed is not None and plan.seats:
        plan = without_seats_paid_once(plan, holdings.plan_of(changed))
    lines = charges(plan, holdings.features, decided.start)
    if decided.wish.starts_at is None:
        return lines
    by_price = {price.id: price for price in plan_prices(decided.wish.plan)}
    return [_since(line, by_price[line.price_id], decided.now) for line in lines]


def _since(line: Line, price: PlanPrice, now: int) -> Line:
    """A line of a plan that began in the past: one charge for every period begun since."""
    if line.period is None:
        return line
    begun, count = line.period[0], 1
    while (end := add_interval(begun, price.price.interval, price.price.interval_count * count)) <= now:
        count += 1
    words = line.description.replace(between(*line.period), between(begun, end))
    return replace(line, description=words, amount=line.amount * Decimal(count), period=(begun, end))
