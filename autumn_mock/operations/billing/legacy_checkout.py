"""`POST /checkout`, the preview of old SDKs with a page to pay at (reference: legacy routes).

Invariant: it attaches nothing; what it cannot tell (prorations, quantities, trials) it refuses.
"""

from autumn_mock.domain.billing.attach_lines import attach_lines
from autumn_mock.domain.billing.attach_preview import summed
from autumn_mock.domain.billing.attaching import Attachment, decide
from autumn_mock.domain.billing.hosted_pages import mode_for, path_of
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.catalog.plan_display import period_text
from autumn_mock.domain.catalog.plans import is_free
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.links import link
from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import JsonObject, Plan
from autumn_mock.errors.http import NotEmulated
from autumn_mock.operations.billing.attach import ATTACH
from autumn_mock.operations.billing.legacy import MISSING as MISSING_IN_ATTACH
from autumn_mock.operations.billing.legacy import in_newest_form, named_plan
from autumn_mock.operations.billing.pages import page_of
from autumn_mock.operations.billing.wishes import means_of, read_wish
from autumn_mock.operations.check_previews import product_of
from autumn_mock.operations.loading import find_customer, find_entity, load_holdings
from autumn_mock.operations.plans import eligibilities
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_legacy import LegacyAttach
from autumn_mock.stripe.checkouts import open_checkout
from autumn_mock.versions.version import NEWEST
from autumn_mock.world import World

_MISSING = f"{MISSING_IN_ATTACH}, options, plans with a trial, customers on a paid plan"
_ROUTE = "POST /v1/checkout"


@operation("POST /checkout", body=LegacyAttach(), missing=_MISSING)
def checkout(world: World, body: Body, call: Call) -> Reply:
    """What attaching a product would charge; without a card also the page to pay at."""
    plan = named_plan(world, body, route=_ROUTE)
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if body.get("entity_id") else None
    holdings = load_holdings(world, customer, entity)

    newest, means = in_newest_form(body, plan), means_of(world, customer)
    decided = decide(
        read_wish(world, newest, plan, holdings, first_seen_at=None), holdings, means, now=world.now()
    )
    lines = attach_lines(decided, holdings, means)
    _check_is_plain(decided, holdings, lines)

    url = None
    if decided.checkout is not None:
        page = page_of(world, call, customer, ATTACH, request=newest, mode=mode_for([plan]))
        url = link(path_of(open_checkout(world.store, page.but(version=NEWEST))))
    return _preview(world, body, decided, holdings, lines) | {"url": url, "has_prorations": False}


def _check_is_plain(decided: Attachment, holdings: Holdings, lines: list[Line]) -> None:
    """Raises NotEmulated for all but the first paid plan at its base price."""
    current = decided.current
    if current is not None and (not decided.immediate or not is_free(holdings.plan_of(current))):
        raise NotEmulated(operation=f"{_ROUTE} of a customer on a paid plan")
    if decided.trial.ends_at is not None:
        raise NotEmulated(operation=f"{_ROUTE} of a plan with a trial")
    if any(line.feature_id is not None for line in lines):
        raise NotEmulated(operation=f"{_ROUTE} with options")


def _preview(
    world: World, body: Body, decided: Attachment, holdings: Holdings, lines: list[Line]
) -> JsonObject:
    plan, current = decided.wish.plan, decided.current
    eligibility_of = eligibilities(world, body["customer_id"], body.get("entity_id"))
    scenario = eligibility_of(plan)["scenario"] if eligibility_of else "new"
    product = product_of(world, plan, scenario)
    return {
        "customer_id": holdings.customer.id or holdings.customer.internal_id,
        "lines": [_line(plan, line, product["items"][0]) for line in lines],
        "product": product,
        "current_product": current and _current(world, holdings.plan_of(current)),
        "options": [],
        "total": number(summed(lines)),
        "currency": "usd",
    }


def _line(plan: Plan, line: Line, base_price: JsonObject) -> JsonObject:
    """`Pro - $20 / month`, `Boost - $50`, with the item that it charges."""
    every = base_price["interval"] and base_price["display"]["secondary_text"].replace("per ", " / ")
    description = f"{plan.name} - {base_price['display']['primary_text']}{every or ''}"
    return {"description": description, "amount": number(line.amount), "item": base_price}


def _current(world: World, plan: Plan) -> JsonObject:
    """The free plan that gives way, told as if it were new; its items say how often they reset."""
    product = product_of(world, plan)
    for item in product["items"]:
        if item.get("interval"):
            every = period_text(item["interval"], item["interval_count"])
            item["display"] = {**item["display"], "secondary_text": every}
    return product
