"""Whatever a customer has: a preview tells the invoice that the operation makes, what is refused leaves
everything as it was, and the invoices to come that it is told of are the ones that come."""

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.periods import SECOND
from autumn_mock.domain.records import Invoice
from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import PACK, PER_CALL, catalogue, monthly, use
from tests.builders import item, plan
from tests.conftest import Api
from tests.discounts import coupon

PREPAID = {"interval": "month", "billing_method": "prepaid", "billing_units": 1}
TIERS = [{"to": 100, "amount": 1}, {"to": 300, "amount": 0.5}, {"to": "inf", "amount": 0.1}]
QUANTITIES = {"packs": "credits", "graduated": "calls", "volume": "calls", "mixed": "credits"}
PLANS = (
    "starter", "pro", "premium", "mini", "pro_year", "boost", "extra", "packs", "basic", "scale", "team",
    "pro_t", "graduated", "volume", "mail", "mixed", "weekly",
)  # fmt: skip
SCOPES = ({}, {}, {"entity_id": "e"})
WITH = (
    {}, {}, {}, {"discounts": [{"reward_id": "ten"}]}, {"discounts": [{"reward_id": "five"}]},
    {"billing_cycle_anchor": "now"}, {"new_billing_subscription": True}, {"plan_schedule": "end_of_cycle"},
)  # fmt: skip
ACTIONS = ("cancel_immediately", "cancel_end_of_cycle", "uncancel")


def _quantity(plan_id: str, units: int) -> dict[str, Any]:
    wanted = [{"feature_id": QUANTITIES.get(plan_id, "credits"), "quantity": units}]
    return {"feature_quantities": wanted} if plan_id in QUANTITIES else {}


_plans = st.sampled_from(PLANS)
_units = st.sampled_from((0, 7, 100, 150, 250, 333))
ATTACH = st.builds(
    lambda name, units, scope, more: ("attach", {"plan_id": name, **_quantity(name, units), **scope, **more}),
    _plans, _units, st.sampled_from(SCOPES), st.sampled_from(WITH),
)  # fmt: skip
CANCEL = st.builds(lambda action: ("update", {"cancel_action": action}), st.sampled_from(ACTIONS))
REQUANTIFY = st.builds(
    lambda plan_id, units: ("update", {"plan_id": plan_id, **_quantity(plan_id, units)}),
    st.sampled_from(tuple(QUANTITIES)), _units,
)  # fmt: skip
SEVERAL = st.builds(
    lambda names, units, scope: (
        "multi_attach", {"plans": [{"plan_id": name, **_quantity(name, units)} for name in names], **scope}
    ),
    st.lists(_plans, min_size=2, max_size=3, unique=True), _units, st.sampled_from(SCOPES),
)  # fmt: skip
USE = st.builds(
    lambda feature, value: ("use", {"feature": feature, "value": value}),
    st.sampled_from(("calls", "credits", "seats")), st.sampled_from((1, 3, 120)),
)  # fmt: skip
HOLD = ("use", {"feature": "seats", "value": 3})
WAIT = st.builds(lambda span: ("wait", {"advance": span}), st.sampled_from(("17 minutes", "9 days", "31 days")))
CHANGE = (ATTACH, ATTACH, CANCEL, REQUANTIFY, SEVERAL)
STEPS = st.lists(st.one_of(*CHANGE, USE, WAIT), min_size=2, max_size=8)


def prepare(api: Api) -> None:
    catalogue(api)
    api.freeze(api.world.now() + 432)  # the payment provider has whole seconds
    plan(api, "graduated", item("calls", price={**PREPAID, "tiers": TIERS}), **monthly(9))
    volume = {**PREPAID, "tiers": TIERS, "tier_behavior": "volume"}
    plan(api, "volume", item("calls", 50, price=volume), **monthly(11))
    plan(api, "mail", item("calls", 5, "month"), group="mail", **monthly(15))
    plan(api, "weekly", item("credits", 10, "week"), price={"amount": 7, "interval": "week"})
    held = item("seats", 1, price={**PER_CALL, "amount": 10})
    used = item("calls", 10, "month", price={**PER_CALL, "amount": 0.5})
    plan(api, "mixed", item("credits", 100, "month", price=PACK), used, held, **monthly(17))
    coupon(api, "ten", percent=10)
    coupon(api, "five", amount=5, months=2)
    api("entities.create", customer_id="k", entity_id="e", feature_id="seats")


