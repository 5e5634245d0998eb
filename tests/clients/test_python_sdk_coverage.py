"""Every public method of the official Python SDK is called by a client test, or there is a reason why not."""

import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from autumn_sdk import Autumn

TESTS = "\n".join(path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("test_python_sdk*.py")))
OF_ITS_MACHINERY = {"do_request", "dynamic_import"}
NOT_CALLED: dict[str, str] = {}
"""`namespace.method`: why no test calls it."""


def methods() -> list[str]:
    """`check`, `namespace.method`: what a user can call, the blocking ones (each has an `_async` twin)."""
    sdk = Autumn(secret_key="am_sk_test_none", server_url="http://127.0.0.1:9")
    found = public(Autumn)
    for namespace in Autumn._sub_sdk_map:
        if (namespace, version("autumn-sdk")) == ("features", "1.2.0"):
            continue  # it can't be imported; 1.1.0 has its turn
        found += [f"{namespace}.{name}" for name in public(type(getattr(sdk, namespace)))]
    return found


def public(kind: type) -> list[str]:
    names = [name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")]
    return [name for name in names if not name.endswith("_async") and name not in OF_ITS_MACHINERY]


def called(method: str, tests: str) -> bool:
    return re.search(rf"\b(sdk|s)\.{re.escape(method)}(_async)?\(", tests) is not None


def test_the_methods_are_found() -> None:
    assert {"check", "track_tokens", "billing.attach", "billing.import_", "licenses.release"} <= set(methods())


@pytest.mark.parametrize("method", methods())
def test_it_is_called_by_a_test_or_there_is_a_reason(method: str) -> None:
    assert called(method, TESTS) is (method not in NOT_CALLED), method


def test_what_is_not_called_would_be_noticed() -> None:
    assert not called("billing.attach", "sdk.billing.attachment()\nsdk.billing.preview_attach()")
    assert called("billing.attach", "await sdk.billing.attach_async(customer_id='ada')")
