"""Importing a plan that a customer has elsewhere (reference: billing.import).

Invariant: nothing is charged and nothing is announced; the plan stands there as if it had always run.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from autumn_mock.domain.billing.adopted import follows, period_of, trial_of
from autumn_mock.domain.billing.other_processors import REVENUECAT, STRIPE
from autumn_mock.domain.billing.plan_changes import replaces
from autumn_mock.domain.billing.quantities import units_bought
from autumn_mock.domain.billing.subscriptions import (
    ACTIVE,
    COUNTING,
    EXPIRED,
    PAST_DUE,
    Start,
    start_plan,
)
from autumn_mock.domain.catalog.pricing import ONE_OFF, USAGE_BASED, is_paid_recurring
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Balance, JsonObject, Plan, StripeSubscription, Subscription
from autumn_mock.errors.billing_import import (
    NoLineForBalance,
    ProcessorsConflict,
    SeveralLinesForBalance,
)

CANCELED, LIFETIME = "canceled", "lifetime"
MakeId = Callable[[str], str]


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: a plan, and what bills it."""

    plan: Plan
    sent: Mapping[str, Any]
    """The checked `plan` of the billable."""
    processor: str = STRIPE
    linked: bool = False
    """It names a subscription, of whatever processor."""
    billed_by: StripeSubscription | None = None
    anchor: int | None = None
    """Where its cycles are counted from, if that was said."""

    @property
    def status(self) -> str:
        derived = self.billed_by.status if self.billed_by is not None else ACTIVE
        return str(self.sent.get("status") or derived)

    @property
    def started_at(self) -> int | None:
        """When it began; the begin of what bills it, where that was not said."""
        if "started_at" in self.sent:
            return int(self.sent["started_at"])
        return self.billed_by.created_at if self.billed_by is not None else None


class Flashed(msgspec.Struct, frozen=True):
    """What becomes of one plan: a new row with its balances (none where it was there), and how it is told."""

    told: JsonObject
    row: Subscription | None = None
    balances: Sequence[Balance] = ()
    billed_by: StripeSubscription | None = None


def check_processors(imported: Iterable[Imported]) -> None:
    """Raises ProcessorsConflict."""
    processors = {each.processor for each in imported if is_paid_recurring(each.plan) and replaces(each.plan)}
    if {STRIPE, REVENUECAT} <= processors:
        raise ProcessorsConflict


def flash(wanted: Imported, holdings: Holdings, make_id: MakeId, *, now: int) -> Flashed:
    """What importing a plan does. Raises NoLineForBalance, SeveralLinesForBalance."""
    twin = _twin(wanted, holdings)
    if twin is not None:
        told = _told(wanted, twin.id) | {"skipped": True, "reason": "already_active"}
        return Flashed(told)
    row, balances = start_plan(wanted.plan, holdings.features, _start(wanted, holdings, now), make_id)
    balances = _with_amounts(balances, wanted.sent.get("balances") or ())
    row = _in_status(row, wanted, now).but(processor=wanted.processor, imported=True)
    told = _told(wanted, row.id) | {"skipped": False} | _doubts(wanted)
    return Flashed(told, row, () if row.status == EXPIRED else balances, wanted.billed_by)


def _twin(wanted: Imported, holdings: Holdings) -> Subscription | None:
    """The running row of the same version and processor."""
    for row in holdings.subscriptions:
        same = (row.plan, row.processor, row.entity) == (wanted.plan.internal_id, wanted.processor, None)
        if same and row.status in COUNTING:
            return row
    return None


def _told(wanted: Imported, row_id: str) -> JsonObject:
    return {
        "plan_id": wanted.plan.id,
        "processor": wanted.processor,
        "customer_product_id": row_id,
        "status": wanted.status,
    }


def _start(wanted: Imported, holdings: Holdings, now: int) -> Start:
    began, sent = wanted.started_at, wanted.sent
    anchor = wanted.anchor
    if anchor is None:
        anchor = wanted.billed_by.anchor if wanted.billed_by is not None else began
    given = {each["feature_id"]: each["quantity"] for each in sent.get("feature_quantities") or ()}
    follows_it = _followed(wanted, holdings)
    return Start(
        customer=holdings.customer,
        entities=holdings.entities,
        at=now,
        started_at=began,
        created_at=began,
        anchor=anchor,
        quantity=int(sent.get("quantity", 1)),
        feature_quantities=units_bought(wanted.plan, given),
        stripe_subscription_id=wanted.billed_by.id if wanted.billed_by is not None else None,
        trial_ends_at=trial_of(follows_it) if follows_it is not None else None,
        period=period_of(follows_it, wanted.plan, now=now) if follows_it is not None else None,
    )


