"""`POST /checkout` and `POST /attach/preview`, the previews of old SDKs (reference: legacy routes).

Invariant: nothing is attached; the lines are those of an attach at the same instant.
"""

from collections.abc import Iterable

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.hosted_pages import kind_for, mode_for, path_of
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.next_cycle import NextCycle
from autumn_mock.domain.billing.requantifying import Requantified
from autumn_mock.domain.catalog.plan_display import period_text
from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.links import Link, link
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import JsonObject, Plan, Subscription
from autumn_mock.operations.billing.attach import ATTACH
from autumn_mock.operations.billing.legacy.form import Asked, read_asked
from autumn_mock.operations.billing.legacy.routes import decide_again, decide_first, running_row
from autumn_mock.operations.billing.multi_attach import MULTI_ATTACH
from autumn_mock.operations.billing.pages.pages import page_of
from autumn_mock.operations.billing.previews.following import next_cycle
from autumn_mock.operations.billing.previews.following_update import after_update
from autumn_mock.operations.billing.update_deciding import Decided, Replanned
from autumn_mock.operations.check_previews import product_of
from autumn_mock.operations.plans import eligibilities
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_legacy import LegacyAttach
from autumn_mock.stripe.checkouts import open_checkout
from autumn_mock.versions.version import NEWEST
from autumn_mock.world import World


@operation("POST /checkout", body=LegacyAttach())
def checkout(world: World, body: Body, call: Call) -> Reply:
    """What attaching would charge; where a page has to be paid, also that page."""
    return _preview(world, read_asked(world, body), call)


@operation("POST /attach/preview", body=LegacyAttach())
def preview(world: World, body: Body, call: Call) -> Reply:
    """The same without a page."""
    shown = _preview(world, read_asked(world, body), None)
    return {key: value for key, value in shown.items() if key != "url"}


def _preview(world: World, asked: Asked, call: Call | None) -> JsonObject:
    """`call`: a page may be made for it."""
    running = running_row(asked)
    if running is not None and running.canceled_at is None:
        decided = decide_again(world, asked, running)
        lines, following = _of_change(world, asked, running, decided)
        return _shown(world, asked, lines, following, asked.holdings.plan_of(running)) | {
            "url": None, "has_prorations": bool(lines),
        }  # fmt: skip
    if running is not None:  # attaching it again takes its end back
        return _shown(world, asked, [], None, asked.holdings.plan_of(running)) | {
            "url": None, "has_prorations": False,
        }  # fmt: skip
    request, steps = decide_first(world, asked)
    decided_all = [decided for decided, _ in steps]
    lines = [line for _, of_step in steps for line in of_step]
    following = next_cycle(world, asked.holdings, steps)
    current = next((each.current for each in decided_all if each.current is not None), None)
    gives_way = None if current is None else asked.holdings.plan_of(current)
    url = None if call is None else _url(world, asked, call, request, decided_all)
    return _shown(world, asked, lines, following, gives_way) | {
        "url": url, "has_prorations": any(_is_prorated(each) for each in decided_all if lines),
    }  # fmt: skip


def _of_change(
    world: World, asked: Asked, running: Subscription, decided: Decided
) -> tuple[list[Line], NextCycle | None]:
    """Lines and next cycle of a running product that is changed."""
    if not isinstance(decided, Replanned | Requantified):
        return [], None
    return list(decided.lines), after_update(world, asked.holdings, running, decided, {})


def _url(
    world: World, asked: Asked, call: Call, request: Body, decided: Iterable[Attachment]
) -> Link | str | None:
    kind = kind_for((each.checkout for each in decided), request)
    if kind is None:
        return None
    name = ATTACH if len(asked.plans) == 1 else MULTI_ATTACH
    page = page_of(world, call, asked.customer, name, request=request, kind=kind)
    page = page.but(version=NEWEST, mode=mode_for(asked.plans))
    return link(path_of(open_checkout(world.store, page)))


def _is_prorated(decided: Attachment) -> bool:
    """What is charged or given back is for a part of a cycle."""
    return any(row.stripe_subscription_id for row in decided.ending) or (
        decided.joins is not None and not decided.moves_anchor
    )


def _shown(
    world: World, asked: Asked, lines: list[Line], following: NextCycle | None, gives_way: Plan | None
) -> JsonObject:
    plan = asked.plans[0]
    entity_id = asked.body.get("entity_id")
    eligibility_of = eligibilities(world, asked.body["customer_id"], entity_id)
    scenario = eligibility_of(plan)["scenario"] if eligibility_of else "new"
    named = asked.plans if gives_way is None else [gives_way, *asked.plans]
    products = {each.id: product_of(world, each) for each in named}
    product = products[plan.id] = product_of(world, plan, scenario)
    amounts = [in_minor_units(line.net) for line in lines]
    return {
        "customer_id": asked.customer.id or asked.customer.internal_id,
        "lines": [
            _line(line, number(amount), products.get(line.plan_id))
            for line, amount in zip(lines, amounts, strict=True)
        ],
        "product": product,
        "current_product": gives_way and _current(world, gives_way),
        "options": [_option(each) for each in asked.body.get("options") or ()],
        "total": number(sum(amounts, start=ZERO)),
        "currency": OWN_CURRENCY,
        **_next(following),
    }


def _line(line: Line, amount: float, product: JsonObject | None) -> JsonObject:
    """`Pro - $20 / month`, `Boost - $50` where a base price is charged in full; else as an invoice says
    it. `item` is what of the product it charges."""
    items = product["items"] if product else []
    item = next((each for each in items if each["feature_id"] == line.feature_id and _is_price(each)), None)
    description = line.words
    full = number(in_minor_units(line.amount))
    if product and item and line.feature_id is None and item["price"] == full:
        every = item["interval"] and item["display"]["secondary_text"].replace("per ", " / ")
        description = f"{product['name']} - {item['display']['primary_text']}{every or ''}"
    return {"description": description, "amount": amount, "item": item}


def _is_price(item: JsonObject) -> bool:
    return item.get("price") is not None or bool(item.get("tiers"))


def _option(sent: JsonObject) -> JsonObject:
    quantity = sent.get("quantity")
    return {"feature_id": sent["feature_id"], "quantity": None if quantity is None else number(quantity)}


def _next(following: NextCycle | None) -> JsonObject:
    if following is None:
        return {}
    total = sum((in_minor_units(line.net) for line in following.lines), start=ZERO)
    told = {"starts_at": following.starts_at, "total": number(total)}
    return {"next_cycle_at": following.starts_at, "next_cycle": told}


def _current(world: World, plan: Plan) -> JsonObject:
    """The plan that gives way, told as if it were new; its items say how often they reset."""
    product = product_of(world, plan)
    for item in product["items"]:
        if item.get("interval") and item["type"] != "price":
            every = period_text(item["interval"], item["interval_count"])
            item["display"] = {**item["display"], "secondary_text": every}
    return product
