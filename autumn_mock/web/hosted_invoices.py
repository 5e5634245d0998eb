"""`GET /invoices/hosted_invoice_url/<id>`: from the link in an invoice object to its page (reference:
invoices, hosted_invoice_url), and the PDF of a credit note. They are public, so what they are about is
looked for in all worlds.

Invariant: with `--rate-limits` an address gets ten answers a minute, and every answer says how many are left.
"""

import math
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from autumn_mock.clock import monotonic
from autumn_mock.errors import ApiError
from autumn_mock.errors.invoices import CreditNoteNotFound, HostedInvoiceNotFound
from autumn_mock.operations.invoices.hosted import hosted_page, note_page
from autumn_mock.web.answers import base_url_of, encode, envelope, json_response
from autumn_mock.web.rate_limits import Limit, Window, headers_of, too_many
from autumn_mock.world import SANDBOX, World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

LIMIT = Limit("hosted invoice", 10, 60)
_MOST_ADDRESSES = 10_000


def blueprint(emulator: "Emulator") -> Blueprint:
    """The public routes of invoices and credit notes."""
    routes = Blueprint("hosted_invoices", __name__)
    counted: dict[str, Window] = {}

    @routes.get("/invoices/hosted_invoice_url/<invoice_id>")
    def go(invoice_id: str) -> Response:
        told: dict[str, str] = {}
        if emulator.settings.rate_limits and (over := _count(counted, request.remote_addr or "", told)):
            return over
        response = _answer(emulator, invoice_id)
        response.headers.extend(told)
        return response

    @routes.get("/credit_notes/<note_id>/pdf")
    def print_note(note_id: str) -> Response:
        for world in emulator.worlds.all():
            with world.lock:
                if (page := note_page(world, note_id)) is not None:
                    return Response(page, mimetype="application/pdf")
        error = CreditNoteNotFound(note_id=note_id)
        return json_response(encode(envelope(error, SANDBOX)), error.status)

    return routes


def _answer(emulator: "Emulator", invoice_id: str) -> Response:
    world = emulator.worlds.holding(lambda world: _knows(world, invoice_id))
    env = SANDBOX if world is None else world.env
    try:
        if world is None:
            raise HostedInvoiceNotFound
        with world.lock:
            page = hosted_page(world, invoice_id)
    except ApiError as error:
        return json_response(encode(envelope(error, env)), error.status)
    if page.startswith("/"):
        page = base_url_of(request.environ, emulator.settings) + page
    return Response(status=302, headers={"Location": page})


def _knows(world: World, invoice_id: str) -> bool:
    return world.store.invoices.first("invoice_id", invoice_id) is not None


def _count(counted: dict[str, Window], address: str, told: dict[str, str]) -> Response | None:
    """Count a request of an address; the 429 when it is over the limit."""
    now = int(monotonic() * 1_000)
    window = counted.get(address)
    if window is None or now >= window.starts_at + LIMIT.seconds * 1_000:
        if len(counted) > _MOST_ADDRESSES:
            counted.clear()
        window = counted[address] = Window(now)
    window.count += 1
    ends_in = math.ceil((window.starts_at + LIMIT.seconds * 1_000 - now) / 1_000)
    told.update(headers_of(LIMIT, window.count, ends_in))
    return too_many(told, ends_in) if window.count > LIMIT.limit else None
