"""`/checkout/cs_…`: the payment provider's page. A plan is paid for, a subscription begun, a card put on
file.

Invariant: nobody pays another amount than the page showed; if it has changed, the page is shown again.
"""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from autumn_mock.errors import ApiError
from autumn_mock.errors.billing_pages import CheckoutDeclined
from autumn_mock.operations.billing.pages.page_views import CheckoutView, Chosen, checkout_view
from autumn_mock.operations.billing.pages.paying import PageInput, complete_checkout
from autumn_mock.web.pages.base import in_world, lead_to, page
from autumn_mock.web.pages.cards import (
    NOT_CONFIRMED,
    bank_asks,
    bank_page,
    card_part,
    declined,
    holder_refused,
    read_card,
)
from autumn_mock.web.pages.typed import Form
from autumn_mock.web.pages.words import money
from autumn_mock.world import World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

_OPEN = "open"
_ENDED = {
    "complete": (409, "This is paid already", "Nothing was charged again."),
    "processing": (409, "This is paid already", "What was paid for is on its way."),
    "expired": (410, "This page has expired", "Nothing was charged. Go back and begin again."),
}
_CHANGED = "What is due has changed since this page was shown. Please look at it, and pay again."


def add_to(routes: Blueprint, emulator: "Emulator") -> None:
    """Add the routes of checkout pages."""

    @routes.get("/checkout/<page_id>")
    def show_checkout(page_id: str) -> Response:
        with in_world(emulator.worlds.with_page(page_id)) as world:
            form = Form(request.args)
            view, _ = _chosen(world, page_id, form)
            return _shown(view, form)

    @routes.post("/checkout/<page_id>")
    def pay_checkout(page_id: str) -> Response:
        form = Form(request.form)
        try:
            with in_world(emulator.worlds.with_page(page_id), pays=page_id) as world:
                view, chosen = _chosen(world, page_id, form)
                return _pay(world, view, chosen, form) if view.state == _OPEN else _shown(view, form)
        except CheckoutDeclined as error:
            with in_world(emulator.worlds.with_page(page_id)) as world:
                view, _ = _chosen(world, page_id, form)
                return _shown(view, form, error.status, failure=declined(error.message))


def _chosen(world: World, page_id: str, form: Form) -> tuple[CheckoutView, Chosen]:
    """The page with the quantities and the code that were typed, as far as they can be had."""
    view = checkout_view(world, page_id)
    typed = {each.feature_id: form.quantity(each.feature_id, each.least) for each in view.adjustable}
    quantities = {feature_id: wanted for feature_id, wanted in typed.items() if wanted is not None}
    chosen = Chosen(quantities)
    code = form.text("promotion_code")
    if code and view.takes_code:
        try:
            chosen = Chosen(quantities, code)
            return checkout_view(world, page_id, chosen), chosen
        except ApiError as error:
            form.wrong("promotion_code", error.message)
            chosen = Chosen(quantities)
    return (checkout_view(world, page_id, chosen) if quantities else view), chosen


def _pay(world: World, view: CheckoutView, chosen: Chosen, form: Form) -> Response:
    name, email, card = form.name(), form.email(required=False), read_card(form, view.now)
    if form.problems:
        return _shown(view, form, 422)
    shown = form.text("shown")
    if shown and view.order is not None and shown != str(view.order.due):
        return _shown(view, form, 409, notice=_CHANGED)
    if bank_asks(card, form):
        due = None if view.order is None else view.order.due
        return bank_page(
            card,
            form,
            view.org,
            money(due, view.order.currency) if due and view.order else None,
            view.success_url,
        )
    if holder_refused(card, form):
        return _shown(view, form, 402, failure=NOT_CONFIRMED)
    typed = PageInput(
        card=card.number,
        name=name,
        email=email,
        save_card=form.ticked("save"),
        quantities=chosen.quantities,
        promotion_code=chosen.promotion_code,
    )
    complete_checkout(world, view.id, typed)
    return lead_to(view.success_url)


def _shown(view: CheckoutView, form: Form, status: int = 200, **said: Any) -> Response:
    if view.state != _OPEN:
        status, title, text = _ENDED[view.state]
        return page("problem.html", status, title=title, problem=text, link=view.success_url, link_text="Go on")
    if view.failure and not said and not form.problems:
        said["failure"] = declined(view.failure)
    return page(
        "checkout.html", status, leads_to=view.success_url, view=view, **card_part(form, view.now), **said
    )
