"""Which plans a plan offers as licences, for everybody or for one customer (reference: plans, licenses;
billing, customize.upsert_licenses and remove_licenses).

Invariant: a licence is bound to the version of its plan that was active when it was written.
"""

from collections.abc import Iterable
from typing import Any

from autumn_mock.domain.catalog.plan_customize import customize as differences
from autumn_mock.domain.catalog.variants import customized
from autumn_mock.domain.records import Plan, PlanLicense
from autumn_mock.errors.http import NotEmulated
from autumn_mock.errors.licenses import PlanDoesNotOfferLicense
from autumn_mock.operations.loading import find_plan
from autumn_mock.schemas.base import load_body
from autumn_mock.schemas.plan_patches import LicenseCustomize
from autumn_mock.world import World

Facts = dict[str, Any]
_INCLUDED_ELSEWHERE = 1
"""Seats of a licence that one customer has beside those of the plan, unless it says how many."""


def read_licenses(world: World, facts: Facts, before: Iterable[PlanLicense] = ()) -> tuple[PlanLicense, ...]:
    """The licences that a body of a plan names; the full set. Those that stay as they were `before` keep
    their ids. Raises ProductNotFound."""
    old = {each.license_plan_id: each for each in before}
    return tuple(
        _kept(_license(world, wanted, included=wanted.get("included", 0)), old)
        for wanted in facts.get("licenses") or ()
    )


def customized_licenses(world: World, plan: Plan, customize: Facts) -> tuple[PlanLicense, ...]:
    """The licences of a customer's plan after a change. Fields that an upsert leaves out are those of the
    catalog's licence; one that names nothing puts that back."""
    found = {each.license_plan_id: each for each in plan.licenses}
    catalog = {each.license_plan_id: each for each in world.store.plans.must(plan.internal_id).licenses}
    for wanted in customize.get("upsert_licenses") or ():
        linked = catalog.get(wanted["license_plan_id"])
        included = wanted.get("included", linked.included if linked else _INCLUDED_ELSEWHERE)
        if linked is not None and "customize" not in wanted:
            made = linked.but(included=included)
        else:
            made = _kept(_license(world, wanted, included=included, linked=linked), found)
        found[made.license_plan_id] = made
    for gone in customize.get("remove_licenses") or ():
        found.pop(gone["license_plan_id"], None)
    return tuple(found.values())


def rebind_parents(world: World, plan: Plan, parents: Iterable[Facts]) -> None:
    """Let the licences of these plan versions follow their plan to its new version, each with what is
    different about it there. Raises PlanVersionNotFound, PlanDoesNotOfferLicense."""
    for named in parents:
        parent = find_plan(world, named["plan_id"], named["version"])
        linked = next((each for each in parent.licenses if each.license_plan_id == plan.id), None)
        if linked is None:
            raise PlanDoesNotOfferLicense(plan_id=parent.id, license_plan_id=plan.id)
        wanted: Facts = {"license_plan_id": plan.id}
        if linked.customize is not None:
            wanted["customize"] = load_body(LicenseCustomize(), linked.customize, world.rules)
        followed = _license(world, wanted, included=linked.included)
        links = tuple(followed if each is linked else each for each in parent.licenses)
        world.store.plans.put(parent.but(licenses=links))


def _license(world: World, wanted: Facts, *, included: int, linked: PlanLicense | None = None) -> PlanLicense:
    if wanted.get("prepaid_only") is False:
        raise NotEmulated(operation="Billing of seats beyond those that were ordered (prepaid_only: false)")
    plan = find_plan(world, wanted["license_plan_id"], linked.version if linked else None)
    license = PlanLicense(
        license_plan_id=plan.id, version=plan.version, plan=plan.internal_id, included=included
    )
    patch = wanted.get("customize")
    if not patch:
        return license
    features = world.store.features.records
    own = plan.but(**customized(plan, patch, features, world.make_id))
    told = differences(plan, own, features)
    return license if told is None else license.but(customize=told, price=own.price, items=own.items)


def _kept(license: PlanLicense, before: dict[str, PlanLicense]) -> PlanLicense:
    """The licence as it stood, if it says the same: its price and its items keep their ids."""
    old = before.get(license.license_plan_id)
    if old is None or (old.plan, old.customize) != (license.plan, license.customize):
        return license
    return old.but(included=license.included)
