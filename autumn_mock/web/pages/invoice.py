"""`/invoice/in_…`: an invoice to look at, and to pay while it is open."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from autumn_mock.errors.billing_pages import CheckoutDeclined
from autumn_mock.operations.billing.pages.invoice_views import InvoiceView, invoice_view
from autumn_mock.operations.billing.pages.paying import PageInput, complete_checkout
from autumn_mock.web.pages.base import in_world, page
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


def add_to(routes: Blueprint, emulator: "Emulator") -> None:
    """Add the routes of invoices."""

    @routes.get("/invoice/<invoice_id>")
    def show_invoice(invoice_id: str) -> Response:
        with in_world(emulator.worlds.with_invoice(invoice_id)) as world:
            return _shown(invoice_view(world, invoice_id), Form(request.args))

    @routes.post("/invoice/<invoice_id>")
    def pay_invoice(invoice_id: str) -> Response:
        form = Form(request.form)
        try:
            with in_world(emulator.worlds.with_invoice(invoice_id), pays=invoice_id) as world:
                view = invoice_view(world, invoice_id)
                return _pay(world, view, form) if view.payable else _shown(view, form, 409)
        except CheckoutDeclined as error:
            with in_world(emulator.worlds.with_invoice(invoice_id)) as world:
                view = invoice_view(world, invoice_id)
                return _shown(view, form, error.status, failure=declined(error.message))


def _pay(world: World, view: InvoiceView, form: Form) -> Response:
    card = read_card(form, view.now)
    if form.problems:
        return _shown(view, form, 422)
    if bank_asks(card, form):
        return bank_page(card, form, view.org, money(view.order.due, view.order.currency))
    if holder_refused(card, form):
        return _shown(view, form, 402, failure=NOT_CONFIRMED)
    complete_checkout(world, view.id, PageInput(card=card.number))
    return redirect(f"/invoice/{view.id}", 303)


def _shown(view: InvoiceView, form: Form, status: int = 200, **said: Any) -> Response:
    return page("invoice.html", status, view=view, **card_part(form, view.now), **said)
