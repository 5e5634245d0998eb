"""What refuses an attach after everything was computed (reference: billing.attach, order of checks).

Invariant: the first failing check in the reference's order is the one that answers.
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.discounts import check_codes
from autumn_mock.domain.billing.invoice_lines import charges
from autumn_mock.domain.billing.plan_changes import STRIPE_CHECKOUT
from autumn_mock.domain.billing.wishes import END_OF_CYCLE, NOW
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.catalog.plans import is_free, is_one_off
from autumn_mock.domain.catalog.pricing import ONE_OFF, PREPAID, is_paid_recurring, plan_prices
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.periods import add_interval
from autumn_mock.errors import billing as errors

_MOST_BACKDATED_LINES = 250

Check = Callable[[Attachment, Holdings], None]


def check_attach(decided: Attachment, holdings: Holdings, *, previews: bool = False) -> None:
    """Raises the first failure. A preview may begin in the past although a page would have to be paid."""
    pageless = replace(decided, checkout=None) if previews else decided
    for check in _CHECKS:
        check(pageless if check is _starts_at else decided, holdings)
    check_codes(decided.wish.discounts, [decided.wish.plan.id])


def _same_plan(decided: Attachment, holdings: Holdings) -> None:
    current = decided.current
    if current is None:
        return
    running = holdings.plan_of(current)
    if running.id == decided.wish.plan.id:
        raise errors.PlanAlreadyAttached(name=running.name)
    if decided.wish.bills and is_paid_recurring(running) and current.stripe_subscription_id is None:
        raise errors.UnbilledPaidPlan(name=running.name)


def _merging(decided: Attachment, holdings: Holdings) -> None:
    wish = decided.wish
    if wish.own_subscription is False and is_paid_recurring(wish.plan) and decided.joins is None:
        raise errors.NothingToMergeWith


def _checkout(decided: Attachment, holdings: Holdings) -> None:
    check_checkout([decided], holdings)


def check_checkout(together: Sequence[Attachment], holdings: Holdings) -> None:
    """A page of the provider bills in one interval, and leaves nothing open that has begun. Raises
    CheckoutOfSeveralIntervals and AdjustableButImmediate."""
    if all(each.checkout != STRIPE_CHECKOUT for each in together):
        return
    if len({interval for each in together for interval in _paid_upfront(each, holdings)}) > 1:
        raise errors.CheckoutOfSeveralIntervals
    if any(each.wish.enables_at_once and each.wish.adjustable for each in together):
        raise errors.AdjustableButImmediate


def _paid_upfront(decided: Attachment, holdings: Holdings) -> set[tuple[str, int]]:
    """The intervals of what a plan charges now and again."""
    plan = decided.wish.plan
    prices = {of.id: of.price for of in plan_prices(plan)}
    charged = (
        prices[line.price_id]
        for line in charges(plan, holdings.features, decided.start)
        if line.period is not None and line.amount > 0
    )
    return {(price.interval, price.interval_count) for price in charged}


def _end_of_cycle(decided: Attachment, holdings: Holdings) -> None:
    if decided.immediate or (decided.current is None and decided.wish.starts_at is not None):
        return
    wish = decided.wish
    if wish.by_invoice and not wish.enables_at_once:
        raise errors.InvoiceOfDowngrade
    for item in wish.plan.items:
        once = item.price is not None and item.price.billing_method == PREPAID
        if once and item.price and item.price.interval == ONE_OFF and wish.quantities.get(item.feature_id):
            raise errors.ScheduledOneOffQuantity


def _anchor(decided: Attachment, holdings: Holdings) -> None:
    wish, anchor = decided.wish, decided.wish.anchor
    if anchor is None:
        return
    if anchor == NOW:
        if decided.at > decided.now and wish.starts_at is not None:
            raise errors.AnchorNowBeforeStart
    else:
        second = whole_second(int(anchor))
        if second <= whole_second(decided.now):
            raise errors.AnchorInThePast
        if second <= whole_second(decided.at):
            raise errors.AnchorBeforeStart
        if wish.ends_at is not None and second >= whole_second(wish.ends_at):
            raise errors.AnchorAfterEnd
    if decided.trial.ends_at is not None:
        raise errors.AnchorWithTrial
    if is_one_off(wish.plan):
        raise errors.AnchorOfOneOff
    if anchor == NOW and not decided.immediate:
        raise errors.AnchorOfScheduledSwitch


def _starts_at(decided: Attachment, holdings: Holdings) -> None:
    starts_at = decided.wish.starts_at
    if starts_at is None:
        return
    if decided.wish.schedule == END_OF_CYCLE:
        raise errors.StartAtEndOfCycle
    if starts_at < decided.now:
        _past_start(decided, holdings, starts_at)
    else:
        _future_start(decided)


def _past_start(decided: Attachment, holdings: Holdings, starts_at: int) -> None:
    if not is_paid_recurring(decided.wish.plan):
        raise errors.PastStartNotPaid
    if decided.scheduled or any(row.stripe_subscription_id for row in holdings.subscriptions):
        raise errors.PastStartJoins
    if decided.checkout is not None:
        raise errors.PastStartNeedsCheckout
    if decided.trial.ends_at is not None:
        raise errors.PastStartWithTrial
    periods = 0
    for of in plan_prices(decided.wish.plan):
        at = starts_at
        while of.recurring and at <= decided.now and periods <= _MOST_BACKDATED_LINES:
            periods += 1
            at = add_interval(at, of.price.interval, of.price.interval_count)
    if periods > _MOST_BACKDATED_LINES:
        raise errors.PastStartTooFar


def _future_start(decided: Attachment) -> None:
    wish = decided.wish
    if wish.by_invoice:
        raise errors.FutureStartByInvoice
    if not is_paid_recurring(wish.plan):
        raise errors.FutureStartNotPaid
    if wish.trial.given is not None or (wish.trial.available is not None and not wish.trial.removed):
        raise errors.FutureStartWithTrial


def _ends_at(decided: Attachment, holdings: Holdings) -> None:
    ends_at = decided.wish.ends_at
    if ends_at is None:
        return
    if ends_at <= decided.now:
        raise errors.EndInThePast
    if ends_at <= decided.at:
        raise errors.EndBeforeStart
    if is_free(decided.wish.plan):
        raise errors.EndOfFreePlan


def _carrying(decided: Attachment, holdings: Holdings) -> None:
    carry = decided.wish.carry
    asked = (
        ("carry_over_balances", "balance", carry.balances, errors.CarryBalanceOfHeld),
        ("carry_over_usages", "usage", carry.usages, errors.CarryUsageOfHeld),
    )
    for field, noun, feature_ids, held in asked:
        if feature_ids is None:
            continue
        if not decided.immediate:
            raise errors.CarryNotImmediate(field=field)
        for feature_id in feature_ids:
            feature = holdings.features.get(feature_id)
            if feature is not None and feature.type == BOOLEAN:
                raise errors.CarryOfBoolean(field=field, feature_id=feature_id, noun=noun)
            if feature is not None and not feature.consumable:
                raise held(feature_id=feature_id)


def _billing(decided: Attachment, holdings: Holdings) -> None:
    wish = decided.wish
    if not wish.prorates and wish.anchor != NOW and decided.trial.ends_running:
        raise errors.ProrationNoneEndsTrial
    taken = {row.subscription_id for row in holdings.subscriptions}
    if wish.subscription_id is not None and wish.subscription_id in taken:
        raise errors.DuplicateSubscriptionId(subscription_id=wish.subscription_id)
    if wish.own_lines is not None and decided.joins is None:
        raise errors.OwnLinesWithoutSubscription
    if wish.own_lines is not None and decided.trial.ends_running:
        raise errors.OwnLinesEndTrial
    if wish.reverts and (decided.current is None or decided.current.stripe_subscription_id is None):
        raise errors.RevertsToNothing


_CHECKS: tuple[Check, ...] = (
    _same_plan, _merging, _checkout, _end_of_cycle, _anchor, _starts_at, _ends_at, _carrying, _billing,
)  # fmt: skip
