"""What a customer holds, as one value: the input of every rule about balances and access."""

from collections.abc import Iterable, Mapping
from typing import Self

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.licenses.plans_had import plan_had
from autumn_mock.domain.records import Balance, Customer, Entity, Feature, JsonObject, Plan, Subscription


class Holdings(msgspec.Struct, frozen=True, kw_only=True):
    """A customer with its plans (expired ones left out), rows and entities, seen as `entity` or,
    without one, as the customer itself."""

    customer: Customer
    subscriptions: tuple[Subscription, ...]
    rows: tuple[Balance, ...]
    entities: tuple[Entity, ...]
    features: Mapping[str, Feature]
    """All features by id."""
    plans: Mapping[str, Plan]
    """All plan versions by internal id."""
    entity: Entity | None = None
    env: str = "sandbox"

    def seen_by(self, entity: Entity | None) -> Self:
        return replace(self, entity=entity)

    def without(self, begun: Iterable[Subscription]) -> Self:
        """The same as if these plans were not there."""
        gone = {row.id for row in begun}
        left = tuple(row for row in self.subscriptions if row.id not in gone)
        return replace(self, subscriptions=left) if gone else self

    def with_rows(self, changed: Mapping[str, Balance]) -> Self:
        """The same with some rows (by id) as they are now."""
        if not changed:
            return self
        # Named one by one, which costs a fifth of `replace`: every track comes this way.
        return type(self)(
            customer=self.customer,
            subscriptions=self.subscriptions,
            rows=tuple([changed.get(row.id, row) for row in self.rows]),
            entities=self.entities,
            features=self.features,
            plans=self.plans,
            entity=self.entity,
            env=self.env,
        )

    def plan_of(self, subscription: Subscription) -> Plan:
        """The plan as this customer has it: its own copy when it was customised, with its seats."""
        return plan_had(subscription, self.plans)

    def controls_of(self, subscription: Subscription) -> JsonObject:
        """The billing controls that come with a plan of the customer: its own copy's, if it has one."""
        own = subscription.billing_controls
        return self.plans[subscription.plan].billing_controls if own is None else own
