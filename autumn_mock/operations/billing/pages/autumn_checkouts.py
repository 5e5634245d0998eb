"""Checkouts of this service: a link on which a person looks at a change and confirms it (reference: the
Autumn checkout page).

Invariant: what is shown and what confirming does come from the operation that made the link, run with
what was chosen; nothing is decided here.
"""

from autumn_mock.call import Call
from autumn_mock.domain.billing.hosted_pages import (
    ACTIONS,
    AUTUMN,
    COMPLETE,
    EXPIRED,
    OPEN,
    WAITING,
    mode_for,
    path_of,
    state_of,
)
from autumn_mock.domain.billing.plan_changes import STRIPE_CHECKOUT
from autumn_mock.domain.links import Link
from autumn_mock.domain.records import CheckoutSession, JsonObject
from autumn_mock.errors import ApiError
from autumn_mock.errors import billing_pages as errors
from autumn_mock.operations.billing.attach import ATTACH, load_and_decide
from autumn_mock.operations.billing.begun import begun_on
from autumn_mock.operations.billing.invoicing import billing_reply
from autumn_mock.operations.billing.legacy.older_form import in_newest_form
from autumn_mock.operations.billing.multi_attach import MULTI_ATTACH
from autumn_mock.operations.billing.one_at_a_time import refuse_while_processed
from autumn_mock.operations.billing.pages.adjusting import adjustable_ids, chosen_request
from autumn_mock.operations.billing.pages.fulfilling import fulfil
from autumn_mock.operations.billing.pages.pages import look_up_page, page_of
from autumn_mock.operations.billing.schedule_deciding import CREATE_SCHEDULE
from autumn_mock.operations.billing.update import UPDATE
from autumn_mock.operations.billing.update_deciding import load_row
from autumn_mock.operations.billing.wishes import Sent
from autumn_mock.operations.registry import OPERATIONS, Body
from autumn_mock.schemas.base import load_body
from autumn_mock.schemas.billing import attach_shape
from autumn_mock.schemas.billing_update import update_shape
from autumn_mock.stripe.checkouts import open_checkout
from autumn_mock.versions.version import Version
from autumn_mock.world import World

_SIDES = ["incoming.plan", "outgoing.plan"]
_STATES: dict[str, type[ApiError]] = {
    COMPLETE: errors.CheckoutCompleted,
    EXPIRED: errors.CheckoutExpired,
}


_PREVIEWS = {
    ATTACH: "billing.preview_attach",
    MULTI_ATTACH: "billing.preview_multi_attach",
    UPDATE: "billing.preview_update",
    CREATE_SCHEDULE: "billing.preview_create_schedule",
}


def show_checkout(world: World, checkout_id: str, chosen: Body) -> JsonObject:
    """A checkout that waits, with what was chosen on it so far.

    Raises CheckoutUnavailable and the like, and what previewing its change raises.
    """
    page = _waiting(world, checkout_id)
    customer = world.store.customers.must(page.customer)
    entity_id = page.request.get("entity_id")
    entity = world.store.entities.first("customer_and_id", (page.customer, entity_id)) if entity_id else None
    return {
        "env": world.env,
        "action": ACTIONS[page.operation],
        "status": "pending",
        "response": None,
        "preview": _preview(world, page, chosen_request(world, page, chosen)),
        "org": {"name": world.org, "logo": None},
        "customer": {"id": customer.id, "name": customer.name, "email": customer.email},
        "adjustable_feature_ids": adjustable_ids(page.request),
        "entity": entity and {"id": entity.id, "name": entity.name},
    }


def confirm_checkout(world: World, checkout_id: str, chosen: Body) -> JsonObject:
    """Do what the checkout asks to confirm. What has to be paid first leads on to the page for that."""
    page = _waiting(world, checkout_id)
    refuse_while_processed(world, page.request)
    request = chosen_request(world, page, chosen)
    product_id = _product_id(world, page)
    direct = {name: value for name, value in request.items() if name != "long_lived_checkout"}
    direct["redirect_mode"] = "if_required"

    reply = _done(world, page, direct)
    to_pay = _lead_on(world, page, reply)
    state = COMPLETE if to_pay is None else WAITING
    world.store.checkouts.put(page.but(status=state, completed_at=world.now()))
    return {
        **reply,
        "success": to_pay is None and "required_action" not in reply,
        "checkout_id": page.id,
        "product_id": product_id,
        "invoice_id": (reply.get("invoice") or {}).get("stripe_id"),
        "success_url": page.success_url,
    }


