"""The official Python SDK over a socket, set up as a user does."""

import importlib.util
import os

import pytest

from autumn_mock.testing import AutumnOrg

REQUIRED = os.environ.get("AUTUMN_MOCK_TEST_CLIENTS") == "required"
"""Set by `make clients`: a client that is not installed is a failure, not a skip."""

if importlib.util.find_spec("autumn_sdk") is None and not REQUIRED:
    collect_ignore_glob = ["test_python_sdk*.py"]
else:
    from autumn_sdk import Autumn

    from tests.clients.strict import hold_replies_to_the_models

    @pytest.fixture
    def sdk(autumn: AutumnOrg) -> Autumn:
        return Autumn(secret_key=autumn.secret_key, server_url=autumn.url, fail_open=False)

    @pytest.fixture(autouse=True)
    def _strict(monkeypatch: pytest.MonkeyPatch) -> None:
        hold_replies_to_the_models(monkeypatch)
