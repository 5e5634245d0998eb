"""Rows and deductions that need no server: mail, paid by itself or at 3 coins each; and any such rows."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from autumn_mock.domain.balances.deduction import Outcome, Use, deduct
from autumn_mock.domain.balances.limits import NO_LIMITS, Limits
from autumn_mock.domain.balances.overage import CAP
from autumn_mock.domain.balances.sight import look
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import (
    Balance,
    CreditCost,
    Customer,
    Feature,
    ItemPrice,
    Reset,
    Rollover,
    Subscription,
)

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


amounts = st.decimals(min_value=-500, max_value=500, places=4)
balances = st.decimals(min_value=-50, max_value=200, places=3)


@st.composite
def any_rows(draw: st.DrawFn) -> tuple[Balance, ...]:
    found = []
    for at in range(draw(st.integers(1, 5))):
        feature_id = draw(st.sampled_from([MAIL, COINS]))
        price = draw(st.sampled_from([None, PER_USE, PER_USE.but(max_purchase=Decimal(20))]))
        monthly = draw(st.booleans())
        kept = draw(st.lists(st.decimals(min_value=0, max_value=40, places=2), max_size=2))
        found.append(
            a_row(
                f"r{at}",
                draw(st.integers(0, 150)),
                feature_id=feature_id,
                balance=draw(balances),
                price=price,
                reset=Reset(interval="month") if monthly else None,
                next_reset_at=9_000 if monthly else None,
                rollovers=tuple(Rollover(id=f"roll_{at}_{n}", balance=amount) for n, amount in enumerate(kept)),
            )
        )
    return tuple(found)


def held(row: Balance) -> Decimal:
    """What a row and its rollovers hold."""
    return row.balance + sum((each.balance for each in row.rollovers), Decimal(0))
