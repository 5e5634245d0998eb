"""What hosted pages show (reference: hosted pages).

Invariant: a page is told by the functions that decide what completing it does, so what a person sees is
what happens; nothing here writes.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.attaching_together import billed_first
from autumn_mock.domain.billing.hosted_pages import OPEN, SETUP, STRIPE, SUBSCRIPTION, mode_for, state_of
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.orders import Adjustable, Order, adjustable_of, order_of_preview
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import CheckoutSession, JsonObject, Plan
from autumn_mock.errors.billing_pages import CheckoutNotFound
from autumn_mock.operations.billing.attach import ATTACH, load_and_decide
from autumn_mock.operations.billing.begun import sent_for
from autumn_mock.operations.billing.multi_attach import (
    MULTI_ATTACH,
    load_and_decide_all,
)
from autumn_mock.operations.billing.pages.adjusting import least_quantities
from autumn_mock.operations.billing.pages.fulfilling import body_of
from autumn_mock.operations.billing.pages.pages import find_page
from autumn_mock.operations.billing.pages.setup_payment import SETUP_PAYMENT, plan_wanted
from autumn_mock.operations.billing.previews.attach_preview import previewed
from autumn_mock.operations.billing.previews.following import next_charge
from autumn_mock.operations.billing.previews.multi_attach_preview import previewed_all
from autumn_mock.operations.billing.previews.schedule_preview import previewed_schedule
from autumn_mock.operations.billing.schedule_deciding import CREATE_SCHEDULE
from autumn_mock.operations.billing.schedule_deciding import load_and_decide as decide_schedule
from autumn_mock.schemas.billing import attach_shape
from autumn_mock.schemas.billing_multi import multi_attach_shape
from autumn_mock.schemas.billing_schedule import create_schedule_shape
from autumn_mock.versions.version import Version
from autumn_mock.world import World

_ITS_ID = "{CHECKOUT_SESSION_ID}"
"""What the provider puts the id of the page for in the URLs that it leads to."""


class Chosen(msgspec.Struct, frozen=True):
    """What a person has chosen on a page so far."""

    quantities: Mapping[str, Decimal] = {}
    promotion_code: str | None = None


class CheckoutView(msgspec.Struct, frozen=True, kw_only=True):
    """A checkout page. `plans` are the names of those that begin; without an order nothing is charged.

    `failure` is why the last try failed, as the person was told.
    """

    id: str
    org: str
    now: int
    state: str
    mode: str
    success_url: str
    cancel_url: str | None
    name: str | None
    email: str | None
    failure: str | None = None
    plans: tuple[str, ...] = ()
    recurs: bool = False
    trial_ends_at: int | None = None
    order: Order | None = None
    adjustable: tuple[Adjustable, ...] = ()
    takes_code: bool = False


class _Told(msgspec.Struct, frozen=True):
    preview: JsonObject
    plans: tuple[Plan, ...]
    trial_ends_at: int | None
    adjustable: tuple[Adjustable, ...]


_NOTHING = Chosen()


def checkout_view(world: World, page_id: str, chosen: Chosen = _NOTHING) -> CheckoutView:
    """The checkout page of an id as it stands, with what was chosen on it; only an open one tells of an
    order.

    Raises CheckoutNotFound, and what the request raises when it is no longer possible.
    """
    page = find_page(world, page_id)
    if page.kind not in {STRIPE, SETUP}:
        raise CheckoutNotFound(url=page_id)
    state = state_of(page, now=world.now())
    tell = _TELL.get(page.operation) if state == OPEN else None
    page = page.but(quantities=dict(chosen.quantities), promotion_code=chosen.promotion_code)
    told = tell(world, page) if tell else None
    customer = world.store.customers.must(page.customer)
    params = page.request.get("checkout_session_params") or {}
    return CheckoutView(
        id=page.id,
        org=world.org,
        now=world.now(),
        state=state,
        mode=page.mode,
        success_url=page.success_url.replace(_ITS_ID, page.id),
        cancel_url=params.get("cancel_url"),
        name=customer.name,
        email=customer.email,
        failure=page.failure,
        plans=tuple(plan.name for plan in told.plans) if told else (),
        recurs=told is not None and mode_for(told.plans) == SUBSCRIPTION,
        trial_ends_at=told.trial_ends_at if told else None,
        order=order_of_preview(told.preview) if told else None,
        adjustable=told.adjustable if told else (),
        takes_code=page.mode != SETUP and not page.request.get("discounts"),
    )


def _attach(world: World, page: CheckoutSession) -> _Told:
    sent = sent_for(world, page)
    body = body_of(world, page, attach_shape(Version(page.version)))
    return _one_plan(world, page, load_and_decide(world, body, sent))


def _setup(world: World, page: CheckoutSession) -> _Told | None:
    """With a plan it is attached as soon as the card is on file."""
    body = plan_wanted(world, page)
    return None if body is None else _one_plan(world, page, load_and_decide(world, body))


def _one_plan(world: World, page: CheckoutSession, found: tuple[Attachment, Holdings, list[Line]]) -> _Told:
    decided, holdings, lines = found
    preview = previewed(world, decided, holdings, lines, follows=next_charge)
    return _told(world, page, preview, [decided], holdings)


def _multi_attach(world: World, page: CheckoutSession) -> _Told:
    body = body_of(world, page, multi_attach_shape(Version(page.version)))
    holdings, steps = load_and_decide_all(world, body, sent_for(world, page))
    first, others = billed_first([decided for decided, _ in steps])
    preview = previewed_all(world, holdings, steps, follows=next_charge)
    return _told(world, page, preview, [first, *others], holdings)


def _schedule(world: World, page: CheckoutSession) -> _Told:
    """Of a schedule the first phase is paid."""
    body = body_of(world, page, create_schedule_shape(Version(page.version)))
    sent = sent_for(world, page)
    decided = decide_schedule(world, body, sent)
    first = [step for step, _ in decided.steps]
    return _told(world, page, previewed_schedule(world, decided), first, decided.holdings)


def _told(
    world: World, page: CheckoutSession, preview: JsonObject, decided: list[Attachment], holdings: Holdings
) -> _Told:
    asked = least_quantities(world, page) if page.kind == STRIPE else {}
    return _Told(
        preview,
        tuple(each.wish.plan for each in decided),
        decided[0].trial.ends_at,
        tuple(
            found
            for each in decided
            for found in adjustable_of(
                each.wish.plan, each.start.feature_quantities or {}, asked, holdings.features
            )
        ),
    )


_TELL: dict[str, Callable[[World, CheckoutSession], _Told | None]] = {
    ATTACH: _attach,
    MULTI_ATTACH: _multi_attach,
    SETUP_PAYMENT: _setup,
    CREATE_SCHEDULE: _schedule,
}
