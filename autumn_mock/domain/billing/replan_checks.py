"""What refuses an update of a plan after everything was computed (reference: billing.update, checks).

Invariant: the first failing check in the reference's order is the one that answers.
"""

from collections.abc import Sequence

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line, comes_to_something
from autumn_mock.domain.billing.wishes import NOW
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.catalog.pricing import ONE_OFF
from autumn_mock.domain.records import Plan
from autumn_mock.errors import billing as errors
from autumn_mock.errors import billing_update as update_errors


def check_charges_nothing(lines: Sequence[Line]) -> None:
    """A plan that is cancelled for the end of its cycle changes only for nothing. Raises EndsWithInvoice."""
    if any(comes_to_something(line) for line in lines):
        raise update_errors.EndsWithInvoice


def check_invoiced(lines: Sequence[Line]) -> None:
    """An invoice that is to be sent must have something to tell. Raises NothingToInvoice."""
    if not any(line.amount for line in lines):
        raise update_errors.NothingToInvoice


def check_replanned(decided: Attachment, before: Plan, lines: Sequence[Line]) -> None:
    """Raises the first failure; `before` is the plan as it runs."""
    if decided.wish.by_invoice:
        check_invoiced(lines)
    _check_trial(decided, before)
    _check_anchor(decided)
    if not decided.wish.prorates and decided.wish.anchor != NOW and decided.trial.ends_running:
        raise errors.ProrationNoneEndsTrial


def _check_trial(decided: Attachment, before: Plan) -> None:
    known = {item.entitlement_id for item in before.items}
    bought_once = any(
        item.price is not None and item.price.interval == ONE_OFF and item.entitlement_id not in known
        for item in decided.wish.plan.items
    )
    if decided.trial.ends_running and bought_once:
        raise update_errors.TrialEndsWithOneOff


def _check_anchor(decided: Attachment) -> None:
    anchor = decided.wish.anchor
    if anchor is None:
        return
    if isinstance(anchor, int) and whole_second(anchor) <= whole_second(decided.now):
        raise errors.AnchorInThePast
    if decided.trial.ends_at is not None:
        raise update_errors.AnchorInTrial
    if is_one_off(decided.wish.plan):
        raise update_errors.AnchorOfOneOffRow
