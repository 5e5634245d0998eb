"""What a person may choose on a hosted page: quantities that were left open, a promotion code
(reference: hosted pages).

Invariant: a quantity never goes below what the plan includes.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import CheckoutSession, JsonObject, Plan
from autumn_mock.errors.billing_pages import (
    PromotionCodeNotTaken,
    QuantityNotAdjustable,
    QuantityTooLow,
)
from autumn_mock.operations.billing.customizing import customized
from autumn_mock.operations.billing.legacy.older_form import in_newest_form
from autumn_mock.operations.billing.update import UPDATE
from autumn_mock.operations.billing.update_deciding import load_row
from autumn_mock.operations.loading import find_plan
from autumn_mock.schemas.base import load_body
from autumn_mock.schemas.billing_update import update_shape
from autumn_mock.versions.version import Version
from autumn_mock.world import World


def adjustable_ids(request: JsonObject) -> list[str]:
    """The features whose quantity a request leaves open."""
    return list(dict.fromkeys(feature_id for entry in _entries(request) for feature_id in _adjustable(entry)))


def least_quantities(world: World, page: CheckoutSession) -> dict[str, Decimal]:
    """The features whose quantity may be changed on the page, each with the least that it can be."""
    least: dict[str, Decimal] = {}
    for entry in _entries(page.request):
        wanted = _adjustable(entry)
        if wanted:
            included = {item.feature_id: item.included for item in _plan_of(world, page, entry).items}
            least |= {feature_id: included[feature_id] for feature_id in wanted if feature_id in included}
    return least


def check_choice(
    world: World, page: CheckoutSession, quantities: Mapping[str, Decimal], promotion_code: str | None
) -> None:
    """Raises QuantityNotAdjustable, QuantityTooLow and PromotionCodeNotTaken."""
    least = least_quantities(world, page) if quantities else {}
    for feature_id, quantity in quantities.items():
        if feature_id not in least:
            raise QuantityNotAdjustable(feature_id=feature_id)
        if quantity < least[feature_id]:
            raise QuantityTooLow(feature_id=feature_id, least=least[feature_id])
    if promotion_code is not None and page.request.get("discounts"):
        raise PromotionCodeNotTaken


def with_choice(body: dict[str, Any], page: CheckoutSession) -> dict[str, Any]:
    """The body of a page's request with what was chosen on the page."""
    if page.quantities:
        body = _with_quantities(body, page.quantities)
    if page.promotion_code is not None:
        body = {**body, "discounts": [{"promotion_code": page.promotion_code}]}
    return body


def chosen_request(world: World, page: CheckoutSession, body: dict[str, Any]) -> JsonObject:
    """The request of a page with what a body of preview or confirm chooses. Raises as `check_choice`."""
    chosen = {
        each["feature_id"]: each["quantity"]
        for each in body.get("feature_quantities") or ()
        if "quantity" in each
    }
    check_choice(world, page, chosen, None)
    plain = {feature_id: number(quantity) for feature_id, quantity in chosen.items()}
    request = _with_quantities(page.request, plain)
    if body.get("discounts") and request.get("discounts"):
        raise PromotionCodeNotTaken
    return {**request, "discounts": body["discounts"]} if body.get("discounts") else request


def _with_quantities(body: dict[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """A body with other quantities wherever it names them for now: for its plan, its plans, or those of
    its first phase."""
    if "plans" in body:
        return {**body, "plans": [_changed(each, chosen) for each in body["plans"]]}
    if "phases" in body:
        first, *later = body["phases"]
        return {**body, "phases": [_with_quantities(first, chosen), *later]}
    return _changed(body, chosen)


def _changed(entry: dict[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    sent = entry.get("feature_quantities")
    if not sent:
        return entry
    changed = [
        {**each, "quantity": chosen[each["feature_id"]]} if each["feature_id"] in chosen else each
        for each in sent
    ]
    return {**entry, "feature_quantities": changed}


def _adjustable(entry: JsonObject) -> list[str]:
    return [each["feature_id"] for each in entry.get("feature_quantities") or () if each.get("adjustable")]


def _entries(request: JsonObject) -> Iterator[JsonObject]:
    """The parts of a request that name a plan and quantities of it. Of phases only the first is paid on
    a page."""
    yield request
    yield from request.get("plans") or ()
    for phase in (request.get("phases") or ())[:1]:
        yield from phase["plans"]


def _plan_of(world: World, page: CheckoutSession, entry: JsonObject) -> Plan:
    if page.operation == UPDATE:
        body = load_body(update_shape(Version(page.version)), page.request, world.rules)
        body = in_newest_form(world, body | {"customer_id": page.customer})
        holdings, row = load_row(world, body)
        return holdings.plan_of(row)
    plan = find_plan(world, entry["plan_id"], entry.get("version"))
    return customized(world, plan, entry.get("customize") or {})
