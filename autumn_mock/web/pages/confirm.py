"""`/c/co_…`, `/u/co_…`, `/co/co_…`: a change that waits until a person confirms it."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from autumn_mock.domain.billing.hosted_pages import path_of
from autumn_mock.domain.links import Link
from autumn_mock.errors import ApiError
from autumn_mock.errors.billing_pages import CheckoutRequiresPayment
from autumn_mock.operations.billing.pages.autumn_checkouts import confirm_checkout, start_checkout
from autumn_mock.operations.billing.pages.confirm_views import ConfirmView, confirm_view, page_to_pay
from autumn_mock.web.pages.base import in_world, lead_to, page
from autumn_mock.web.pages.typed import Form
from autumn_mock.world import World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

_CHANGED = "What is due has changed since this page was shown. Please look at it, and confirm again."


def add_to(routes: Blueprint, emulator: "Emulator") -> None:
    """Add the routes of checkouts of this service."""

    @routes.get("/c/<page_id>")
    @routes.get("/u/<page_id>", endpoint="show_update")
    def show_change(page_id: str) -> Response:
        with in_world(emulator.worlds.with_page(page_id)) as world:
            form = Form(request.args)
            try:
                return _shown(_chosen(world, page_id, form)[0], form)
            except CheckoutRequiresPayment as error:
                return _waiting(world, page_id, error)

    @routes.post("/c/<page_id>")
    @routes.post("/u/<page_id>", endpoint="confirm_update")
    def confirm_change(page_id: str) -> Response:
        with in_world(emulator.worlds.with_page(page_id), pays=page_id) as world:
            form = Form(request.form)
            view, chosen = _chosen(world, page_id, form)
            return _confirm(world, view, chosen, form)

    @routes.get("/co/<page_id>")
    def start_long_lived(page_id: str) -> Response:
        with in_world(emulator.worlds.with_page(page_id)) as world:
            try:
                return redirect(start_checkout(world, page_id), 303)
            except CheckoutRequiresPayment as error:
                return _waiting(world, page_id, error)


def _chosen(world: World, page_id: str, form: Form) -> tuple[ConfirmView, dict[str, Any]]:
    """The page with the quantities and the code that were typed, as far as they can be had, and the body
    that says so."""
    view, chosen = confirm_view(world, page_id, {}), dict[str, Any]()
    typed = {each.feature_id: form.quantity(each.feature_id, each.least) for each in view.adjustable}
    quantities = [
        {"feature_id": key, "quantity": wanted} for key, wanted in typed.items() if wanted is not None
    ]
    if quantities:
        chosen["feature_quantities"] = quantities
    code = form.text("promotion_code")
    if code and view.takes_code:
        with_code = {**chosen, "discounts": [{"promotion_code": code}]}
        try:
            return confirm_view(world, page_id, with_code), with_code
        except ApiError as error:
            form.wrong("promotion_code", error.message)
    return (confirm_view(world, page_id, chosen) if chosen else view), chosen


def _confirm(world: World, view: ConfirmView, chosen: dict[str, Any], form: Form) -> Response:
    if form.problems:
        return _shown(view, form, 422)
    shown = form.text("shown")
    if shown and shown != str(view.order.due):
        return _shown(view, form, 409, notice=_CHANGED)
    reply = confirm_checkout(world, view.id, chosen)
    to_pay = reply["payment_url"]
    if to_pay is not None:
        return redirect(to_pay.path if isinstance(to_pay, Link) else to_pay, 303)
    return lead_to(view.success_url)


def _waiting(world: World, page_id: str, error: ApiError) -> Response:
    """It was confirmed, and waits for a payment."""
    to_pay = page_to_pay(world, page_id)
    link = None if to_pay is None else path_of(to_pay)
    return page(
        "problem.html",
        error.status,
        title="This change waits for its payment",
        problem="It was confirmed already.",
        link=link,
        link_text="Go on to the payment",
    )


def _shown(view: ConfirmView, form: Form, status: int = 200, **said: Any) -> Response:
    return page("confirm.html", status, leads_to=view.success_url, view=view, form=form, **said)
