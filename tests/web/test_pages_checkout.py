"""The checkout page, by what it sends and shows (reference: hosted pages, the Stripe Checkout page)."""

from typing import Any

import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import attach, catalogue, give_card, invoices, plans_of, preview, state
from tests.builders import customer, item, plan
from tests.conftest import Api
from tests.discounts import coupon
from tests.pages import page_of, path_in, send, sent, visit

BACK = "https://app.example/back"
DONE = "https://app.example/done?id={CHECKOUT_SESSION_ID}"


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def checkout(api: Api, plan_id: str = "pro", customer_id: str = "c", **more: Any) -> str:
    url: str = attach(api, customer_id, plan_id, **more)["payment_url"]
    return url


def test_a_page_tells_what_is_bought_and_what_follows(api: Api) -> None:
    shown = visit(api, checkout(api))

    assert (shown.status, shown.heading) == (200, "Subscribe to Pro")
    assert shown.rows() == [
        ("Pro - Base Price (from 01 Jan 2026 to 01 Feb 2026)", "$20.00"),
        ("Due today", "$20.00"),
    ]
    assert "Then $20.00 on 1 February 2026." in shown.main.text
    assert shown.root.one("button", class_="main").text == "Pay $20.00"


def test_a_page_shows_the_lines_and_the_total_of_the_preview(api: Api) -> None:
    quantities = [{"feature_id": "credits", "quantity": 700}]
    told = preview(api, "c", "packs", feature_quantities=quantities)

    rows = visit(api, checkout(api, "packs", feature_quantities=quantities)).rows()

    assert [text for text, _ in rows[:-1]] == [line["description"] for line in told["line_items"]]
    assert rows[-1] == ("Due today", f"${told['total']:.2f}")


def test_one_payment_says_so_and_offers_to_keep_the_card(api: Api) -> None:
    shown = visit(api, checkout(api, "boost"))

    assert shown.heading == "Pay for Boost"
    assert "Then" not in shown.main.text
    assert "checked" not in shown.root.one("input", name="save").attributes


def test_a_trial_costs_nothing_today(api: Api) -> None:
    shown = visit(api, checkout(api, "pro_t"))

    assert shown.heading == "Try Pro_t"
    assert "$0.00 due today" in shown.main.text
    assert "There is nothing to charge today." in shown.main.text
    assert "Then $20.00 on 15 January 2026." in shown.main.text
    assert shown.root.one("button", class_="main").text == "Start the trial"


def test_what_is_paid_by_use_is_told_without_an_amount(api: Api) -> None:
    assert (
        "Then $20.00 and what was used of Calls on 1 February 2026."
        in visit(api, checkout(api, "basic")).main.text
    )


def test_several_plans_stand_on_one_page(api: Api) -> None:
    body = {"customer_id": "c", "plans": [{"plan_id": "pro"}, {"plan_id": "extra"}, {"plan_id": "boost"}]}
    _, answer = api.call("billing.multi_attach", body)

    shown = visit(api, answer["payment_url"])

    assert shown.heading == "Subscribe to Pro, Extra and Boost"
    assert [amount for _, amount in shown.rows()] == ["$20.00", "$8.00", "$50.00", "$78.00"]
    assert "Then $28.00 on 1 February 2026." in shown.main.text


def test_paying_begins_the_plan_and_leads_back(api: Api) -> None:
    url = checkout(api, success_url=DONE)

    answer = send(api, url, email="c@example.com")

    page_id = url.rpartition("/")[2]
    assert (answer.status_code, answer.location) == (303, DONE.replace("{CHECKOUT_SESSION_ID}", page_id))
    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]


def test_without_a_url_paying_leads_where_the_reference_leads(api: Api) -> None:
    assert send(api, checkout(api)).location == "https://useautumn.com"


