"""Whatever is sent to a page, it answers a page and does nothing that was not asked for."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import attach, catalogue, plans_of
from tests.conftest import Api
from tests.pages import check_page, page_of, path_in

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "on", "4242424242424242", "12/30", "123", "complete", "fail", "cancel", "\x00", "9" * 400]
    ),
)
NAMES = ("number", "expiry", "cvc", "email", "name", "card", "shown", "authentication", "promotion_code",
         "quantity.credits", "quantity.", "save", "do", "plan", "cancel", "done")  # fmt: skip
FORMS = st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=6)


@pytest.fixture
def pages(api: Api) -> list[str]:
    """A page of each kind, none of which a form without a card pays."""
    catalogue(api)
    attach(api, "k", "pro")
    quantity = {"feature_id": "credits", "quantity": 700, "adjustable": True}
    return [
        attach(api, "c", "packs", feature_quantities=[quantity])["payment_url"],
        attach(api, "d", "pro")["payment_url"],
        attach(api, "k", "premium", redirect_mode="always")["payment_url"],
        api("billing.setup_payment", customer_id="c")["url"],
        api("billing.open_customer_portal", customer_id="k")["url"],
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=FORMS)
def test_any_query_is_answered_with_a_page(api: Api, pages: list[str], form: dict[str, str]) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in form.items())

    for url in pages:
        shown = page_of(api.client.get(f"{path_in(url)}?{query}"))
        assert shown.status == 200
        check_page(shown)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=FORMS)
def test_any_form_is_answered(api: Api, pages: list[str], form: dict[str, str]) -> None:
    for url in pages:
        answer = api.client.post(path_in(url), data=form)
        assert answer.status_code < 500
        if answer.mimetype == "text/html" and answer.status_code != 303:
            check_page(page_of(answer))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "text/plain"),
        (b"\xff\xfe=\xff", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"number=1&number=2&number=3", "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_pays_nothing(api: Api, pages: list[str], body: bytes, kind: str) -> None:
    answer = api.client.post(path_in(pages[0]), data=body, headers={"Content-Type": kind})

    assert answer.status_code == 422
    assert plans_of(api, "c") == []


@pytest.mark.parametrize("prefix", ["checkout", "invoice", "c", "u", "co", "portal"])
@pytest.mark.parametrize("page_id", ["x", "%00", "..", "a%2Fb", "é", "x" * 4_000])
def test_any_id_is_answered(api: Api, prefix: str, page_id: str) -> None:
    for method in ("GET", "POST", "HEAD", "PUT"):
        assert api.client.open(f"/{prefix}/{page_id}", method=method).status_code in {303, 308, 401, 404}


def test_an_id_of_another_kind_of_page_is_not_taken(api: Api, pages: list[str]) -> None:
    ids = [url.rpartition("/")[2] for url in pages]

    for prefix in ("checkout", "c", "u", "co", "portal", "invoice"):
        own = {"checkout": "cs_", "c": "co_", "u": "co_", "co": "co_", "portal": "bps_", "invoice": "in_"}[
            prefix
        ]
        for page_id in ids:
            if not page_id.startswith(own):
                assert api.client.get(f"/{prefix}/{page_id}").status_code == 404


@pytest.mark.parametrize("delete_in_stripe", [False, True])
def test_pages_of_a_deleted_customer_are_gone(api: Api, pages: list[str], delete_in_stripe: bool) -> None:
    for customer_id in ("c", "d", "k"):
        api("customers.delete", customer_id=customer_id, delete_in_stripe=delete_in_stripe)

    for url in pages:
        for answer in (api.client.get(path_in(url)), api.client.post(path_in(url))):
            assert answer.status_code == 404


def test_templates_are_not_made_before_the_first_page() -> None:
    """They would hold up the start of a server on which nobody opens a page."""
    with Emulator(Settings()) as emulator:
        assert "jinja_env" not in vars(emulator.app)
