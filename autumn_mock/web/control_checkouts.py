"""Control routes for what a person does on a hosted page: completing it, leaving it, letting it settle."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from autumn_mock.domain.billing.hosted_pages import path_of, state_of
from autumn_mock.domain.links import Link
from autumn_mock.domain.records import CheckoutSession
from autumn_mock.operations.billing.one_at_a_time import processing_page
from autumn_mock.operations.billing.pages.paying import (
    PageInput,
    complete_checkout,
    expire_checkout,
    settle_checkout,
)
from autumn_mock.running import changing
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape, load_body
from autumn_mock.web.answers import base_url_of, encoder, json_response, read_json
from autumn_mock.web.control_base import calling_world, control_blueprint
from autumn_mock.world import World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


class Page(Shape):
    url = fields.String(required=True)


class CompletePage(Page):
    outcome = fields.String()
    card = fields.String()
    name = fields.String()
    email = fields.Email()
    save_card = fields.Boolean()
    quantities = fields.Map(fields.Number(minimum=0))
    promotion_code = fields.String()
    settle = fields.Boolean(load_default=True)


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control routes of hosted pages."""
    routes = control_blueprint("control_checkouts", "/_mock/checkouts")

    @routes.get("")
    def list_pages() -> Response:
        world = calling_world(emulator)
        with world.lock:
            pages = [_told(world, page) for page in world.store.checkouts]
        return _answer({"list": pages})

    @routes.post("/complete")
    def complete() -> Response:
        return _done(CompletePage(), _complete)

    @routes.post("/settle")
    def settle() -> Response:
        return _done(Page(), lambda world, body: settle_checkout(world, body["url"]))

    @routes.post("/expire")
    def expire() -> Response:
        return _done(Page(), lambda world, body: expire_checkout(world, body["url"]))

    def _done(shape: Shape, do: Callable[[World, dict[str, Any]], CheckoutSession]) -> Response:
        world = calling_world(emulator)
        body = load_body(shape, read_json(request.get_data()), world.rules)
        with changing(world, processing_page(world, body["url"])):
            page = do(world, body)
        return _answer({"success": True, "checkout": _told(world, page)})

    def _answer(value: Any) -> Response:
        return json_response(encoder(base_url_of(request.environ, emulator.settings))(value))

    return routes


def _complete(world: World, body: dict[str, Any]) -> CheckoutSession:
    typed = PageInput(**{name: value for name, value in body.items() if name not in {"url", "settle"}})
    return complete_checkout(world, body["url"], typed, settles=body["settle"])


def _told(world: World, page: CheckoutSession) -> dict[str, Any]:
    customer = world.store.customers.get(page.customer)
    return {
        "id": page.id,
        "url": Link(path_of(page)),
        "kind": page.kind,
        "mode": page.mode,
        "status": state_of(page, now=world.now()),
        "customer_id": customer and (customer.id or customer.internal_id),
        "operation": page.operation,
        "created_at": page.created_at,
        "expires_at": page.expires_at,
        "completed_at": page.completed_at,
        "success_url": page.success_url,
        "metadata": page.metadata,
        "invoice": page.invoice,
        "failure": page.failure,
    }
