"""What must always add up for a customer, and in words what does not (reference: all of balances).

Pure, and never a reason to refuse a request: a broken invariant is a fault of this program.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from autumn_mock.domain.balances.balance_amounts import Amounts, amounts, rollover_amounts
from autumn_mock.domain.balances.balances import balances_and_flags
from autumn_mock.domain.billing.plan_changes import replaces
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.catalog.pricing import PREPAID
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.taxes import added_tax
from autumn_mock.domain.numbers import ZERO, decimal
from autumn_mock.domain.records import Balance, Event, Invoice, JsonObject, UsageWindow

Rule = Callable[[Holdings], Iterator[str]]

_ROUNDING = Decimal("1E-8")
"""Shown numbers are rounded, each by at most half of the tenth place."""


def broken(
    holdings: Holdings, *, windows: Iterable[UsageWindow], invoices: Iterable[Invoice], now: int
) -> list[str]:
    """What does not add up in what a customer holds."""
    found = [problem for rule in _RULES for problem in rule(holdings)]
    found += _windows(windows)
    found += _invoices(invoices)
    found += _shown(holdings, now)
    return found


def _references(holdings: Holdings) -> Iterator[str]:
    plans = {subscription.id for subscription in holdings.subscriptions}
    entities = {entity.internal_id for entity in holdings.entities}
    for row in holdings.rows:
        if row.customer != holdings.customer.internal_id:
            yield f"row {row.id} belongs to customer {row.customer}"
        if row.feature_id not in holdings.features:
            yield f"row {row.id} is of feature {row.feature_id}, which does not exist"
        if row.subscription is not None and row.subscription not in plans:
            yield f"row {row.id} is of plan {row.subscription}, which the customer does not have"
        if row.entity is not None and row.entity not in entities:
            yield f"row {row.id} is of entity {row.entity}, which does not exist"
        for key in row.entities:
            if key not in entities:
                yield f"row {row.id} has a share of entity {key}, which does not exist"
    for subscription in holdings.subscriptions:
        if subscription.plan not in holdings.plans:
            yield f"plan {subscription.id} is of version {subscription.plan}, which does not exist"
        if subscription.entity is not None and subscription.entity not in entities:
            yield f"plan {subscription.id} is of entity {subscription.entity}, which does not exist"


def _per_entity(holdings: Holdings) -> Iterator[str]:
    """A per-entity row keeps everything in its shares; any other has none."""
    for row in holdings.rows:
        if row.entity_feature_id is None and row.entities:
            yield f"row {row.id} has shares but is not per entity"
        if row.entity_feature_id is not None and row.balance != ZERO:
            yield f"row {row.id} is per entity but holds {row.balance} itself"


def _rollovers(holdings: Holdings) -> Iterator[str]:
    for row in holdings.rows:
        for rollover in row.rollovers:
            if rollover.balance < 0 or rollover.usage < 0:
                yield f"rollover {rollover.id} holds {rollover.balance}, used {rollover.usage}"
            for key, share in rollover.entities.items():
                if share.balance < 0 or share.usage < 0:
                    yield f"rollover {rollover.id} of {key} holds {share.balance}, used {share.usage}"


def _prepaid(holdings: Holdings) -> Iterator[str]:
    """What was bought in advance is what the plan says was bought."""
    plans = {subscription.id: subscription for subscription in holdings.subscriptions}
    for row in holdings.rows:
        if row.prepaid < 0 or row.quantity < 0:
            yield f"row {row.id} has {row.prepaid} prepaid of {row.quantity}"
        plan = plans.get(row.subscription or "")
        if plan is None or row.price is None or row.price.billing_method != PREPAID:
            continue
        bought = plan.feature_quantities.get(row.feature_id, ZERO)
        if row.prepaid != bought:
            yield f"row {row.id} has {row.prepaid} prepaid, its plan {plan.id} bought {bought}"


def _pools(holdings: Holdings) -> Iterator[str]:
    """A pool grants what its sources bring."""
    for pool in holdings.rows:
        if not pool.pool or pool.unlimited:
            continue
        brought = sum(
            (
                row.included * row.quantity + row.prepaid
                for row in holdings.rows
                if row.pooled and row.feature_id == pool.feature_id and row.reset == pool.reset
            ),
            ZERO,
        )
        if pool.included != brought:
            yield f"pool {pool.id} grants {pool.included}, its sources bring {brought}"


def _main_plans(holdings: Holdings) -> Iterator[str]:
    """One main plan of a group runs in a scope at a time; seats of licences stand beside it, and what was
    imported shows another house's books."""
    running: dict[tuple[str, str | None], str] = {}
    for row in holdings.subscriptions:
        if row.plan not in holdings.plans or row.status not in COUNTING:
            continue
        if row.parent is not None or row.imported:
            continue
        if not replaces(plan := holdings.plan_of(row)):
            continue
        scope = plan.group or "", row.entity
        if scope in running:
            yield f"plans {running[scope]} and {row.id} of group {scope[0]!r} run at once"
        running[scope] = row.id


