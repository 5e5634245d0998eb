"""The application of `compose.yaml`: asks at its start whether its customer may send a message.

It needs nothing but Python; an application of yours would use the SDK with the same two variables.
"""

import json
import os
import sys
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

URL = os.environ.get("AUTUMN_URL", "http://127.0.0.1:8788")
KEY = os.environ.get("AUTUMN_SECRET_KEY", "am_sk_test_acme")


def call(operation: str, **body: Any) -> Any:
    """The answer of an operation."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    request = Request(f"{URL}/v1/{operation}", json.dumps(body).encode(), headers)
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


def main() -> int:
    try:
        call("customers.get_or_create", customer_id="ada", name="Ada Lovelace", email="ada@example.com")
        checked = call("balances.check", customer_id="ada", feature_id="messages")
    except URLError as error:
        print(f"autumn-mock did not answer: {error}")
        return 1
    print(f"Ada may send a message: {checked['allowed']}, {checked['balance']['remaining']} left")
    return 0


if __name__ == "__main__":
    sys.exit(main())
