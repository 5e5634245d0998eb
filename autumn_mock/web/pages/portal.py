"""`/portal/bps_…`: where a customer looks after plans, card and invoices."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from autumn_mock.errors import ApiError
from autumn_mock.errors.billing_pages import CheckoutNotOpen
from autumn_mock.operations.billing import portal
from autumn_mock.operations.billing.portal_views import PortalView, portal_view
from autumn_mock.web.pages.base import in_world, page
from autumn_mock.web.pages.cards import card_part
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
            said = {"notice": _DONE.get(request.args.get("done", ""))}
            opened = "card" if "card" in request.args else None
            return _told(world, page_id, form, asked=request.args.get("cancel"), opened=opened, **said)

    @routes.post("/portal/<page_id>")
    def change_portal(page_id: str) -> Response:
        with in_world(emulator.worlds.with_page(page_id), pays=page_id) as world:
            form, wanted = Form(request.form), request.form.get("do", "")
            view = portal_view(world, page_id)
            do = _DO.get(wanted)
            problem = None if do is None else _tried(world, view, form, do)
            if problem is not None or form.problems:
                return _shown(view, form, 422, opened=wanted, failure=problem)
            return redirect(f"/portal/{page_id}?done={wanted}", 303)


def _tried(
    world: World, view: PortalView, form: Form, do: Callable[[World, PortalView, Form], None]
) -> dict[str, str] | None:
    """Do it; why it can't be done, or None."""
    try:
        do(world, view, form)
    except ApiError as error:
        return {"title": error.message, "text": "Nothing was changed."}
    return None


def _cancel(world: World, view: PortalView, form: Form) -> None:
    portal.cancel_plan(world, view.id, form.text("plan"))


def _keep(world: World, view: PortalView, form: Form) -> None:
    portal.keep_plan(world, view.id, form.text("plan"))


def _change_person(world: World, view: PortalView, form: Form) -> None:
    name, email = form.name(), form.email(required=False)
    if not form.problems:
        portal.change_person(world, view.id, name, email)


_DO: dict[str, Callable[[World, PortalView, Form], None]] = {
    "cancel": _cancel,
    "keep": _keep,
    "person": _change_person,
}


def _told(world: World, page_id: str, form: Form, **said: Any) -> Response:
    try:
        view = portal_view(world, page_id)
    except CheckoutNotOpen:
        return page("problem.html", 410, title="This page has expired", problem="Go back and open it again.")
    return _shown(view, form, **said)


def _shown(view: PortalView, form: Form, status: int = 200, **said: Any) -> Response:
    return page("portal.html", status, view=view, **card_part(form, view.now), **said)