_RULES: tuple[Rule, ...] = (_references, _per_entity, _rollovers, _prepaid, _pools, _main_plans)


def _windows(windows: Iterable[UsageWindow]) -> Iterator[str]:
    for window in windows:
        if window.usage < 0:
            yield f"counter {window.id} stands at {window.usage}"
        if window.starts_at >= window.ends_at:
            yield f"counter {window.id} ends before it starts"


def _invoices(invoices: Iterable[Invoice]) -> Iterator[str]:
    for invoice in invoices:
        lines = sum((line.amount for line in invoice.lines), ZERO) + added_tax(invoice.tax)
        if invoice.lines and lines != invoice.total:
            yield f"invoice {invoice.id} is of {invoice.total}, its lines come to {lines}"
        for line in invoice.lines:
            if line.discounted < ZERO or (line.discounted > ZERO and line.amount < ZERO):
                yield f"invoice {invoice.id} takes {line.discounted} off a line and leaves {line.amount}"


def _shown(holdings: Holdings, now: int) -> Iterator[str]:
    """What the API shows: a balance is its breakdown and its rollovers together."""
    balances, _ = balances_and_flags(holdings, now=now, listed=True)
    for feature_id, balance in balances.items():
        if balance["remaining"] < 0:
            yield f"{feature_id} has {balance['remaining']} left"
        if not balance["unlimited"]:
            yield from _sums(feature_id, balance, holdings, now)


def _sums(feature_id: str, balance: JsonObject, holdings: Holdings, now: int) -> Iterator[str]:
    items = balance["breakdown"]
    kept, used = _rolled_over(feature_id, holdings, now)
    freed = sum((row.replaceables for row in holdings.rows if row.feature_id == feature_id), 0)
    granted = _total(items, "included_grant", "prepaid_grant") + kept + used
    usage = _total(items, "usage") + used - freed
    if abs(granted - decimal(balance["granted"])) > _ROUNDING:
        yield f"{feature_id} grants {balance['granted']}, its parts {granted}"
    if abs(usage - decimal(balance["usage"])) > _ROUNDING:
        yield f"{feature_id} has used {balance['usage']}, its parts {usage}"


def _rolled_over(feature_id: str, holdings: Holdings, now: int) -> tuple[Decimal, Decimal]:
    """Left and used of rollovers; rows that are not seen have none that count."""
    found = [
        each
        for row in holdings.rows
        if row.feature_id == feature_id and not row.pooled
        for each in rollover_amounts(row, None, now)
    ]
    return sum((each.balance for each in found), ZERO), sum((each.usage for each in found), ZERO)


def _total(items: Iterable[JsonObject], *names: str) -> Decimal:
    return sum((decimal(item[name]) for item in items for name in names), ZERO)


def unaccounted(
    before: Mapping[str, Balance], after: Mapping[str, Balance], events: Iterable[Event]
) -> list[str]:
    """Rows that lost something else than what these new events say they took.

    Only for changes that were deductions: a reset or a purchase moves rows too.
    """
    told: dict[str, Decimal] = {}
    for event in events:
        for deduction in event.deductions or ():
            told[deduction.balance_id] = told.get(deduction.balance_id, ZERO) + deduction.value
    bought = {
        row.feature_id for key, row in after.items() if key in before and row.prepaid != before[key].prepaid
    }
    problems = []
    for key, now in after.items():
        old = before.get(key)
        if old is None or now.feature_id in bought or not is_deduction(old, now):
            continue
        names = {now.id, now.external_id, *(rollover.id for rollover in now.rollovers)}
        taken = _held(old) - _held(now)
        said = sum((told.get(name, ZERO) for name in names if name), ZERO)
        if abs(taken - said) > _ROUNDING:
            problems.append(f"row {key} lost {taken}, its events took {said}")
    return problems


def is_deduction(old: Balance, now: Balance) -> bool:
    """Nothing but what is left has changed."""
    kept = {
        "balance": now.balance,
        "entities": now.entities,
        "rollovers": now.rollovers,
        "drained": now.drained,
    }
    return old.but(**kept) == now and old.entities.keys() == now.entities.keys()


def _held(row: Balance) -> Decimal:
    of_row: Amounts = amounts(row, None)
    rollovers = sum(
        (
            rollover.balance + sum((share.balance for share in rollover.entities.values()), ZERO)
            for rollover in row.rollovers
        ),
        ZERO,
    )
    return of_row.balance + rollovers
