"""What a top-up does to balances: nothing is lost, debts come first."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.controls.auto_topups import Offer, bought
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Balance, Customer, ItemPrice, Plan, PlanItem, Subscription
from tests.rows import START, monthly_row

PRICE = ItemPrice(
    id="pr_1", interval="one_off", billing_method="prepaid", amount=Decimal(10), billing_units=Decimal(100)
)
PER_USE = ItemPrice(id="pr_2", interval="month", billing_method="usage_based", amount=Decimal(1))
PACK = PlanItem(entitlement_id="ent_1", feature_id="notes", price=PRICE)
PLAN = Plan(internal_id="prod_1", id="pack", name="Pack", version=1, created_at=START, items=(PACK,))
BOUGHT = Subscription(
    id="cus_prod_1", customer="cus_1", plan="prod_1", plan_id="pack", status="active", created_at=START,
    started_at=START, feature_quantities={"notes": Decimal(100)},
)  # fmt: skip
AMOUNTS = st.integers(-500, 500)


def pack_row(balance: int) -> Balance:
    return monthly_row(
        0, prepaid=Decimal(100), balance=Decimal(balance), price=PRICE, entitlement_id="ent_1"
    ).but(id="pack", subscription="cus_prod_1")


def holding(*rows: Balance) -> Holdings:
    ada = Customer(internal_id="cus_1", id="ada", created_at=START)
    return Holdings(
        customer=ada, subscriptions=(BOUGHT,), rows=rows, entities=(), features={}, plans={"prod_1": PLAN}
    )


@given(st.lists(AMOUNTS, max_size=5), st.integers(0, 100), st.integers(1, 6))
def test_what_was_bought_is_somewhere_and_debts_are_lifted_first(
    others: list[int], left: int, packs: int
) -> None:
    pack = pack_row(left)
    rows = [monthly_row(100, balance=Decimal(b)).but(id=f"row{n}") for n, b in enumerate(others)]
    units = Decimal(100 * packs)

    plan, changed = bought(holding(*rows, pack), Offer(pack, BOUGHT, PLAN, PACK, units))

    after = {row.id: changed.get(row.id, row) for row in (*rows, pack)}
    assert sum(r.balance for r in after.values()) - sum(r.balance for r in (*rows, pack)) == units
    assert after["pack"].prepaid == pack.prepaid + units == plan.feature_quantities["notes"]
    debts = sum(row.balance for row in after.values() if row.balance < 0)
    assert debts == 0 or after["pack"].balance == pack.balance
    for row in rows:
        assert min(row.balance, Decimal(0)) <= min(after[row.id].balance, Decimal(0)) <= 0
        assert row.balance < 0 or after[row.id] is row


def test_debts_that_are_paid_for_come_before_older_ones() -> None:
    old = monthly_row(100, balance=Decimal(-80)).but(id="old")
    paid = monthly_row(100, balance=Decimal(-80), price=PER_USE).but(id="paid", created_at=START + 5)
    pack = pack_row(0)

    _, changed = bought(holding(old, paid, pack), Offer(pack, BOUGHT, PLAN, PACK, Decimal(100)))

    assert changed["paid"].balance == 0
    assert changed["old"].balance == -60
    assert changed["pack"].balance == 0


def test_rows_of_entities_are_left_alone() -> None:
    seat = monthly_row(100, balance=Decimal(-80)).but(id="seat", entity="ety_1")
    pack = pack_row(0)

    _, changed = bought(holding(seat, pack), Offer(pack, BOUGHT, PLAN, PACK, Decimal(100)))

    assert changed.keys() == {"pack"}
