"""Rows and the balances that the API shows (reference: balances, the API balance).

Invariant: shown numbers follow from the rows alone; nothing is counted twice.
"""

from collections.abc import Container

from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import JsonObject


def balances_and_flags(
    holdings: Holdings, *, now: int, listed: bool = False, expand: Container[str] = ()
) -> tuple[JsonObject, JsonObject]:
    """`balances` and `flags` of a customer or entity object, by feature id, newest shape.

    `listed` is the form of `customers.list` (rows of entities in the breakdown). `expand` may hold
    `balances.feature` and `flags.feature`.
    """
    raise NotImplementedError
