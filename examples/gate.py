"""An application that may send a message only while its customer has some left."""

import os

from autumn_sdk import Autumn


def send(autumn: Autumn, customer_id: str, text: str) -> bool:
    """Send a message, if the customer may. The check takes it from the balance in the same step."""
    answer = autumn.check(customer_id=customer_id, feature_id="messages", required_balance=1, send_event=True)
    if answer.allowed:
        print(f"{customer_id}: {text}")
    return answer.allowed


def main() -> None:
    autumn = Autumn(
        secret_key=os.environ.get("AUTUMN_SECRET_KEY", "am_sk_test_examples"),
        server_url=os.environ.get("AUTUMN_URL", "http://127.0.0.1:8788"),
        fail_open=False,
    )
    autumn.customers.get_or_create(customer_id="ada", name="Ada Lovelace")
    send(autumn, "ada", "hello")
    left = autumn.check(customer_id="ada", feature_id="messages").balance
    print(f"{left.remaining if left else 0:g} left")


if __name__ == "__main__":
    main()
