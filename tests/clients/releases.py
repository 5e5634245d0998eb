"""What the older release of the Python SDK, 1.1.0, does not know yet."""

from importlib.metadata import version

import pytest

since_1_2 = pytest.mark.skipif(version("autumn-sdk") == "1.1.0", reason="autumn_sdk 1.1.0 does not know it yet")
