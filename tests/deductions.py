"""Rows and deductions that need no server: mail, paid by itself or at 3 coins each."""

from decimal import Decimal
from typing import Any

from autumn_mock.domain.deduction import Outcome, Use, deduct
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.limits import NO_LIMITS, Limits
from autumn_mock.domain.overage import CAP
from autumn_mock.domain.records import Balance, CreditCost, Customer, Feature, ItemPrice, Subscription
from autumn_mock.domain.sight import look

MAIL, COINS = "mail", "coins"
FEATURES = {
    MAIL: Feature(id=MAIL, internal_id="fe_1", name="Mail", type="metered", created_at=1, consumable=True),
    COINS: Feature(
        id=COINS,
        internal_id="fe_2",
        name="Coins",
        type="credit_system",
        created_at=2,
        consumable=True,
        credit_schema=(CreditCost(metered_feature_id=MAIL, credit_cost=Decimal(3)),),
    ),
}
COSTS = {MAIL: Decimal(1), COINS: Decimal(3)}
PER_USE = ItemPrice(id="pr_1", interval="month", billing_method="usage_based", amount=Decimal(1))
NOW = 1_000


def a_row(row_id: str, included: Any = 10, *, feature_id: str = MAIL, **facts: Any) -> Balance:
    facts = {"balance": Decimal(str(included)), "subscription": "cus_prod_1"} | facts
    return Balance(
        id=row_id,
        customer="cus_1",
        feature_id=feature_id,
        created_at=int(row_id.strip("abcdefghijklmnopqrstuvwxyz_") or 0),
        included=Decimal(str(included)),
        **facts,
    )


def holding(*rows: Balance) -> Holdings:
    plan = Subscription(
        id="cus_prod_1", customer="cus_1", plan="prod_1", plan_id="free", status="active",
        created_at=0, started_at=0,
    )  # fmt: skip
    return Holdings(
        customer=Customer(internal_id="cus_1", id="ada", created_at=0),
        subscriptions=(plan,),
        rows=rows,
        entities=(),
        features=FEATURES,
        plans={},
    )


def take(rows: tuple[Balance, ...], amount: Any, behavior: str = CAP, limits: Limits = NO_LIMITS) -> Outcome:
    sight = look(holding(*rows), now=NOW, feature_ids=COSTS, first=MAIL)
    use = Use(feature_id=MAIL, amount=Decimal(str(amount)), costs=COSTS, behavior=behavior)
    return deduct(sight, use, limits)


def left_in(outcome: Outcome, *rows: Balance) -> list[Decimal]:
    return [outcome.changed.get(row.id, row).balance for row in rows]
