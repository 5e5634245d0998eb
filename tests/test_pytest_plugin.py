"""The pytest plugin, seen from a user's test run."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from autumn_mock.pytest_plugin import AutumnServer, MakeAutumn
from autumn_mock.seeding import SeedError
from autumn_mock.settings import Settings
from autumn_mock.testing import AutumnOrg, InProcess, RefusedByMock

MESSAGES = {"feature_id": "messages", "name": "Messages", "type": "metered", "consumable": True}
SEED = {"features": [MESSAGES]}


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project that is not ours, so that none of our configuration applies."""
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider\n")
    return pytester


def test_loading_the_plugin_loads_nothing_heavy() -> None:
    heavy = ["flask", "werkzeug", "marshmallow", "tinydb", "faker", "msgspec", "granian", "httpx", "click"]
    heavy += [f"autumn_mock.{name}" for name in ("emulator", "settings", "store", "web", "world")]
    program = f"import sys, autumn_mock.pytest_plugin; print([m for m in {heavy} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_test_that_does_not_ask_for_it_starts_no_server(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_nothing():
            assert "flask" not in sys.modules and "msgspec" not in sys.modules
        """
    )

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_each_test_has_an_organisation_of_its_own(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("again", range(3))
        def test_features(autumn, again):
            assert autumn.call("features.list") == {"list": []}
            autumn.call("features.create", feature_id="sso", name="SSO", type="boolean")
        """
    )

    project.runpytest_subprocess().assert_outcomes(passed=3)


def test_the_workers_of_xdist_have_a_server_each(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import os
        import urllib.request
        import pytest

        @pytest.mark.parametrize("again", range(8))
        def test_features(autumn, again, tmp_path_factory):
            autumn.call("features.create", feature_id="sso", name="SSO", type="boolean")
            assert len(autumn.call("features.list")["list"]) == 1
            shared = tmp_path_factory.getbasetemp().parent
            (shared / f"{os.getpid()}.url").write_text(autumn.url)
            assert urllib.request.urlopen(autumn.url + "/_mock/health").status == 200
        """
    )

    outcome = project.runpytest_subprocess("-n2", "--basetemp", str(project.path / "shared"))

    outcome.assert_outcomes(passed=8)
    urls = [found.read_text() for found in (project.path / "shared").rglob("*.url")]
    assert len(set(urls)) == len(urls) == 2


def test_the_marker_says_what_the_organisation_begins_with(project: pytest.Pytester) -> None:
    project.makefile(".json", world=f'{{"features": [{_json(MESSAGES)}]}}')
    project.makepyfile(
        """
        import pytest

        @pytest.mark.autumn(seed="world.json", now="2026-01-31T12:00:00Z")
        def test_begins_so(autumn):
            assert [f["id"] for f in autumn.call("features.list")["list"]] == ["messages"]
            assert autumn.control("GET", "clock")["iso"].startswith("2026-01-31T12:00:00")

        @pytest.mark.autumn(profile="server")
        def test_profile(autumn):
            assert autumn.call("customers.get_or_create", customer_id="a:b")["id"] == "a:b"
        """
    )

    project.runpytest_subprocess("--strict-markers").assert_outcomes(passed=2)


def test_the_settings_of_the_server_are_a_fixture_to_override(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def autumn_settings():
            return {"now": 1_750_000_000_000}
        """
    )
    project.makepyfile(
        "def test_now(autumn): assert autumn.control('GET', 'clock')['now'] == 1_750_000_000_000"
    )

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_failing_test_shows_the_last_requests_of_its_world(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_fails(autumn, make_autumn):
            autumn.call("features.create", feature_id="sso", name="SSO", type="boolean")
            make_autumn("other").call("features.list")
            assert False

        def test_passes(autumn):
            autumn.call("features.create", feature_id="quiet", name="Quiet", type="boolean")
        """
    )

    outcome = project.runpytest_subprocess()

    outcome.assert_outcomes(failed=1, passed=1)
    outcome.stdout.fnmatch_lines(
        [
            "*Requests to autumn-mock (t*)*",
            'POST /v1/features.create {"feature_id": "sso", "name": "SSO", "type": "boolean"}',
            '  200 {"id": "sso"*',
            "*Requests to autumn-mock (other)*",
            "POST /v1/features.list {}",
        ]
    )
    outcome.stdout.no_fnmatch_line("*quiet*")


def test_a_server_that_already_runs_can_be_used(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        def test_remote(autumn, request):
            assert autumn.url == request.config.getoption("--autumn-url")
            assert autumn.transport() is None
            autumn.call("features.create", feature_id="sso", name="SSO", type="boolean")
            autumn.freeze(1_750_000_000_000)
            assert autumn.requests[-1]["path"] == "/v1/features.create"

        @pytest.mark.autumn(profile="server")
        def test_its_profile_is_its_own(autumn):
            raise AssertionError("not reached")
        """
    )
    with InProcess() as server:
        outcome = project.runpytest_subprocess(f"--autumn-url={server.url}")

    outcome.assert_outcomes(passed=1, skipped=1)


