"""Reading what an update makes of a plan: another version, price, items or trial."""

from autumn_mock.domain.billing.attach_trials import TrialWish
from autumn_mock.domain.billing.carry_over import NOTHING, Carry
from autumn_mock.domain.billing.plan_changes import NEVER
from autumn_mock.domain.billing.replanning import Replan, is_in_place, with_ids_of
from autumn_mock.domain.billing.update_checks import REPLANS
from autumn_mock.domain.billing.wishes import IMMEDIATE, Wish
from autumn_mock.domain.catalog.plan_items import new_free_trial
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.plans_had import ordered_as_paid, with_seats
from autumn_mock.domain.licenses.seat_checks import check_room
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Subscription
from autumn_mock.operations.billing.customizing import customized
from autumn_mock.operations.billing.discounts import read_discounts
from autumn_mock.operations.billing.wishes import seats_asked
from autumn_mock.operations.invoices.templates import read_terms
from autumn_mock.operations.loading import find_plan
from autumn_mock.operations.registry import Body
from autumn_mock.world import World

_EVERYTHING = Carry(usages=frozenset())


def read_replan(world: World, body: Body, holdings: Holdings, row: Subscription) -> Wish:
    """The row's plan as it shall be, in its own place. Raises what `Replan.check` raises."""
    before = holdings.plan_of(row)
    base = find_plan(world, row.plan_id, body["version"]) if "version" in body else before
    customize = body.get("customize") or {}
    own = with_ids_of(before, customized(world, base, customize))
    ordered = ordered_as_paid(seats_asked(body, own), before, own)
    after = with_seats(own, ordered, holdings.plans)
    check_room(row, after, holdings)
    trial = _trial(customize)
    if not REPLANS.isdisjoint(body):
        Replan(before=before, after=after, trial=trial).check()

    bills = not body.get("no_billing_changes")
    given_discounts = read_discounts(world, holdings.customer, body.get("discounts") or (), [after])
    sent = body.get("feature_quantities") or []
    invoice_mode = body.get("invoice_mode") or {}
    return Wish(
        plan=after,
        entity=holdings.entity,
        custom=row.custom if own is base and base is before else own is not base,
        trial=trial,
        quantities={each["feature_id"]: each.get("quantity", ZERO) for each in sent},
        redirect=NEVER,
        schedule=IMMEDIATE,
        subscription_id=row.subscription_id,
        carry=_carry(body),
        proration=body.get("proration_behavior"),
        anchor=body.get("billing_cycle_anchor"),
        bills=bills,
        by_invoice=bool(invoice_mode.get("enabled")),
        terms=read_terms(world, invoice_mode),
        finalizes=invoice_mode.get("finalize", True),
        enables_at_once=bool(invoice_mode.get("enable_plan_immediately")),
        replaces_row=row,
        in_place="version" not in body and is_in_place(customize),
        discounts=given_discounts if bills else (),
    )


def _trial(customize: Body) -> TrialWish:
    """A running trial goes on unless another one, or none, is given."""
    if "free_trial" not in customize:
        return TrialWish(keeps=True)
    given = new_free_trial(customize["free_trial"])
    return TrialWish(given=given, removed=given is None)


def _carry(body: Body) -> Carry:
    """All use goes on, unless it is said of what it does."""
    asked = body.get("carry_over_usages")
    if asked is None:
        return _EVERYTHING
    return Carry(usages=frozenset(asked.get("feature_ids") or ())) if asked["enabled"] else NOTHING
