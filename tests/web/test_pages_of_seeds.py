"""Pages that came with a seed are in every organisation: a link opens that of the one asked last."""

from pathlib import Path

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import attach, catalogue, invoices, plans_of
from tests.conftest import Api
from tests.pages import send, visit

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def test_an_invoice_of_a_seed_is_that_of_the_organisation_asked_last() -> None:
    with Emulator(Settings(profile="server", seed=(str(FIXTURES / "starter.json"),))) as emulator:
        ann, bob = Api(emulator, "ann"), Api(emulator, "bob")
        for api in (ann, bob):
            invoices_of = api("invoices.list")["list"]
        link = invoices_of[0]["hosted_invoice_url"]

        for api in (ann, bob, ann):
            api("customers.list")
            location = api.client.get("/" + link.split("/", 3)[3]).location
            assert visit(api, location).root.one("strong", class_="org").text == api.org


def test_organisations_of_one_seed_of_ids_do_not_share_pages() -> None:
    with Emulator(Settings(profile="server", id_seed=7)) as emulator:
        ann, bob = Api(emulator, "ann"), Api(emulator, "bob")
        urls = []
        for api in (ann, bob):
            catalogue(api)
            urls.append(attach(api, "d", "pro")["payment_url"])

        assert send(ann, urls[0]).status_code == 303

        assert urls[0] != urls[1]
        assert (plans_of(ann, "d"), invoices(ann, "d")) == ([("pro", "active")], [("paid", 20)])
        assert (plans_of(bob, "d"), invoices(bob, "d")) == ([], [("open", 20)])