def test_keys_name_the_organisation(autumn: AutumnOrg) -> None:
    assert autumn.secret_key == f"am_sk_test_{autumn.name}"
    assert autumn.publishable_key == f"am_pk_test_{autumn.name}"


def test_make_autumn_makes_as_many_as_wanted(make_autumn: MakeAutumn) -> None:
    seeded, empty = make_autumn(seed=SEED), make_autumn("empty-one", now=1_750_000_000_000)

    assert len(seeded.call("features.list")["list"]) == 1
    assert empty.call("features.list")["list"] == []
    assert empty.secret_key == "am_sk_test_empty-one"


def test_reset_leads_back_to_the_beginning(autumn: AutumnOrg) -> None:
    autumn.call("features.create", **MESSAGES)

    autumn.reset()

    assert autumn.call("features.list")["list"] == []
    assert [entry["path"] for entry in autumn.requests] == ["/v1/features.list"]


def test_a_refusal_carries_status_and_body(autumn: AutumnOrg) -> None:
    with pytest.raises(RefusedByMock) as refused:
        autumn.call("features.get", feature_id="nothing")

    assert refused.value.status == 404
    assert refused.value.body["code"] == "feature_not_found"


def test_a_fresh_world_costs_less_than_a_millisecond(autumn_server: AutumnServer) -> None:
    autumn_server.organisation().call("features.list")  # the first request loads what is loaded once

    took = [_timed(lambda: autumn_server.organisation().call("features.list")) for _ in range(50)]

    assert min(took) < 0.001  # the median is in the benchmarks; here other work may be going on


def test_stopping_takes_at_most_twenty_milliseconds() -> None:
    took = []
    for _ in range(5):
        server = InProcess(data=Settings().data)
        urls = server.url
        assert urls.startswith("http://127.0.0.1:")
        took.append(_timed(server.close))

    assert min(took) < 0.020


def _timed(run: object) -> float:
    assert callable(run)
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _json(value: object) -> str:
    import json

    return json.dumps(value)


def test_a_seed_that_comes_along_is_named(autumn: AutumnOrg) -> None:
    autumn.seed("starter")

    assert autumn.call("customers.get", customer_id="nina")["name"] == "Nina New"
    with pytest.raises(SeedError, match="none of the seeds that come along: ai_credits, saas_seats, starter"):
        autumn.seed("strater")


def test_a_folder_of_seeds_is_run(autumn: AutumnOrg, tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text(_json(SEED))

    autumn.seed(tmp_path)

    assert len(autumn.call("features.list")["list"]) == 1


def test_a_fixture_file_may_be_a_path(autumn: AutumnOrg, tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text(_json(SEED))

    autumn.seed(tmp_path / "world.json")

    assert len(autumn.call("features.list")["list"]) == 1
