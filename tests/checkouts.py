"""What a person does on hosted pages, and how tests read them."""

from typing import Any

from tests.conftest import Api


def complete(api: Api, url: str, **typed: Any) -> tuple[int, Any]:
    """Complete a page with what is typed on it."""
    return api.request("POST", "/_mock/checkouts/complete", {"url": url, **typed})


def completed(api: Api, url: str, **typed: Any) -> Any:
    """The same, which must work; answers the page."""
    status, answer = complete(api, url, **typed)
    assert status == 200, answer
    return answer["checkout"]


def settle(api: Api, url: str) -> tuple[int, Any]:
    return api.request("POST", "/_mock/checkouts/settle", {"url": url})


def expire(api: Api, url: str) -> tuple[int, Any]:
    return api.request("POST", "/_mock/checkouts/expire", {"url": url})


def page(api: Api, url: str) -> Any:
    """A page as the list of pages has it."""
    [found] = [each for each in pages(api) if each["url"] == url]
    return found


def pages(api: Api) -> list[Any]:
    status, answer = api.request("GET", "/_mock/checkouts")
    assert status == 200, answer
    found: list[Any] = answer["list"]
    return found


def has_card(api: Api, customer_id: str) -> bool:
    shown = api("customers.get", customer_id=customer_id, expand=["payment_method"])
    return "payment_method" in shown


def public(api: Api, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """A request without a key."""
    response = api.client.open(path, method=method, json=body)
    return response.status_code, response.get_json(silent=True) if response.is_json else response.text
