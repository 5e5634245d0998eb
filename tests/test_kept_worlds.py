"""Worlds in a data file: several at once, folding while requests run, a disk that fills up."""

from pathlib import Path
from threading import Thread

import pytest
from tinydb import TinyDB

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import attach, balance, catalogue, invoices, plans_of
from tests.checkouts import completed
from tests.conftest import Api


def emulator(tmp_path: Path, **settings: object) -> Emulator:
    return Emulator(Settings(data=str(tmp_path / "data.json"), profile="server", **settings))  # type: ignore[arg-type]


def create(api: Api, names: list[str]) -> None:
    for name in names:
        api("customers.get_or_create", customer_id=name)


def listed(api: Api) -> list[str]:
    return sorted(customer["id"] or "" for customer in api("customers.list", limit=1000)["list"])


def test_organisations_and_environments_share_a_file_and_nothing_else(tmp_path: Path) -> None:
    with emulator(tmp_path) as first:
        create(Api(first, "one"), ["a"])
        create(Api(first, "two"), ["b"])
        Api(first, "one").call("customers.get_or_create", {"customer_id": "c"}, key="am_sk_live_one")

    with emulator(tmp_path) as again:
        assert listed(Api(again, "one")) == ["a"]
        assert listed(Api(again, "two")) == ["b"]
        _, live = Api(again, "one").call("customers.list", {}, key="am_sk_live_one")
    with TinyDB(tmp_path / "data.json") as stock:
        documents = stock.table("customers").all()

    assert [customer["id"] for customer in live["list"]] == ["c"]
    assert sorted((d["org"], d["env"], d["id"]) for d in documents) == [
        ("one", "live", "c"), ("one", "sandbox", "a"), ("two", "sandbox", "b"),
    ]  # fmt: skip


def test_a_grown_journal_is_folded_while_requests_go_on(tmp_path: Path) -> None:
    names = {org: [f"{org}{number}" for number in range(80)] for org in ("one", "two", "three")}
    with emulator(tmp_path) as running:
        assert running.data_file is not None
        running.data_file.fold_at = 2_000
        apis = [Api(running, org) for org in names]
        threads = [Thread(target=create, args=(api, names[api.org])) for api in apis]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        folded_meanwhile = (tmp_path / "data.json").exists()

    assert folded_meanwhile
    with emulator(tmp_path) as again:
        for org, made in names.items():
            assert listed(Api(again, org)) == sorted(made)


def test_a_reset_lasts(tmp_path: Path) -> None:
    with emulator(tmp_path, seed=("starter",)) as first:
        api = Api(first, "one")
        create(api, ["extra"])
        api.request("POST", "/_mock/reset")

    with emulator(tmp_path) as again:
        assert "extra" not in listed(Api(again, "one"))
        assert "pia" in listed(Api(again, "one"))


def test_ids_go_on_after_a_restart(tmp_path: Path) -> None:
    with emulator(tmp_path, id_seed=7, now=1_900_000_000_000) as first:
        create(Api(first, "one"), [f"a{number}" for number in range(20)])
    with emulator(tmp_path, id_seed=7, now=1_900_000_000_000) as again:
        api = Api(again, "one")

        create(api, [f"b{number}" for number in range(20)])

        assert len(listed(api)) == 40


def test_a_full_disk_is_told_in_the_envelope_and_changes_nothing(tmp_path: Path) -> None:
    with emulator(tmp_path) as running:
        api = Api(running, "one")
        create(api, ["before"])
        assert running.data_file is not None
        running.data_file._journal.close()
        journal = tmp_path / "data.json.journal"
        kept = journal.read_bytes()
        journal.unlink()
        journal.symlink_to("/dev/full")

        refused = api.refused("customers.get_or_create", customer_id="after")
        clock = api.refusal(api.request("POST", "/_mock/clock", {"now": 1}))
        still_real = api.request("GET", "/_mock/clock")[1]["state"]
        journal.unlink()
        running.data_file._journal.close()
        journal.write_bytes(kept)

        assert refused[:2] == clock[:2] == (400, "not_kept")
        assert "No space left on device" in refused[2]
        assert still_real == "real"
        assert listed(api) == ["before"]


@pytest.mark.parametrize("durability", ["journal", "fsync", "none"])
def test_a_clean_stop_keeps_everything(tmp_path: Path, durability: str) -> None:
    with emulator(tmp_path, durability=durability) as running:
        create(Api(running, "one"), ["a"])

    with emulator(tmp_path) as again:
        assert listed(Api(again, "one")) == ["a"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["data.json"]


def enable_by_default(api: Api) -> None:
    api("features.create", feature_id="calls", name="Calls", type="metered", consumable=True)
    api("plans.create", plan_id="free", name="Free", auto_enable=True, items=[{"feature_id": "calls"}])


def webhooks(api: Api) -> list[str]:
    _, shown = api.request("GET", "/_mock/webhooks")
    return [message["type"] for message in shown["list"]]


def test_webhooks_are_kept_by_a_stop(tmp_path: Path) -> None:
    with emulator(tmp_path) as running:
        api = Api(running, "one")
        enable_by_default(api)
        create(api, ["a"])
        told = webhooks(api)

    with emulator(tmp_path) as again:
        assert webhooks(Api(again, "one")) == told
    assert "customer.products.updated" in told


def test_after_a_crash_only_webhooks_that_nobody_waited_for_are_gone(tmp_path: Path) -> None:
    running = emulator(tmp_path)
    api = Api(running, "one")
    enable_by_default(api)
    create(api, ["a"])
    running.close_file()  # without folding: only the journal tells what happened

    with emulator(tmp_path) as again:
        api = Api(again, "one")
        assert listed(api) == ["a"]
        assert api("customers.get", customer_id="a")["subscriptions"][0]["plan_id"] == "free"
        assert "customer.products.updated" not in webhooks(api)


def test_after_a_crash_a_webhook_that_an_endpoint_waits_for_is_there(tmp_path: Path) -> None:
    running = emulator(tmp_path)
    api = Api(running, "one")
    api.freeze("2026-11-25T09:00:00Z")
    enable_by_default(api)
    api("webhooks.create", id="main", url="http://127.0.0.1:9/nobody")
    create(api, ["a"])
    running.close_file()

    with emulator(tmp_path) as again:
        assert "customer.products.updated" in webhooks(Api(again, "one"))


def test_open_pages_outlive_a_restart(tmp_path: Path) -> None:
    with emulator(tmp_path) as first:
        api = Api(first, "one")
        catalogue(api)
        sent = [{"feature_id": "credits", "quantity": 300, "adjustable": True}]
        paid = attach(api, "c", "packs", feature_quantities=sent)["payment_url"]
        processed = attach(api, "d", "pro", redirect_mode="always")["payment_url"]
        completed(api, processed, quantities={}, card="4242424242424242", settle=False)
        attach(api, "k", "pro")
        confirmed = attach(api, "k", "packs", feature_quantities=sent, redirect_mode="always")["payment_url"]

    with emulator(tmp_path) as again:
        api = Api(again, "one")
        completed(api, paid, quantities={"credits": 500})
        completed(api, confirmed, quantities={"credits": 400})
        api.advance("1 minute")

        assert invoices(api, "c") == [("paid", 70)]
        assert plans_of(api, "d") == [("pro", "active")]
        assert balance(api, "k")[0] == 400
