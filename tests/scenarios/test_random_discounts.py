"""Whatever discounts, refunds and invoices are asked for, every cent is accounted for after every step."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from autumn_mock.domain.invoices.taxes import added_tax
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Invoice
from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import catalogue, give_card
from tests.builders import item, plan
from tests.conftest import Api
from tests.discounts import coupon, credits

PLANS = (
    "starter", "pro", "premium", "mini", "pro_t", "extra", "packs", "boost", "weekly", "pro_year", "basic",
    "team",
)  # fmt: skip
COUPONS = ("quarter", "third", "six", "seven", "much", "all", "pro_half", "five", "drawn", "first")
CODES = ("QUARTER", "SIX", "FIVE", "FIRST")
Answer = tuple[int, Any]


def _catalogue(api: Api) -> None:
    catalogue(api)
    plan(api, "weekly", item("credits", 10, "week"), price={"amount": 7, "interval": "week"})
    coupon(api, "quarter", percent=25, months=2, code="QUARTER")
    coupon(api, "third", percent=33.33)
    coupon(api, "six", amount=6, once=True, code={"code": "SIX", "global_max_redemption": 2})
    coupon(api, "seven", amount=7.77)
    coupon(api, "much", amount=200, months=2)
    coupon(api, "all", percent=100, once=True)
    coupon(api, "pro_half", percent=50, plan_ids=["pro"])
    coupon(api, "five", amount=5, plan_ids=["premium", "mini"], code="FIVE")
    coupon(api, "first", percent=50, once=True, code={"code": "FIRST", "first_time_transaction": True})
    credits(api, "drawn", 30)
    give_card(api, "c")
    for entity_id in ("e1", "e2"):
        api("entities.create", customer_id="c", entity_id=entity_id, feature_id="seats")


class Person:
    """Somebody who asks for one thing after the other, the same things for the same seed."""

    def __init__(self, api: Api, seed: int) -> None:
        self.api, self.random = api, Random(seed)
        self.steps: tuple[tuple[int, Callable[[], Answer]], ...] = (
            (6, self.attach), (5, self.update), (3, self.cancel), (6, self.wait), (2, self.coupon),
            (2, self.several), (2, self.create), (1, self.take), (1, self.card), (1, self.use), (6, self.treat),
        )  # fmt: skip

    def step(self) -> tuple[str, int, Any]:
        weights = [weight for weight, _ in self.steps]
        do = self.random.choices([each for _, each in self.steps], weights)[0]
        return do.__name__, *do()

    def _discounts(self) -> dict[str, Any]:
        pick = self.random.choice
        wanted = [
            {"promotion_code": pick(CODES)} if self.random.random() < 0.2 else {"reward_id": pick(COUPONS)}
            for _ in range(pick((0, 1, 1, 2)))
        ]
        return {"discounts": wanted} if wanted else {}

    def _had(self) -> dict[str, Any]:
        """A plan that the customer has, if there is one."""
        names = {each.internal_id: each.id for each in self.api.world.store.entities}
        held = [each for each in self.api.world.store.subscriptions if each.status != "expired"]
        if not held:
            return {"plan_id": self.random.choice(PLANS)}
        row = self.random.choice(held)
        return {"plan_id": row.plan_id} | ({"entity_id": names[row.entity]} if row.entity else {})

    def _previewed(self, operation: str, body: dict[str, Any]) -> Answer:
        """Do something of which the preview, where there is one, told every line."""
        known, told = self.api.call(f"billing.preview_{operation}", body)
        status, answer = self.api.call(f"billing.{operation}", body)
        if known == status == 200 and answer.get("invoice"):
            lines = [line["total"] for line in told["line_items"]]
            apart = abs(answer["invoice"]["total"] - sum(lines))
            assert apart <= 0.0051 * max(1, len(lines)), (body, lines, answer)
        return status, answer

    def attach(self) -> Answer:
        pick, chance = self.random.choice, self.random.random
        body = {"customer_id": "c", "plan_id": pick(PLANS), "redirect_mode": "never", **self._discounts()}
        if chance() < 0.25:
            body["entity_id"] = pick(("e1", "e2"))
        if body["plan_id"] == "packs":
            body["feature_quantities"] = [{"feature_id": "credits", "quantity": pick((100, 300))}]
        if chance() < 0.15:
            body["proration_behavior"] = pick(("none", "prorate_immediately"))
        if chance() < 0.1:
            body["invoice_mode"] = {"enabled": True, "enable_plan_immediately": True}
        return self._previewed("attach", body)

    def several(self) -> Answer:
        plans = self.random.sample(("pro", "extra", "boost", "packs"), 2)
        named = [{"plan_id": each} for each in plans]
        body = {"customer_id": "c", "redirect_mode": "never", "plans": named, **self._discounts()}
        return self._previewed("multi_attach", body)

    def update(self) -> Answer:
        pick, body = self.random.choice, {"customer_id": "c", **self._had(), **self._discounts()}
        how = pick(("price", "units", "discounts"))
        if how == "price":
            body["customize"] = {"price": {"amount": pick((9, 33, 50)), "interval": "month"}}
        elif how == "units":
            body |= {"plan_id": "packs"}
            body["feature_quantities"] = [{"feature_id": "credits", "quantity": pick((100, 300, 700))}]
        return self._previewed("update", body)

    def cancel(self) -> Answer:
        pick, body = self.random.choice, {"customer_id": "c", **self._had()}
        body["cancel_action"] = pick(("cancel_immediately", "cancel_end_of_cycle", "uncancel"))
        if body["cancel_action"] == "cancel_immediately" and pick((True, False)):
            body["refund_last_payment"] = pick(("full", "prorated"))
        return self.api.call("billing.update", body)

    def wait(self) -> Answer:
        days = self.random.choice((1, 3, 8, 16, 31))
        return self.api.request("POST", "/_mock/clock", {"advance": f"{days} days"})

    def coupon(self) -> Answer:
        return self.api.request("POST", f"/v1/customers/c/coupons/{self.random.choice(COUPONS)}", {})

    def take(self) -> Answer:
        return self.api.request("DELETE", "/v1/customers/c/coupons")

    def card(self) -> Answer:
        outcome = self.random.choice(("succeed", "succeed", "decline:card_declined"))
        return self.api.request("POST", "/_mock/payment_methods", {"customer_id": "c", "outcome": outcome})

    def use(self) -> Answer:
        feature_id, value = self.random.choice(("calls", "seats", "credits")), self.random.choice((3, 150))
        return self.api.call("balances.track", {"customer_id": "c", "feature_id": feature_id, "value": value})

    def create(self) -> Answer:
        pick, body = self.random.choice, {"customer_id": "c", **self._discounts()}
        amounts = [pick((10.5, 3.33, -2, 100)) for _ in range(pick((1, 2)))]
        body["custom_line_items"] = [{"amount": each, "description": "Extra"} for each in amounts]
        if pick((True, False)):
            body["plans"] = [{"plan_id": pick(PLANS)}]
        body["issue_method"] = pick(("draft", "finalize", "send"))
        _, told = self.api.call("invoices.create", body | {"preview": True})
        status, answer = self.api.call("invoices.create", body)
        if status == 200:
            assert told["preview"] == answer["preview"]
            assert told["preview"]["total"] == answer["invoice"]["total"]
        return status, answer

    def treat(self) -> Answer:
        """Do something with one of the newest invoices."""
        invoices = sorted(self.api.world.store.invoices, key=lambda each: (each.created_at, each.id))
        if not invoices:
            return 200, None
        pick, invoice = self.random.choice, self.random.choice(invoices[-4:])
        how = pick(("refund", "issue_credit_note", "finalize", "pay", "void", "reissue", "page"))
        named = {"invoice_id": invoice.invoice_id}
        if how == "page":
            return self.api.request("POST", "/_mock/checkouts/complete", {"url": f"/invoice/{invoice.id}"})
        if how == "refund":
            body = {"mode": pick(("full", "partial")), "amount": pick((1, 5.5, 0.01, 0.001, 3.333, 1000))}
            return self.api.request("POST", f"/v1/customers/c/invoices/{invoice.id}/refund", body)
        if how == "issue_credit_note":
            named["destination"] = pick(("customer_balance", "refund", "out_of_band"))
            named |= self._credited(invoice)
        if how == "reissue":
            named |= {"issue_method": pick(("draft", "finalize", "send")), "lines": self._other_lines(invoice)}
        return self.api.call(f"invoices.{how}", named)

    def _credited(self, invoice: Invoice) -> dict[str, Any]:
        pick = self.random.choice
        if not invoice.lines or pick((True, False)):
            return {"amount": pick((1, 2.505, 0.001, 10, float(invoice.total)))}
        line = pick(invoice.lines)
        return {"lines": [{"id": line.id, **pick(({}, {"amount": 1}))}]}

    def _other_lines(self, invoice: Invoice) -> dict[str, Any]:
        pick = self.random.choice
        changes: dict[str, Any] = {}
        if pick((True, False)):
            changes["add"] = [pick(({"amount": 4.2, "description": "More"}, {"plan_id": "pro"}))]
        if invoice.lines and pick((True, False, False)):
            changes["remove"] = [pick(invoice.lines).id]
        return changes


def _faults(api: Api) -> Iterator[str]:
    """What does not add up in the invoices of the only customer that is billed."""
    store = api.world.store
    for invoice in store.invoices:
        charged = sum((line.amount for line in invoice.lines), ZERO) + added_tax(invoice.tax)
        if invoice.lines and charged != invoice.total:
            yield f"{invoice.id} is of {invoice.total}, its lines of {charged}"
        if invoice.total < ZERO and all(line.amount >= ZERO for line in invoice.lines):
            yield f"{invoice.id} gives {invoice.total} back, no line does"
        if invoice.total != invoice.total.quantize(Decimal("0.01")):
            yield f"{invoice.id} is of parts of a cent: {invoice.total}"
        paid = invoice.amount_paid or ZERO
        owed = invoice.total - invoice.drawn_from_credit - invoice.amount_credited
        if invoice.status == "paid" and not invoice.paid_out_of_band and paid != owed:
            yield f"{invoice.id} was paid with {paid} of {owed}"
        notes = store.credit_notes.find("invoice", invoice.id)
        elsewhere = sum((note.credit_amount + note.out_of_band_amount for note in notes), ZERO)
        if not ZERO <= invoice.refunded <= paid or invoice.refunded + elsewhere > max(ZERO, invoice.total):
            yield f"{invoice.id} of {invoice.total} gave {invoice.refunded} and {elsewhere} back"
    credit = sum((payer.credit for payer in store.stripe_customers), ZERO)
    noted = sum((note.credit_amount for note in store.credit_notes), ZERO)
    if credit != noted - sum((invoice.drawn_from_credit for invoice in store.invoices), ZERO):
        yield f"the credit stands at {credit}"


@pytest.mark.parametrize("seed", range(12))
def test_every_cent_is_accounted_for(seed: int) -> None:
    with Emulator(Settings(profile="documented", id_seed=7, invariants=True)) as emulator:
        api = Api(emulator)
        _catalogue(api)
        person = Person(api, seed)

        for _ in range(40):
            name, status, answer = person.step()

            assert status < 500, (name, answer)
            assert list(_faults(api)) == [], (name, answer)
            assert api.request("GET", "/_mock/invariants") == (200, {"ok": True, "broken": []}), name
