"""Invoice templates, which people make outside the API (reference: invoices.listTemplates)."""

from typing import Any

from autumn_mock.domain.invoices.terms import InvoiceTerms, terms_of
from autumn_mock.domain.records import InvoiceTemplate, JsonObject
from autumn_mock.errors.invoices import TemplateNotFound
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoices import ListTemplates
from autumn_mock.world import World


@operation("invoices.listTemplates", body=ListTemplates())
def list_templates(world: World, body: Body, call: Call) -> Reply:
    """A page of templates, newest first."""
    offset, limit = body["offset"], body["limit"]
    known = sorted(world.store.invoice_templates, key=lambda each: (each.created_at, each.id), reverse=True)

    page = known[offset : offset + limit]
    return {
        "list": [template_object(each) for each in page],
        "total": len(page),
        "limit": limit,
        "offset": offset,
        "has_more": len(known) > offset + limit,
    }


def make_template(world: World, facts: dict[str, Any]) -> InvoiceTemplate:
    """What a person does in the dashboard. Writes it."""
    made = InvoiceTemplate(id=world.make_id("inv_tmpl_"), created_at=world.now(), **facts)
    world.store.invoice_templates.put(made)
    return made


def find_template(world: World, template_id: str | None) -> InvoiceTemplate | None:
    """The template that is asked for, if one is. Raises TemplateNotFound."""
    if template_id is None:
        return None
    found = world.store.invoice_templates.get(template_id)
    if found is None:
        raise TemplateNotFound(template_id=template_id)
    return found


def read_terms(world: World, sent: dict[str, Any]) -> InvoiceTerms:
    """How an invoice is to be sent. Raises TemplateNotFound."""
    return terms_of(sent, find_template(world, sent.get("invoice_template_id")))


def template_object(template: InvoiceTemplate) -> JsonObject:
    """What is not set is left out."""
    optional = {name: getattr(template, name) for name in ("footer", "memo", "net_terms_days")}
    return {
        "id": template.id,
        "name": template.name,
        **{name: value for name, value in optional.items() if value is not None},
        "created_at": template.created_at,
    }
