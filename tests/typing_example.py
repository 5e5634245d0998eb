"""How a strictly typed project uses the public names; checked by mypy, and run by no one."""

from autumn_mock import Emulator, Settings
from autumn_mock.pytest_plugin import AutumnServer, MakeAutumn
from autumn_mock.testing import AutumnOrg, InProcess


def test_with_the_fixtures(autumn: AutumnOrg, autumn_server: AutumnServer, make_autumn: MakeAutumn) -> None:
    other: AutumnOrg = make_autumn(seed={"features": []}, now="2026-01-31T12:00:00Z")
    other.advance("1 month")
    keys: set[str] = {autumn.secret_key, other.secret_key}
    statuses: list[int] = [int(entry["status"]) for entry in autumn.requests]
    urls: str = autumn.url + autumn_server.url
    assert (bool(keys), bool(urls), statuses) == (True, True, [])


def without_pytest() -> str:
    with InProcess(profile="server") as server:
        org: AutumnOrg = server.organisation("acme", seed="fixtures/starter.json")
        org.freeze(1_750_000_000_000)
        return org.secret_key


def the_server_itself() -> str:
    with Emulator(Settings(seed=("fixtures/starter.json",))) as emulator:
        return emulator.start()
