"""`/checkout/cs_…`: the payment provider's page. A plan is paid for, a subscription begun, a card put on
file."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from autumn_mock.operations.billing import page_views
from autumn_mock.operations.billing.page_views import CheckoutView
from autumn_mock.operations.billing.paying import complete_checkout
from autumn_mock.web.pages.base import in_world, page, world_of_checkout
from autumn_mock.web.pages.typed import Form, next_expiry
from autumn_mock.world import World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

_ENDED = {
    "complete": (409, "Paid already", "This page was completed, and is paid once only."),
    "expired": (410, "This page has expired", "Go back and ask for a new one."),
}


def add_to(routes: Blueprint, emulator: "Emulator") -> None:
    """Add the routes of checkout pages."""

    @routes.get("/checkout/<page_id>")
    def show_checkout(page_id: str) -> Response:
        with in_world(world_of_checkout(emulator, page_id)) as world:
            return _shown(page_views.checkout_view(world, page_id), Form(request.args))

    @routes.post("/checkout/<page_id>")
    def pay_checkout(page_id: str) -> Response:
        with in_world(world_of_checkout(emulator, page_id)) as world:
            view = page_views.checkout_view(world, page_id)
            form = Form(request.form)
            return _paid(world, view, form) if view.state == "open" else _shown(view, form)


def _paid(world: World, view: CheckoutView, form: Form) -> Response:
    form.email(required=False), form.name(), form.card(view.now)
    if form.problems:
        return _shown(view, form, 422)
    complete_checkout(world, world.store.checkouts.must(view.id).url)
    return redirect(view.success_url, 303)


def _shown(view: CheckoutView, form: Form, status: int = 200, **said: Any) -> Response:
    if view.state != "open":
        status, title, text = _ENDED[view.state]
        return page(
            "problem.html", status, title=title, problem=text, link=view.success_url, link_text="Go on"
        )
    cards = {"shown": "4242 4242 4242 4242", "effect": "Works.", "all": [], "linked": []}
    expiry = next_expiry(view.now)
    return page("checkout.html", status, view=view, form=form, cards=cards, expiry=expiry, **said)