def test_s83_what_was_typed_fills_what_is_missing_only(api: Api) -> None:
    customer(api, "nameless")
    send(api, checkout(api, customer_id="nameless"), name="Ann", email="ann@example.com")
    send(api, checkout(api), name="Ann", email="ann@example.com")

    assert [state(api, who)["name"] for who in ("nameless", "c")] == ["Ann", "C"]
    assert [state(api, who)["email"] for who in ("nameless", "c")] == ["ann@example.com"] * 2


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("number", "", "This is not the number of a card."),
        ("number", "4242 4242 4242 4241", "This is not the number of a card."),
        ("number", "<b>", "This is not the number of a card."),
        ("number", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "This is not the number of a card."),
        ("expiry", "13/30", "Type month and year, as in 04/31."),
        ("expiry", "soon", "Type month and year, as in 04/31."),
        ("expiry", "12/25", "This card has expired."),
        ("cvc", "12", "Type the 3 or 4 digits of the security code."),
        ("email", "ada", "Type an e-mail address, as in ada@example.com."),
        ("name", "x" * 201, "Use 200 characters at most."),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_nothing_is_done(
    api: Api, name: str, typed: str, said: str
) -> None:
    url = checkout(api)

    shown = sent(api, url, **{name: typed})

    assert shown.status == 422
    assert said in shown.problem(name)
    field = shown.root.one("input", name=name)
    assert (field["aria-invalid"], field["value"]) == ("true", typed)
    assert said in (shown.alert or "")
    assert "autofocus" in shown.root.one(role="alert").attributes
    assert plans_of(api, "c") == []
    assert visit(api, url).status == 200


def test_all_that_is_wrong_is_said_at_once(api: Api) -> None:
    shown = sent(api, checkout(api), number="1", expiry="", cvc="")

    assert len(shown.root.all("input", aria_invalid="true")) == 3


def test_this_month_s_card_still_works(api: Api) -> None:
    assert send(api, checkout(api), expiry="1/2026").status_code == 303


def test_nobody_pays_another_amount_than_was_shown(api: Api) -> None:
    url = checkout(api)

    shown = sent(api, url, shown="19.00")

    assert shown.status == 409
    assert "What is due has changed" in shown.main.text
    assert plans_of(api, "c") == []


def test_a_paid_page_says_so_and_is_not_paid_again(api: Api) -> None:
    url = checkout(api, success_url="https://app.example/done")
    send(api, url)

    for answer in (api.client.get(path_in(url)), api.client.post(path_in(url))):
        shown = page_of(answer)
        assert (shown.status, shown.heading) == (409, "This is paid already")
        assert shown.main.one("a")["href"] == "https://app.example/done"
    assert invoices(api, "c") == [("paid", 20)]


def test_a_page_is_over_after_an_hour(api: Api) -> None:
    url = checkout(api)
    api.advance("61 minutes")

    assert (visit(api, url).status, visit(api, url).heading) == (410, "This page has expired")
    assert page_of(api.client.post(path_in(url))).status == 410


def test_a_page_that_another_one_took_the_place_of_is_over(api: Api) -> None:
    first = checkout(api)
    checkout(api, "premium")

    assert visit(api, first).status == 410


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_page_says_so(api: Api, method: str) -> None:
    shown = page_of(getattr(api.client, method)("/checkout/cs_test_unknown"))

    assert (shown.status, shown.heading) == (404, "This page is not available")


def test_what_is_no_longer_possible_is_said(api: Api) -> None:
    url = checkout(api, "pro")
    give_card(api, "c")
    attach(api, "c", "pro", redirect_mode="if_required")

    shown = visit(api, url)

    assert shown.status >= 400
    assert "Pro" in shown.main.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1", "http://["])
def test_a_form_of_another_site_does_nothing(api: Api, origin: str) -> None:
    url = checkout(api)

    answer = send(api, url, headers={"Origin": origin})

    assert answer.status_code == 403
    assert plans_of(api, "c") == []


def test_a_form_of_this_server_does(api: Api) -> None:
    assert send(api, checkout(api), headers={"Origin": "http://localhost"}).status_code == 303


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'&amp;{{7*7}}"]
)
def test_names_are_told_as_they_are(api: Api, name: str) -> None:
    customer(api, "h", name=name)
    plan(api, "h", item("credits", 1, "month"), price={"amount": 3, "interval": "month"})
    api("plans.update", plan_id="h", name=name)

    shown = visit(api, checkout(api, "h", "h"))

    assert shown.heading == f"Subscribe to {name}"
    assert shown.root.one("input", name="name")["value"] == name
    assert len(shown.root.all("script")) == 1
    assert not shown.root.all("img")


