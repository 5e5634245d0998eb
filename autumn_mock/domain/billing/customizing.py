"""Items of a plan as one customer has them: some taken out, some changed, some added (reference: customize).

Invariant: what a patch does not name stays as it is, with the ids that it had.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autumn_mock.domain.catalog.plan_differences import missing_items
from autumn_mock.domain.catalog.plan_items import ONE_OFF
from autumn_mock.domain.catalog.variants import fits
from autumn_mock.domain.records import PlanItem, Reset

MakeId = Callable[[str], str]
PATCHES = frozenset({"add_items", "remove_items", "update_items"})
"""The fields of `customize` that change single items."""


def patched(
    items: Iterable[PlanItem], customize: Mapping[str, Any], added: Iterable[PlanItem], make_id: MakeId
) -> tuple[PlanItem, ...]:
    """The items after `remove_items`, then `update_items`, then `add_items` (`added`); adding what is
    there already changes nothing."""
    removed = customize.get("remove_items") or ()
    kept = [item for item in items if not any(fits(item, each) for each in removed)]
    for update in customize.get("update_items") or ():
        kept = [_updated(item, update, make_id) if fits(item, update["filter"]) else item for item in kept]
    return (*kept, *missing_items(added, kept))


def _updated(item: PlanItem, update: Mapping[str, Any], make_id: MakeId) -> PlanItem:
    """Another included amount, another reset; what is never reset by its nature stays so."""
    changed = item
    if "included" in update:
        changed = changed.but(included=update["included"], unlimited=False)
    if "interval" in update and item.reset is not None:
        every = update["interval"]
        changed = changed.but(reset=ONE_OFF if every == ONE_OFF.interval else Reset(interval=every))
    return item if changed == item else changed.but(entitlement_id=make_id("ent_"))
