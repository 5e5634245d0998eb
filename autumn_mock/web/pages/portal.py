"""`/portal/bps_…`: where a customer looks after plans, card and invoices."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from autumn_mock.errors import ApiError
from autumn_mock.errors.billing_pages import CheckoutNotOpen
from autumn_mock.operations.billing.pages import portal
from autumn_mock.operations.billing.pages.portal_views import PortalView, portal_view
from autumn_mock.web.pages.base import in_world, page
from autumn_mock.web.pages.cards import (
    NOT_CONFIRMED,
    bank_asks,
    bank_page,
    card_part,
    holder_refused,
    read_card,
)
from autumn_mock.web.pages.typed import Form
from autumn_mock.world import World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

_DONE = {
    "cancel": "The plan is cancelled. It stays yours until its cycle ends.",
    "keep": "The plan stays.",
    "person": "Name and e-mail are saved.",
    "card": "The card is saved.",
}


def add_to(routes: Blueprint, emulator: "Emulator") -> None:
    """Add the routes of portals."""

    @routes.get("/portal/<page_id>")
    def show_portal(page_id: str) -> Response:
        with in_world(emulator.worlds.with_page(page_id)) as world:
            form = Form({"card": request.args["card"]} if "card" in request.args else {})
            notice = _DONE.get(request.args.get("done", ""))
            opened = "card" if "card" in request.args else None
            return _told(world, page_id, form, asked=request.args.get("cancel"), opened=opened, notice=notice)

    @routes.post("/portal/<page_id>")
    def change_portal(page_id: str) -> Response:
        form, wanted = Form(request.form), request.form.get("do", "")
        try:
            with in_world(emulator.worlds.with_page(page_id), pays=page_id) as world:
                return _change(world, portal_view(world, page_id), form, wanted)
        except CheckoutNotOpen:
            return _over()
        except ApiError as error:
            failure = {"title": error.message, "text": "Nothing was changed."}
            with in_world(emulator.worlds.with_page(page_id)) as world:
                return _told(world, page_id, form, status=error.status, opened=wanted, failure=failure)


def _change(world: World, view: PortalView, form: Form, wanted: str) -> Response:
    """Do what a form asks for, and lead back to the portal."""
    do = _DO.get(wanted)
    if do is None:
        return redirect(f"/portal/{view.id}", 303)
    answer = do(world, view, form)
    if answer is not None:
        return answer
    if form.problems:
        return _shown(view, form, 422, opened=wanted)
    return redirect(f"/portal/{view.id}?done={wanted}", 303)


def _cancel(world: World, view: PortalView, form: Form) -> None:
    portal.cancel_plan(world, view.id, form.text("plan"))


def _keep(world: World, view: PortalView, form: Form) -> None:
    portal.keep_plan(world, view.id, form.text("plan"))


def _change_person(world: World, view: PortalView, form: Form) -> None:
    name, email = form.name(), form.email(required=False)
    if not form.problems:
        portal.change_person(world, view.id, name, email)


def _change_card(world: World, view: PortalView, form: Form) -> Response | None:
    card = read_card(form, view.now)
    if form.problems:
        return None
    if bank_asks(card, form):
        return bank_page(card, form, view.org, None)
    if holder_refused(card, form):
        return _shown(view, form, 402, opened="card", failure=NOT_CONFIRMED)
    portal.change_card(world, view.id, card)
    return None


_DO: dict[str, Callable[[World, PortalView, Form], Response | None]] = {
    "cancel": _cancel,
    "keep": _keep,
    "person": _change_person,
    "card": _change_card,
}


def _over() -> Response:
    return page("problem.html", 410, title="This page has expired", problem="Go back and open it again.")


def _told(world: World, page_id: str, form: Form, status: int = 200, **said: Any) -> Response:
    try:
        view = portal_view(world, page_id)
    except CheckoutNotOpen:
        return _over()
    return _shown(view, form, status, **said)


def _shown(view: PortalView, form: Form, status: int = 200, **said: Any) -> Response:
    return page("portal.html", status, view=view, **card_part(form, view.now), **said)