def _followed(wanted: Imported, holdings: Holdings) -> StripeSubscription | None:
    """What bills it, if that is the customer's own and runs."""
    billed_by = wanted.billed_by
    return billed_by if billed_by is not None and follows(billed_by, holdings.customer) else None


def _in_status(row: Subscription, wanted: Imported, now: int) -> Subscription:
    """A cancelled plan runs on until the end of the period that is paid, if there is one."""
    status = wanted.status
    if status == CANCELED and row.current_period_end is not None and row.current_period_end > now:
        return row.but(canceled_at=now, expires_at=row.current_period_end)
    if status in {CANCELED, EXPIRED}:
        return row.but(status=EXPIRED, canceled_at=now, ended_at=now)
    return row.but(status=PAST_DUE if status == PAST_DUE else ACTIVE)


def _doubts(wanted: Imported) -> JsonObject:
    """What looks wrong about it; it is imported all the same."""
    if is_paid_recurring(wanted.plan) and not wanted.linked:
        return {"mismatch": True, "reason": "paid_plan_without_subscription"}
    resets = any(item.reset is not None and item.reset.interval != ONE_OFF for item in wanted.plan.items)
    if resets and wanted.anchor is None and wanted.billed_by is None and wanted.started_at is None:
        return {"mismatch": True, "reason": "no_resolvable_billing_anchor"}
    return {}


def _with_amounts(rows: list[Balance], amounts: Iterable[Mapping[str, Any]]) -> list[Balance]:
    found = {row.id: row for row in rows}
    for amount in amounts:
        row = _line_of(list(found.values()), amount)
        found[row.id] = _with_amount(row, amount)
    return list(found.values())


def _line_of(rows: list[Balance], amount: Mapping[str, Any]) -> Balance:
    wanted = amount.get("filter") or {}
    matching = [row for row in rows if row.feature_id == amount["feature_id"] and _fits(row, wanted)]
    if not matching:
        raise NoLineForBalance(feature_id=amount["feature_id"])
    if len(matching) > 1:
        raise SeveralLinesForBalance(feature_id=amount["feature_id"])
    return matching[0]


def _fits(row: Balance, wanted: Mapping[str, Any]) -> bool:
    behavior = "included" if row.price is None else row.price.billing_method
    if wanted.get("billing_behavior", behavior) != behavior:
        return False
    if "interval" not in wanted:
        return True
    resets = row.reset.interval if row.reset is not None and row.reset.interval != ONE_OFF else None
    return bool(wanted["interval"] == resets or (resets is None and wanted["interval"] == LIFETIME))


def _with_amount(row: Balance, amount: Mapping[str, Any]) -> Balance:
    """`balance` is what is left, whatever was used; `usage` is taken from the grant, below nothing only
    where that may be bought."""
    left: Decimal = amount.get("balance", row.balance)
    if "usage" in amount and "balance" not in amount:
        left -= amount["usage"]
        if not (row.price is not None and row.price.billing_method == USAGE_BASED):
            left = left if row.unlimited else max(ZERO, left)
    changed = row.but(balance=left)
    if "next_reset_at" in amount:
        changed = changed.but(next_reset_at=int(amount["next_reset_at"]))
    return changed


def not_in_image(flashed: Iterable[Flashed], holdings: Holdings) -> list[Subscription]:
    """The customer's running plans that the image does not name: they end."""
    kept = {each.told["customer_product_id"] for each in flashed}
    return [
        row
        for row in holdings.subscriptions
        if row.entity is None and row.parent is None and row.status in COUNTING and row.id not in kept
    ]


def told_as_expired(row: Subscription) -> JsonObject:
    return {
        "plan_id": row.plan_id,
        "processor": row.processor,
        "customer_product_id": row.id,
        "status": EXPIRED,
        "skipped": False,
        "expired": True,
        "reason": "expired_not_in_desired_state",
    }
