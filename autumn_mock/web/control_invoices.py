"""Control routes for what a person does about invoices in dashboards: making templates and tax rates."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from autumn_mock.domain.numbers import number
from autumn_mock.operations.invoices.tax_rates import make_tax_rate
from autumn_mock.operations.invoices.templates import make_template, template_object
from autumn_mock.running import changing
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape, load_body
from autumn_mock.schemas.invoices import MOST_DAYS
from autumn_mock.web.answers import read_json
from autumn_mock.web.control_base import calling_world, control_blueprint, json_answer

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


class NewTemplate(Shape):
    name = fields.String(required=True)
    footer = fields.String()
    memo = fields.String()
    net_terms_days = fields.Integer(minimum=0, maximum=MOST_DAYS)


class NewTaxRate(Shape):
    percentage = fields.Number(minimum=0, maximum=100, required=True)
    inclusive = fields.Boolean(load_default=False)
    display_name = fields.String(load_default="Tax")


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control routes of invoice templates and tax rates."""
    routes = control_blueprint("control_invoices")

    @routes.post("/invoice_templates")
    def new_template() -> Response:
        here = calling_world(emulator)
        facts = load_body(NewTemplate(), read_json(request.get_data()), here.rules)
        with changing(here):
            made = make_template(here, facts)
        return json_answer(template_object(made))

    @routes.post("/tax_rates")
    def new_tax_rate() -> Response:
        here = calling_world(emulator)
        facts = load_body(NewTaxRate(), read_json(request.get_data()), here.rules)
        with changing(here):
            made = make_tax_rate(here, facts)
        shown = {"id": made.id, "display_name": made.display_name, "inclusive": made.inclusive}
        return json_answer({**shown, "percentage": number(made.percentage)})

    return routes
