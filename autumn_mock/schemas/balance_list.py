"""Shape of `balances.list`."""

from autumn_mock.schemas import fields
from autumn_mock.schemas.subscriptions import OfACustomer

STATUSES = ("active", "expired")


class ListBalances(OfACustomer):
    """`plan_id` null asks for what is of no plan."""

    statuses = fields.Array(fields.Choice(STATUSES), load_default=lambda: ["active"])
    plan_id = fields.String(allow_none=True)
    feature_id = fields.String()