def start_checkout(world: World, checkout_id: str) -> str:
    """The path on which a long-lived link goes on: a page of the provider while one is needed to pay,
    else the one on which the change is confirmed."""
    page = _waiting(world, checkout_id)
    if not page.long_lived or page.operation != ATTACH:
        raise errors.NotLongLived
    request = {name: value for name, value in page.request.items() if name != "long_lived_checkout"}
    body = in_newest_form(world, load_body(attach_shape(Version(page.version)), request, world.rules))
    decided, holdings, _ = load_and_decide(world, body, Sent(begun=begun_on(world, page)))
    if decided.checkout != STRIPE_CHECKOUT:
        return f"/c/{page.id}"

    call = Call(version=Version(page.version), raw=request)
    wanted = page_of(world, call, holdings.customer, ATTACH)
    mode = mode_for([decided.wish.plan])
    opened = open_checkout(world.store, wanted.but(mode=mode, rows=page.begun, checkout=page.id))
    return path_of(opened)


def _waiting(world: World, checkout_id: str) -> CheckoutSession:
    """A checkout that nobody confirmed yet, with its request about the customer whatever that is called
    now. Raises by name what else it is."""
    page = world.store.checkouts.get(checkout_id)
    if page is None or page.kind != AUTUMN:
        raise errors.CheckoutUnavailable
    state = _state(world, page)
    if state != OPEN:
        raise _STATES.get(state, errors.CheckoutRequiresPayment)
    return page.but(request={**page.request, "customer_id": page.customer})


def _state(world: World, page: CheckoutSession) -> str:
    """One that was confirmed waits as long as the page that has to be paid; when that is over it stands as
    if nobody had confirmed it."""
    now = world.now()
    if page.status == WAITING:
        led_to = world.store.checkouts.find("checkout", page.id)
        if all(state_of(each, now=now) == EXPIRED for each in led_to):
            page = page.but(status=OPEN)
    return state_of(page, now=now)


def _done(world: World, page: CheckoutSession, request: JsonObject) -> JsonObject:
    """The reply of the operation; a plan that did not wait for this is only billed."""
    if not page.begun:
        return _run(world, page.operation, request, Version(page.version))
    fulfil(world, page)
    return billing_reply(world.store.customers.must(page.customer), request.get("entity_id"), None)


def _run(world: World, operation: str, request: JsonObject, version: Version) -> JsonObject:
    reply: JsonObject = OPERATIONS[operation].answer(world, request, version)
    return reply


def _preview(world: World, page: CheckoutSession, request: JsonObject) -> JsonObject:
    """The preview of the change with the fields that only these pages show."""
    expanded = {**request, "expand": _SIDES}
    shown = _run(world, _PREVIEWS[page.operation], expanded, Version(page.version))
    own = {each["description"] for each in request.get("custom_line_items") or ()}
    lines = [
        {"object": "preview_line_item", **line, "custom": line["description"] in own}
        for line in shown["line_items"]
    ]
    return {"object": f"{ACTIONS[page.operation]}_preview", **shown, "line_items": lines}


def _product_id(world: World, page: CheckoutSession) -> str:
    """The plan that a checkout is about, the first of several."""
    request = page.request
    for entry in (request, *(request.get("plans") or ()), *_first_phase(request)):
        named = entry.get("plan_id") or entry.get("product_id")
        if named:
            return str(named)
    body = in_newest_form(world, load_body(update_shape(Version(page.version)), request, world.rules))
    return load_row(world, body)[1].plan_id


def _first_phase(request: JsonObject) -> list[JsonObject]:
    phases = request.get("phases") or [{}]
    return list(phases[0].get("plans") or ())


def _lead_on(world: World, page: CheckoutSession, reply: JsonObject) -> CheckoutSession | None:
    """The page that has to be paid before the confirmed change happens. Writes where it came from."""
    url = reply.get("payment_url")
    to_pay = look_up_page(world, url.path) if isinstance(url, Link) else None
    if to_pay is not None:
        world.store.checkouts.put(to_pay.but(checkout=page.id))
    return to_pay
