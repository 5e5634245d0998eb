"""Control route for what a person does with invoices in the dashboard: making a template."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from autumn_mock.operations.invoices.templates import make_template, template_object
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape, load_body
from autumn_mock.web.answers import read_json
from autumn_mock.web.control_base import calling_world, control_blueprint, json_answer

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


class NewTemplate(Shape):
    name = fields.String(required=True)
    footer = fields.String()
    memo = fields.String()
    net_terms_days = fields.Integer(minimum=0)


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control route of invoice templates."""
    routes = control_blueprint("control_invoices")

    @routes.post("/invoice_templates")
    def new_template() -> Response:
        here = calling_world(emulator)
        facts = load_body(NewTemplate(), read_json(request.get_data()), here.rules)
        with here.lock, here.store.transaction():
            made = make_template(here, facts)
        return json_answer(template_object(made))

    return routes
