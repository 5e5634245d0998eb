"""Which rows count for whom, and in which order (reference: rows that count, entity matching, order)."""

from decimal import Decimal

import pytest

from autumn_mock.domain.balances.sight import Sight, look
from autumn_mock.domain.records import Balance, Entity, EntityBalance, Reset, Subscription
from tests.deductions import COINS, COSTS, MAIL, NOW, PER_USE, a_row, holding

S1 = Entity(internal_id="ety_1", id="s1", customer="cus_1", feature_id="seats", created_at=1)
S2 = Entity(internal_id="ety_2", id="s2", customer="cus_1", feature_id="seats", created_at=2)
MONTH, YEAR = Reset(interval="month"), Reset(interval="year")

PLAIN = a_row("r5")
MONTHLY = PLAIN.but(reset=MONTH, next_reset_at=NOW + 9)
PER_SEAT = PLAIN.but(
    entity_feature_id="seats", balance=Decimal(0), entities={"ety_1": EntityBalance(balance=Decimal(3))}
)
OF_S1 = PLAIN.but(subscription=None, entity="ety_1")


def seen(*rows: Balance, by: Entity | None = None, everything: bool = False, **config: bool) -> Sight:
    held = holding(*[row.but(id=f"{row.id}_{at}") for at, row in enumerate(rows)])
    customer = held.customer.but(config=dict(config))
    facts = {"customer": customer, "entities": (S1, S2), "entity": by}
    held = type(held)(
        **{name: getattr(held, name) for name in ("subscriptions", "rows", "features", "plans")}, **facts
    )
    return look(held, now=NOW, feature_ids=COSTS, first=MAIL, everything=everything)


def count(*rows: Balance, by: Entity | None = None, **config: bool) -> int:
    return len(seen(*rows, by=by, **config).rows)


@pytest.mark.parametrize(("row", "customer", "s1", "s2"), [
    pytest.param(PLAIN, 1, 1, 1, id="shared"),
    pytest.param(OF_S1, 0, 1, 0, id="granted to an entity"),
    pytest.param(PLAIN.but(entity="ety_1"), 0, 1, 0, id="of a plan on an entity"),
    pytest.param(PER_SEAT, 1, 1, 0, id="per entity, without a share for s2"),
    pytest.param(PER_SEAT.but(entities={}), 1, 1, 1, id="per entity, no shares yet"),
    pytest.param(PER_SEAT.but(entities={}, entity_feature_id="rooms"), 1, 0, 0, id="per other entities"),
])  # fmt: skip
def test_who_may_use_a_row(row: Balance, customer: int, s1: int, s2: int) -> None:
    assert (count(row), count(row, by=S1), count(row, by=S2)) == (customer, s1, s2)


def test_an_entity_may_be_kept_to_its_own() -> None:
    rows = (PLAIN, OF_S1, PER_SEAT)

    assert count(*rows, by=S1, disable_pooled_balance=True) == 2
    assert count(*rows, disable_pooled_balance=True) == 2


@pytest.mark.parametrize(("row", "counts"), [
    pytest.param(PLAIN.but(expires_at=NOW), 0, id="expired"),
    pytest.param(PLAIN.but(expires_at=NOW + 1), 1, id="about to expire"),
    pytest.param(PLAIN.but(pooled=True), 0, id="source of a pool"),
    pytest.param(PLAIN.but(subscription="cus_prod_9"), 0, id="of a plan that is gone"),
    pytest.param(PLAIN.but(balance=Decimal(0)), 1, id="used up, of a plan"),
    pytest.param(PLAIN.but(balance=Decimal(0), subscription=None), 0, id="used up, loose"),
    pytest.param(PLAIN.but(balance=Decimal(-5), subscription=None), 1, id="in debt, loose"),
    pytest.param(PLAIN.but(balance=Decimal(0), subscription=None, pool=True), 1, id="used up, a pool"),
    pytest.param(PLAIN.but(balance=Decimal(0), subscription=None, unlimited=True), 1, id="unlimited"),
    pytest.param(PLAIN.but(feature_id="other"), 0, id="of a feature that is gone"),
])  # fmt: skip
def test_which_rows_count(row: Balance, counts: int) -> None:
    assert count(row) == counts


@pytest.mark.parametrize(("status", "counts"), [
    ("active", 1), ("past_due", 1), ("scheduled", 0), ("expired", 0),
])  # fmt: skip
def test_which_plans_count(status: str, counts: int) -> None:
    plan = Subscription(
        id="cus_prod_1", customer="cus_1", plan="prod_1", plan_id="free", status=status,
        created_at=0, started_at=0,
    )  # fmt: skip
    held = holding(PLAIN)
    changed = type(held)(
        customer=held.customer, subscriptions=(plan,), rows=held.rows, entities=(),
        features=held.features, plans={},
    )  # fmt: skip

    assert len(look(changed, now=NOW).rows) == counts


def test_what_entities_have_is_beneath_the_customer() -> None:
    sight = seen(PLAIN, OF_S1)

    assert (len(sight.rows), len(sight.beneath)) == (1, 1)
    assert len(seen(PLAIN, OF_S1, everything=True).rows) == 2
    assert seen(PLAIN, OF_S1, by=S1).beneath == ()


ORDER = [
    pytest.param(PLAIN, PER_SEAT, None, id="1 shared first for the customer"),
    pytest.param(PER_SEAT, PLAIN, S1, id="1 its own first for an entity"),
    pytest.param(PLAIN, MONTHLY.but(feature_id=COINS), None, id="2 own before credits"),
    pytest.param(PLAIN.but(unlimited=True), MONTHLY, None, id="3 unlimited before finite"),
    pytest.param(MONTHLY, PLAIN.but(expires_at=NOW + 5), None, id="4 resetting before not"),
    pytest.param(MONTHLY, MONTHLY.but(reset=YEAR, next_reset_at=NOW + 1), None, id="5 shorter first"),
    pytest.param(
        MONTHLY.but(reset=Reset(interval="week", interval_count=2)), MONTHLY, None, id="5 two weeks first"
    ),
    pytest.param(PLAIN.but(expires_at=NOW + 5), PLAIN.but(expires_at=NOW + 6), None, id="6 sooner first"),
    pytest.param(PLAIN.but(expires_at=NOW + 5), PLAIN, None, id="6 expiring before not"),
    pytest.param(PLAIN, PLAIN.but(add_on=True), None, id="8 main plan before add-on"),
    pytest.param(PLAIN, PLAIN.but(price=PER_USE), None, id="9 pay per use last"),
    pytest.param(PLAIN, PLAIN.but(created_at=99), None, id="10 older first"),
]


@pytest.mark.parametrize(("first", "second", "by"), ORDER)
def test_the_order_of_rows(first: Balance, second: Balance, by: Entity | None) -> None:
    forward, backward = seen(first, second, by=by), seen(second, first, by=by)

    assert [row.id for row in forward.rows] == ["r5_0", "r5_1"]
    assert [row.id for row in backward.rows] == ["r5_1", "r5_0"]


def test_rows_of_plans_on_entities_go_by_the_entities_ids() -> None:
    of_s2 = PLAIN.but(entity="ety_2")

    assert [row.entity for row in seen(of_s2, PLAIN.but(entity="ety_1"), everything=True).rows] == [
        "ety_1",
        "ety_2",
    ]


def test_a_row_that_a_change_drained_is_still_seen() -> None:
    sight = seen(OF_S1, by=S1)
    [row] = sight.rows

    after = sight.with_rows({row.id: row.but(balance=Decimal(0))})

    assert [each.balance for each in after.rows] == [0]
