"""All hosted pages of a server."""

from typing import TYPE_CHECKING

from flask import Blueprint

from autumn_mock.web.pages import checkout, confirm, invoice, portal
from autumn_mock.web.pages.base import page_blueprint

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


def blueprint(emulator: "Emulator") -> Blueprint:
    """The routes of hosted pages and their style sheet."""
    routes = page_blueprint(emulator)
    checkout.add_to(routes, emulator)
    confirm.add_to(routes, emulator)
    invoice.add_to(routes, emulator)
    portal.add_to(routes, emulator)
    return routes
