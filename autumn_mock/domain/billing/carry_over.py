"""What of an old plan's balances lives on in a new one (reference: billing, balances at a change).

Invariant: what is held (seats) stays taken; what is used up starts again unless it is carried.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.balances.rollovers import cap_of, cut_rollovers
from autumn_mock.domain.billing.quantities import used, with_units
from autumn_mock.domain.billing.subscriptions import starting_balance
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Balance, Feature

MakeId = Callable[[str], str]


class Carry(msgspec.Struct, frozen=True, kw_only=True):
    """Which features are carried: None none, an empty set all, else those named."""

    usages: Collection[str] | None = None
    balances: Collection[str] | None = None

    def usage_of(self, feature_id: str) -> bool:
        return self.usages is not None and (not self.usages or feature_id in self.usages)

    def balance_of(self, feature_id: str) -> bool:
        return self.balances is not None and (not self.balances or feature_id in self.balances)

    def with_usage_of(self, feature_ids: Collection[str]) -> "Carry":
        """The usage of these features too."""
        if not feature_ids or (self.usages is not None and not self.usages):
            return self
        return replace(self, usages={*(self.usages or ()), *feature_ids})


NOTHING = Carry()


def carried(
    fresh: Iterable[Balance], old: Iterable[Balance], features: Mapping[str, Feature], carry: Carry
) -> list[Balance]:
    """New rows with what they take over from the old plan's rows of the same features."""
    before = {row.feature_id: row for row in old}
    return [_carried(row, before.get(row.feature_id), features, carry) for row in fresh]


def kept(
    fresh: Iterable[Balance],
    old: Iterable[Balance],
    features: Mapping[str, Feature],
    carry: Carry,
    *,
    anew: bool = False,
) -> list[Balance]:
    """The rows of a plan that stays the one that it is: of items that did not change the old ones, with
    the units that are bought now.
    `anew`: its cycle begins anew, so they are reset with the new one."""
    standing = {row.entitlement_id: row for row in old}
    rows = list(fresh)
    same = {row.entitlement_id for row in rows} & standing.keys()
    changed = [row for row in standing.values() if row.entitlement_id not in same]
    others = carried([row for row in rows if row.entitlement_id not in same], changed, features, carry)
    by_id = {row.entitlement_id: row for row in others}
    if anew:
        resets = {row.entitlement_id: row.next_reset_at for row in rows}
        standing = {key: row.but(next_reset_at=resets.get(key)) for key, row in standing.items()}
    return [
        with_units(standing[row.entitlement_id], row.prepaid)
        if row.entitlement_id in standing
        else by_id[row.entitlement_id]
        for row in rows
    ]


def _carried(row: Balance, old: Balance | None, features: Mapping[str, Feature], carry: Carry) -> Balance:
    feature = features[row.feature_id]
    if old is None or feature.type == "boolean":
        return row
    if old.rollovers and row.rollover:
        row = row.but(rollovers=cut_rollovers(old.rollovers, cap_of(row)))
    if feature.consumable and not carry.usage_of(feature.id):
        return row
    if row.entity_feature_id is None and old.entity_feature_id is None:
        return row.but(balance=starting_balance(row) - used(old))
    full, before = starting_balance(row), starting_balance(old)
    shares = {
        key: share.but(balance=full - (before + old.entities[key].adjustment - old.entities[key].balance))
        if key in old.entities
        else share
        for key, share in row.entities.items()
    }
    return row.but(entities=shares)


def leftovers(
    old: Iterable[Balance], features: Mapping[str, Feature], carry: Carry, make_id: MakeId, *, now: int
) -> list[Balance]:
    """Loose balances for what is left of the old plan: carried ones until their next reset, units
    that were paid once for good."""
    found = []
    for row in old:
        feature = features[row.feature_id]
        if feature.type == "boolean" or row.unlimited or row.entity_feature_id is not None:
            continue
        paid_once = row.price is not None and row.price.interval == "one_off" and row.prepaid > ZERO
        asked = feature.consumable and carry.balance_of(feature.id)
        left = row.balance if asked else min(row.balance, row.prepaid)
        if (asked or paid_once) and left > ZERO:
            found.append(
                Balance(
                    id=make_id("cus_ent_"),
                    customer=row.customer,
                    entity=row.entity,
                    feature_id=row.feature_id,
                    created_at=now,
                    included=left,
                    balance=left,
                    expires_at=row.next_reset_at if asked else None,
                )
            )
    return found
