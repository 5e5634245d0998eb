"""Whatever cards do and people ask for, the books add up after every step."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autumn_mock.domain.payments.books import credit_left
from autumn_mock.emulator import Emulator
from autumn_mock.errors import ApiError
from autumn_mock.operations.billing.invoice_payment import pay_invoice, void_invoice
from autumn_mock.settings import Settings
from tests.billing import catalogue
from tests.builders import item, plan
from tests.conftest import Api

OUTCOMES = (
    "succeed", "decline:card_declined", "decline:expired_card", "requires_action", "requires_action:once",
    "expires_in:20 days", "none",
)  # fmt: skip
SCRIPTED = ("succeed x2", *OUTCOMES[:4])
PLANS = ("starter", "pro", "premium", "mini", "pro_t", "extra", "packs", "boost", "weekly", "pro_year")
CANCELS = ("cancel_immediately", "cancel_end_of_cycle", "uncancel")

Step = tuple[str, Any]
STEPS = st.one_of(
    st.tuples(st.just("card"), st.sampled_from(OUTCOMES)),
    st.tuples(
        st.just("script"), st.lists(st.sampled_from(("succeed x2", *OUTCOMES[:4])), min_size=1, max_size=4)
    ),
    st.tuples(st.just("attach"), st.sampled_from(PLANS)),
    st.tuples(st.just("attach"), st.sampled_from(PLANS)),
    st.tuples(st.just("cancel"), st.tuples(st.sampled_from(PLANS), st.sampled_from(CANCELS))),
    st.tuples(st.just("refund"), st.tuples(st.sampled_from(PLANS), st.sampled_from(("full", "prorated")))),
    st.tuples(st.just("quantity"), st.sampled_from((100, 300, 700))),
    st.tuples(st.just("wait"), st.sampled_from((1, 3, 8, 16, 31))),
    st.tuples(st.just("settle"), st.sampled_from(("page", "card", "elsewhere", "void"))),
)


def _card(api: Api, outcome: str) -> tuple[int, Any]:
    return api.request("POST", "/_mock/payment_methods", {"customer_id": "c", "outcome": outcome})


def _script(api: Api, steps: list[str]) -> tuple[int, Any]:
    return api.request("POST", "/_mock/payment_methods", {"customer_id": "c", "script": steps})


def _attach(api: Api, plan_id: str) -> tuple[int, Any]:
    return api.call("billing.attach", {"customer_id": "c", "plan_id": plan_id, "redirect_mode": "never"})


def _cancel(api: Api, what: tuple[str, str]) -> tuple[int, Any]:
    return api.call("billing.update", {"customer_id": "c", "plan_id": what[0], "cancel_action": what[1]})


def _refund(api: Api, what: tuple[str, str]) -> tuple[int, Any]:
    body = {"cancel_action": "cancel_immediately", "refund_last_payment": what[1]}
    return api.call("billing.update", {"customer_id": "c", "plan_id": what[0], **body})


def _quantity(api: Api, units: int) -> tuple[int, Any]:
    wanted = [{"feature_id": "credits", "quantity": units}]
    return api.call("billing.update", {"customer_id": "c", "plan_id": "packs", "feature_quantities": wanted})


def _wait(api: Api, days: int) -> tuple[int, Any]:
    return api.request("POST", "/_mock/clock", {"advance": f"{days} days"})


def _settle(api: Api, how: str) -> tuple[int, Any]:
    """Do something about the newest open invoice."""
    opened = [invoice for invoice in api.world.store.invoices if invoice.status == "open"]
    if not opened:
        return 200, None
    newest = max(opened, key=lambda invoice: (invoice.created_at, invoice.id))
    if how == "page":
        return api.request("POST", "/_mock/checkouts/complete", {"url": f"/invoice/{newest.id}"})
    try:
        with api.world.lock, api.world.store.transaction():
            if how == "void":
                void_invoice(api.world, newest)
            else:
                pay_invoice(api.world, newest, out_of_band=how == "elsewhere")
    except ApiError as error:
        return error.status, None
    return 200, None


def _credit(api: Api) -> Decimal:
    """What the only customer with a card has to draw on; nobody else was billed."""
    return sum((payer.credit for payer in api.world.store.stripe_customers), Decimal(0))


DO: dict[str, Callable[[Api, Any], tuple[int, Any]]] = {
    "card": _card, "script": _script, "attach": _attach, "cancel": _cancel, "refund": _refund,
    "quantity": _quantity, "wait": _wait, "settle": _settle,
}  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=3, max_size=25))
def test_the_books_add_up_after_every_step(steps: list[Step]) -> None:
    with Emulator(Settings(profile="server", id_seed=7, invariants=True)) as emulator:
        api = Api(emulator)
        catalogue(api)
        plan(api, "weekly", item("credits", 10, "week"), price={"amount": 7, "interval": "week"})

        for name, what in steps:
            status, answer = DO[name](api, what)

            assert status < 500, f"{name} {what} answered {status} {answer}"
            assert _credit(api) == credit_left(api.world.store.invoices)
            assert api.request("GET", "/_mock/invariants") == (200, {"ok": True, "broken": []}), (name, what)