def test_a_way_back_is_shown_where_one_was_given(api: Api) -> None:
    shown = visit(api, checkout(api, checkout_session_params={"cancel_url": BACK}))

    assert [each.text for each in shown.main.all("a", href=BACK)] == ["Back", "Cancel"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//",
        "http://[",
        "",
    ],
)
def test_a_way_back_that_leads_nowhere_is_left_out(api: Api, url: str) -> None:
    assert not visit(api, checkout(api, checkout_session_params={"cancel_url": url})).main.all("a")


def test_a_quantity_that_may_change_is_asked_for(api: Api) -> None:
    url = checkout(
        api, "packs", feature_quantities=[{"feature_id": "credits", "quantity": 700, "adjustable": True}]
    )

    asked = visit(api, url).root.one("input", name="quantity.credits")
    changed = visit(api, url + "?quantity.credits=300")
    low = visit(api, url + "?quantity.credits=50")

    assert (asked["value"], asked["min"]) == ("700", "100")
    assert changed.rows()[-1] == ("Due today", "$50.00")
    assert "Type 100 or more." in low.problem("quantity.credits")
    assert low.rows()[-1] == ("Due today", "$90.00")


def test_a_changed_quantity_is_paid(api: Api) -> None:
    url = checkout(
        api, "packs", feature_quantities=[{"feature_id": "credits", "quantity": 700, "adjustable": True}]
    )

    unseen = sent(api, url, quantity__credits="300")
    seen = send(api, url, quantity__credits="300", shown="50.00")

    assert unseen.status == 409
    assert unseen.rows()[-1] == ("Due today", "$50.00")
    assert seen.status_code == 303
    assert invoices(api, "c") == [("paid", 50)]


@pytest.mark.parametrize("given", ["quantity.credits=300", "quantity.=1", "quantity.credits=-1", "save=&x=%00"])
def test_what_is_not_asked_for_changes_nothing(api: Api, given: str) -> None:
    assert visit(api, f"{checkout(api)}?{given}").rows()[-1] == ("Due today", "$20.00")


def test_the_sheet_is_kept_by_browsers_and_named_anew_when_it_changes(api: Api) -> None:
    sheet = visit(api, checkout(api)).root.one("link", rel="stylesheet")["href"]

    answer = api.client.get(sheet)

    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert answer.cache_control.max_age == 3600
    assert "?v=" in sheet
    known = api.client.get(sheet, headers={"If-None-Match": answer.headers["ETag"]})
    assert known.status_code == 304
    answer.close()
    known.close()


@pytest.mark.parametrize("path", ["/pages/../base.py", "/pages/%2e%2e/base.py", "/pages/missing.css"])
def test_only_what_is_meant_to_be_served_is(api: Api, path: str) -> None:
    assert api.client.get(path).status_code in {401, 404}


def test_a_page_is_not_kept(api: Api) -> None:
    shown = visit(api, checkout(api))

    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_the_clock_is_the_world_s(api: Api) -> None:
    api.freeze("2040-05-05T00:00:00Z")

    assert visit(api, checkout(api)).root.one("input", name="expiry")["value"] == "12/43"


def test_money_of_other_currencies_reads_as_theirs() -> None:
    from decimal import Decimal

    from autumn_mock.web.pages.words import money

    cases: list[tuple[str, str, str]] = [
        ("1234.5", "usd", "$1,234.50"), ("-3", "eur", "-€3.00"), ("500", "jpy", "¥500"),
        ("7", "chf", "7.00 CHF"),
    ]  # fmt: skip
    assert [money(Decimal(amount), currency) for amount, currency, _ in cases] == [told for *_, told in cases]


