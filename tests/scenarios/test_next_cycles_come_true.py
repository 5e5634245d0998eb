"""The next cycle that a preview tells is the invoice that comes then, whatever ends or begins until then."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from autumn_mock.domain.periods import DAY, SECOND
from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import catalogue, monthly
from tests.builders import item, plan
from tests.conftest import Api

PLANS = ("pro", "premium", "mini", "pro_year", "extra", "packs", "mail", "weekly", "pro_t", "starter", "boost")
MORE: tuple[dict[str, Any], ...] = (
    {}, {}, {}, {"entity_id": "e"}, {"ends": 10}, {"ends": 40}, {"plan_schedule": "end_of_cycle"},
    {"plan_schedule": "immediate"}, {"remove_plan_ids": ["extra"]},
)  # fmt: skip
ATTACH = st.tuples(st.sampled_from(PLANS), st.sampled_from(MORE))
STEPS = st.lists(st.one_of(ATTACH, ATTACH, ATTACH, st.sampled_from((3, 17, 31))), min_size=1, max_size=5)


def _body(api: Api, step: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    plan_id, more = step
    body = {"customer_id": "k", "plan_id": plan_id} | {k: v for k, v in more.items() if k != "ends"}
    return body | ({"ends_at": api.world.now() + more["ends"] * DAY} if "ends" in more else {})


def _in_cents(amounts: Any) -> list[Decimal]:
    cents = (Decimal(str(amount)).quantize(Decimal("0.01")) for amount in amounts)
    return sorted(amount for amount in cents if amount)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(steps=STEPS, last=ATTACH)
def test_the_next_cycle_of_a_preview_is_what_comes_then(steps: list[Any], last: Any) -> None:
    with Emulator(Settings(profile="server", id_seed=7, invariants=True)) as emulator:
        api = Api(emulator)
        catalogue(api)
        plan(api, "mail", item("calls", 5, "month"), group="mail", **monthly(15))
        plan(api, "weekly", item("calls", 3, "week"), group="mail", price={"amount": 7, "interval": "week"})
        api("entities.create", customer_id="k", entity_id="e", feature_id="seats")
        for step in steps:
            if isinstance(step, int):
                api.advance(f"{step} days")
            else:
                api.call("billing.attach", _body(api, step))
        body = _body(api, last)
        status, shown = api.call("billing.preview_attach", body)
        assume(status == 200 and shown.get("next_cycle"))
        done = api("billing.attach", **body)
        assume("required_action" not in done)
        row = max(api.world.store.subscriptions, key=lambda each: each.created_at)
        assume(row.stripe_subscription_id)
        told = shown["next_cycle"]

        api.request("POST", "/_mock/clock", {"now": told["starts_at"] + SECOND})

        second = told["starts_at"] // SECOND * SECOND
        came = [
            line.amount
            for invoice in api.world.store.invoices
            if invoice.created_at == second and invoice.stripe_subscription == row.stripe_subscription_id
            for line in invoice.lines
            if line.amount > 0
        ]
        assert _in_cents(came) == _in_cents(line["subtotal"] for line in told["line_items"])