def world_of(api: Api) -> dict[str, Any]:
    store = api.world.store
    tables = (
        "balances",
        "customers",
        "entities",
        "invoices",
        "stripe_customers",
        "stripe_subscriptions",
        "subscriptions",
    )
    return {name: dict(getattr(store, name).records) for name in tables}


def told_money(preview: Any) -> Decimal:
    """What the lines of a preview come to; credit that the customer has is no matter of the invoice's."""
    return sum((Decimal(str(line["total"])) for line in preview["line_items"]), Decimal(0))


def _goes_by(api: Api, name: str, body: dict[str, Any]) -> bool:
    """Whether the step is no billing operation but something that merely happens."""
    if name == "wait":
        api.advance(body["advance"])
    elif name == "use":
        use(api, "k", body["feature"], body["value"])
    else:
        return False
    return True


def done_as_previewed(api: Api, name: str, body: dict[str, Any]) -> tuple[dict[str, Any], list[Invoice]] | None:
    """Do what was previewed: refused for the same reason and nothing changed (None), or the preview and the
    invoices made, which come to what it told."""
    asked = {"customer_id": "k", **body}
    foreseen = api.call(f"billing.preview_{name}", asked)
    before = world_of(api)

    done = api.call(f"billing.{name}", asked)

    if done[0] >= 400:
        assert done[0] < 500
        assert done == foreseen
        assert world_of(api) == before
        return None
    made = [made for key, made in world_of(api)["invoices"].items() if key not in before["invoices"]]
    told = foreseen[1].get("subscriptions", [foreseen[1]])
    off = sum((invoice.total for invoice in made), Decimal(0)) - sum(map(told_money, told), Decimal(0))
    assert abs(off) <= Decimal("0.005") * (1 + sum(len(each["line_items"]) for each in told)), (name, asked)
    return foreseen[1], made


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_a_preview_tells_the_invoice_and_what_is_refused_changes_nothing(steps: list[tuple[str, Any]]) -> None:
    with Emulator(Settings(profile="server", id_seed=7, invariants=True)) as emulator:
        api = Api(emulator)
        prepare(api)

        for name, body in steps:
            if not _goes_by(api, name, body):
                done_as_previewed(api, name, body)


def _coming(api: Api) -> list[dict[str, Any]]:
    shown = api("customers.get", customer_id="k", expand=["invoice_previews"])
    return shown.get("invoice_previews") or []


def _before_discounts(invoice: Invoice) -> Decimal:
    return sum((line.amount + line.discounted for line in invoice.lines), Decimal(0))


