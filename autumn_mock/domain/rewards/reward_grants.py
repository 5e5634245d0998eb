"""Feature grants: what may be granted of a feature, and the loose balances that a customer gets.

Invariant: a grant of a boolean feature has no amount, any other has one.
"""

from collections.abc import Iterable, Mapping

from autumn_mock.domain.billing.subscriptions import MakeId
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.records import Balance, Customer, Feature, Reward, RewardGrant
from autumn_mock.errors.catalog import FeatureNotFound
from autumn_mock.errors.rewards import IncludedMissing, IncludedOfBoolean

Features = Mapping[str, Feature]


def check_grants(grants: Iterable[RewardGrant], features: Features) -> None:
    """In order. Raises FeatureNotFound, IncludedOfBoolean or IncludedMissing."""
    for grant in grants:
        feature = features.get(grant.feature_id)
        if feature is None:
            raise FeatureNotFound(feature_id=grant.feature_id)
        if feature.type == BOOLEAN and grant.included is not None:
            raise IncludedOfBoolean(feature_id=feature.id)
        if feature.type != BOOLEAN and grant.included is None:
            raise IncludedMissing(feature_id=feature.id)


def granted_rows(
    reward: Reward, customer: Customer, features: Features, *, source: str, now: int, make_id: MakeId
) -> list[Balance]:
    """The balances that a reward gives; features that are gone are passed over.

    `source` begins their ids: `reward_<promo code>` or `referral_<program>`.
    """
    return [
        _row(grant, customer, source, now, make_id) for grant in reward.grants if grant.feature_id in features
    ]


def _row(grant: RewardGrant, customer: Customer, source: str, now: int, make_id: MakeId) -> Balance:
    included = grant.included or ZERO
    return Balance(
        id=make_id("cus_ent_"),
        customer=customer.internal_id,
        feature_id=grant.feature_id,
        entitlement_id=make_id("ent_"),
        created_at=now,
        external_id=make_id(f"{source}_{grant.feature_id}_bal_"),
        included=included,
        balance=included,
        expires_at=expiry_of(grant, now=now),
    )


def expiry_of(grant: RewardGrant, *, now: int) -> int | None:
    """Days and weeks count by the hour, months and years by the calendar."""
    if grant.expiry_type is None or grant.expiry_length is None:
        return None
    return add_interval(now, grant.expiry_type, grant.expiry_length)


def with_feature_renamed(reward: Reward, before: str, after: str) -> Reward:
    """A reward goes on granting a feature whose id changes."""
    return reward.but(
        grants=tuple(
            grant.but(feature_id=after) if grant.feature_id == before else grant for grant in reward.grants
        )
    )