def test_a_promotion_code_is_applied_and_paid(api: Api) -> None:
    coupon(api, "spring", percent=25, code="SPRING25")
    url = checkout(api)

    applied = visit(api, url + "?promotion_code=SPRING25")
    answer = api.client.post(path_in(url), data=applied.fields())

    assert applied.rows()[-3:] == [("Subtotal", "$20.00"), ("Spring", "-$5.00"), ("Due today", "$15.00")]
    assert applied.fields()["promotion_code"] == "SPRING25"
    assert answer.status_code == 303
    assert invoices(api, "c") == [("paid", 15)]


def test_a_code_that_was_not_applied_is_looked_at_before_it_is_paid(api: Api) -> None:
    coupon(api, "spring", percent=25, code="SPRING25")
    url = checkout(api)

    shown = sent(api, url, promotion_code="SPRING25")

    assert (shown.status, shown.rows()[-1]) == (409, ("Due today", "$15.00"))
    assert plans_of(api, "c") == []


def test_a_code_that_is_none_is_said_beside_its_field(api: Api) -> None:
    url = checkout(api)

    shown = visit(api, url + "?promotion_code=nope")
    refused = sent(api, url, promotion_code="nope")

    assert shown.problem("promotion_code")
    assert shown.rows()[-1] == ("Due today", "$20.00")
    assert refused.status == 422
    assert plans_of(api, "c") == []


def test_a_discount_of_the_request_leaves_no_room_for_a_code(api: Api) -> None:
    coupon(api, "spring", percent=25)
    url = checkout(api, discounts=[{"reward_id": "spring"}])

    shown = visit(api, url + "?promotion_code=nope")

    assert ("Spring", "-$5.00") in shown.rows()
    assert not shown.root.all("input", name="promotion_code")


@pytest.mark.parametrize("times", [3, 7])
def test_discounts_on_a_page_add_up_to_the_cent(api: Api, times: int) -> None:
    plan(api, "odd", *(item("credits", 1, "month"),), price={"amount": 9.99, "interval": "month"})
    for each in range(times):
        coupon(api, f"c{each}", percent=3.33)
    url = checkout(api, "odd", discounts=[{"reward_id": f"c{each}"} for each in range(times)])

    rows = [round(float(amount.replace("$", "")) * 100) for _, amount in visit(api, url).rows()]

    assert rows[1] + sum(rows[2 : 2 + times]) == rows[-1]


def test_a_page_that_is_yet_to_be_processed_says_so(api: Api) -> None:
    url = checkout(api)
    status, _ = api.request("POST", "/_mock/checkouts/complete", {"url": url, "settle": False})
    assert status == 200

    shown = visit(api, url)
    again = page_of(api.client.post(path_in(url), data={}))

    assert (shown.status, shown.heading) == (409, "This is paid already")
    assert "is on its way" in shown.main.text
    assert again.status == 409


@pytest.mark.parametrize(
    ("success_url", "may_lead_to"),
    [
        ("https://app.example/done", "'self' http: https:"),
        ("myapp://done", "'self' http: https: myapp:"),
        ("javascript:alert(1)", "'self' http: https:"),
    ],
)
def test_a_form_may_lead_to_an_app_of_the_customer(api: Api, success_url: str, may_lead_to: str) -> None:
    url = checkout(api, success_url=success_url)

    for shown in (visit(api, url), sent(api, url, number="4000002760003184")):
        assert shown.headers["Content-Security-Policy"].endswith(f"form-action {may_lead_to}")


def test_a_form_under_the_public_name_is_of_this_server() -> None:
    with Emulator(Settings(profile="server", public_url="https://billing.example")) as emulator:
        api = Api(emulator)
        catalogue(api)
        url = checkout(api)

        answer = send(api, url, headers={"Origin": "https://billing.example"})

    assert url.startswith("https://billing.example/checkout/")
    assert answer.status_code == 303


def test_line_breaks_in_a_url_lead_nowhere_else(api: Api) -> None:
    url = checkout(api, success_url="https://app.example/a\r\nX-Evil: b")

    answer = send(api, url)

    assert answer.status_code == 303
    assert "X-Evil" not in answer.headers
    assert answer.location.startswith("https://app.example/aX-Evil:")