ON_ITS_OWN = {"new_billing_subscription": True}
AT_ITS_END = {"plan_schedule": "end_of_cycle"}
A_MONTH = ("wait", {"advance": "31 days"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
@example(steps=[("attach", {"plan_id": "mixed"}), HOLD, ("attach", {"plan_id": "mini"})])
@example(steps=[("multi_attach", {"plans": [{"plan_id": "pro_t"}, {"plan_id": "mail"}]})])
@example(steps=[("attach", {"plan_id": "premium"}), ("attach", {"plan_id": "weekly"})])
@example(steps=[("attach", {"plan_id": "pro"}), ("attach", {"plan_id": "pro_year", **AT_ITS_END})])
@example(
    steps=[
        ("attach", {"plan_id": "premium"}),
        ("attach", {"plan_id": "mini"}),
        ("attach", {"plan_id": "mail", "billing_cycle_anchor": "now"}),
    ]
)
@example(
    steps=[
        ("attach", {"plan_id": "company"}),
        ("attach", {"plan_id": "mini", "entity_id": "e", **ON_ITS_OWN}),
        ("multi_attach", {"plans": [{"plan_id": "starter"}, {"plan_id": "scale", "entity_id": "e"}]}),
    ]
)
@example(steps=[("attach", {"plan_id": "pro"}), ("attach", {"plan_id": "mini", **ON_ITS_OWN, **AT_ITS_END})])
def test_invoices_come_as_they_are_told(steps: list[tuple[str, Any]]) -> None:
    """Those of nothing are left out on both sides. A plan that is to come by itself, billed by nothing
    yet, is not told of."""
    with Emulator(Settings(profile="server", id_seed=7, invariants=True)) as emulator:
        api = Api(emulator)
        prepare(api)
        for name, body in steps:
            if not _goes_by(api, name, body):
                api.call(f"billing.{name}", {"customer_id": "k", **body})
        coming = _coming(api)
        first = min((invoice["invoice_at"] for invoice in coming), default=0)
        before, billing = (
            set(api.world.store.invoices.records),
            set(api.world.store.stripe_subscriptions.records),
        )
        assume(first)

        api.request("POST", "/_mock/clock", {"now": first + SECOND})

        made = [invoice for key, invoice in api.world.store.invoices.records.items() if key not in before]
        told = Counter(
            (each["invoice_at"], Decimal(str(each["subtotal"])), Decimal(str(each["total"])))
            for each in coming
            if each["invoice_at"] <= first + SECOND and each["subtotal"]
        )
        came = Counter(map(_as_told, made))
        came_by_itself = Counter(_as_told(each) for each in made if each.stripe_subscription not in billing)
        assert told <= came
        assert came - told <= came_by_itself


def _as_told(invoice: Invoice) -> tuple[int, Decimal, Decimal]:
    return invoice.created_at, _before_discounts(invoice), invoice.total


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, last=st.one_of(*CHANGE))
@example(
    steps=[("attach", {"plan_id": "team"}), ("attach", {"plan_id": "mini"})],
    last=("attach", {"plan_id": "extra"}),
)
@example(
    steps=[("attach", {"plan_id": "basic"})],
    last=("multi_attach", {"plans": [{"plan_id": "extra"}, {"plan_id": "pro"}]}),
)
@example(
    steps=[
        ("attach", {"plan_id": "pro_year", "entity_id": "e"}),
        ("attach", {"plan_id": "premium"}),
        ("wait", {"advance": "31 days"}),
    ],
    last=("attach", {"plan_id": "mini"}),
)
@example(
    steps=[("multi_attach", {"plans": [{"plan_id": "pro_t"}, {"plan_id": "mail"}]})],
    last=("attach", {"plan_id": "starter"}),
)
def test_the_next_cycle_comes_as_a_preview_tells_it(
    steps: list[tuple[str, Any]], last: tuple[str, Any]
) -> None:
    """Where a change is made at once. What was used is not told, and a lower quantity that waits is told
    when it counts only."""
    with Emulator(Settings(profile="server", id_seed=7, invariants=True)) as emulator:
        api = Api(emulator)
        prepare(api)
        for name, body in steps:
            if not _goes_by(api, name, body):
                api.call(f"billing.{name}", {"customer_id": "k", **body})
        name, body = last
        foreseen = api.call(f"billing.preview_{name}", {"customer_id": "k", **body})[1].get("next_cycle")
        status, answer = api.call(f"billing.{name}", {"customer_id": "k", **body})
        if status != 200 or foreseen is None or answer["payment_url"]:
            return
        before = set(api.world.store.invoices.records)

        api.request("POST", "/_mock/clock", {"now": foreseen["starts_at"] + SECOND})

        second = whole_second(foreseen["starts_at"])
        made = [each for key, each in api.world.store.invoices.records.items() if key not in before]
        came = [_in_advance(each) for each in made if each.created_at == second]
        assert Decimal(str(foreseen["subtotal"])) in [*came, Decimal(0)]


def _in_advance(invoice: Invoice) -> Decimal:
    """What was charged for what is not used yet."""
    ahead = (line for line in invoice.lines if line.ends_at is None or line.ends_at > invoice.created_at)
    return sum((line.amount + line.discounted for line in ahead), Decimal(0))
