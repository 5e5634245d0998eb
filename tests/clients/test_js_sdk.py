"""The official JavaScript SDK, unmodified: each file of `js/` is a run of node's test runner."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from autumn_mock.testing import AutumnOrg
from tests.clients.conftest import REQUIRED

JS = Path(__file__).parent / "js"
FILES = sorted(path.name for path in JS.glob("*.test.mjs"))

pytestmark = pytest.mark.skipif(
    not REQUIRED and not (shutil.which("node") and (JS / "node_modules").exists()),
    reason="needs node and `npm ci --prefix tests/clients/js`; `make clients` does that",
)


@pytest.mark.parametrize("file", FILES)
def test_autumn_js(file: str, autumn: AutumnOrg) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AUTUMN_")}

    done = subprocess.run(
        ["node", "--test", file],
        cwd=JS,
        env=environ | {"AUTUMN_MOCK_URL": autumn.url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
