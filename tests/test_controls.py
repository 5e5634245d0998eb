"""What a test does to its organisation by name: cards, pages, webhooks, the clock."""

import pytest

from autumn_mock.pytest_plugin import AutumnServer
from autumn_mock.testing import AutumnOrg, InProcess, RefusedByMock, Remote

NOON = 1_767_268_800_000
MONTHLY = {"amount": 20, "interval": "month"}


@pytest.fixture(params=["in process", "remote"])
def org(request: pytest.FixtureRequest, autumn_server: AutumnServer) -> AutumnOrg:
    """An organisation with a plan of 20 dollars and Ada, reached without a socket and over one."""
    assert isinstance(autumn_server, InProcess)
    server = autumn_server if request.param == "in process" else Remote(autumn_server.url)
    org = server.organisation(now=NOON)
    org.call("plans.create", plan_id="pro", name="Pro", price=MONTHLY)
    org.call("customers.get_or_create", customer_id="ada", name="Ada")
    return org


def test_a_card_is_put_on_file_listed_and_removed(org: AutumnOrg) -> None:
    first = org.payment_methods.put("ada")
    org.payment_methods.put("ada", card="4000000000009995")

    listed = org.payment_methods.list("ada")
    gone = org.payment_methods.remove("ada", first["id"])
    rest = org.payment_methods.remove("ada")

    assert [each["id"] for each in listed][1:] == gone == [first["id"]]
    assert rest == [listed[0]["id"]]
    assert org.payment_methods.list("ada") == []


def test_an_outcome_and_a_script_are_what_charges_come_to(org: AutumnOrg) -> None:
    org.payment_methods.put("ada", script=["succeed", "decline:insufficient_funds"])
    org.call("billing.attach", customer_id="ada", plan_id="pro")

    failed = [each["what"] for each in org.advance("1 month")]
    org.payment_methods.put("ada", outcome="ok")
    paid = [each["what"] for each in org.advance("3 days")]

    assert "plan_past_due" in failed
    assert "invoice_paid" in paid
    assert not org.call("customers.get", customer_id="ada")["subscriptions"][0]["past_due"]
    assert org.problems == []


def test_a_page_is_completed_with_what_is_typed(org: AutumnOrg) -> None:
    url = org.call("billing.attach", customer_id="ada", plan_id="pro")["payment_url"]

    with pytest.raises(RefusedByMock) as refused:
        org.checkouts.complete(url, card="4000000000000002")
    done = org.checkouts.complete(url, email="ada@example.com", name="Ada Lovelace")

    assert refused.value.status == 402
    assert (done["status"], done["customer_id"]) == ("complete", "ada")
    assert [page["status"] for page in org.checkouts.list()] == ["complete"]
    assert org.call("customers.get", customer_id="ada")["subscriptions"][0]["plan_id"] == "pro"


def test_a_paid_page_settles_later(org: AutumnOrg) -> None:
    url = org.call("billing.attach", customer_id="ada", plan_id="pro")["payment_url"]
    org.checkouts.complete(url, settle=False)
    before = org.call("customers.get", customer_id="ada")["subscriptions"]

    org.checkouts.settle(url)

    assert before == []
    assert len(org.call("customers.get", customer_id="ada")["subscriptions"]) == 1


def test_a_page_is_over_when_told(org: AutumnOrg) -> None:
    url = org.call("billing.attach", customer_id="ada", plan_id="pro")["payment_url"]

    assert org.checkouts.expire(url)["status"] == "expired"
    with pytest.raises(RefusedByMock):
        org.checkouts.complete(url)


def test_webhooks_are_read_sent_again_and_forgotten(org: AutumnOrg) -> None:
    url = "http://127.0.0.1:9/hook"
    org.call("webhooks.create", id="app", url=url, events=["billing.updated", "customer.products.updated"])
    org.payment_methods.put("ada")
    org.call("billing.attach", customer_id="ada", plan_id="pro")

    [sent] = org.webhooks.list("billing.updated")
    again = org.webhooks.replay(sent["id"])
    others = org.webhooks.list("nothing.of.this.kind")
    org.webhooks.clear()

    assert sent["payload"]["type"] == "billing.updated"
    assert again["id"] == sent["id"]
    assert (others, org.webhooks.list()) == ([], [])


def test_the_clock_tells_where_it_stands_and_what_happened(org: AutumnOrg) -> None:
    org.payment_methods.put("ada")
    org.call("billing.attach", customer_id="ada", plan_id="pro")

    told = org.freeze(NOON + 32 * 86_400_000)

    assert org.now == NOON + 32 * 86_400_000
    [renewed] = [each for each in told if each["what"] == "plan_renewed"]
    assert (renewed["plan_id"], renewed["customer_id"]) == ("pro", "ada")
