"""Plans in a browser: cancelled and kept on the portal, changed by a link."""

from tests.billing import attach, plans_of, state
from tests.browser.conftest import PHONE, Person
from tests.conftest import Api


def canceled_at(api: Api) -> int | None:
    found: int | None = state(api, "k")["subscriptions"][0]["canceled_at"]
    return found


def test_a_plan_is_cancelled_and_kept_after_all(api: Api, person: Person, application: str) -> None:
    attach(api, "k", "pro")
    url = api("billing.open_customer_portal", customer_id="k", return_url=application)["url"]
    page = person.open(url)

    page.get_by_role("button", name="Cancel Pro").click()
    page.get_by_text("It ends on 1 February 2026.").wait_for()
    assert canceled_at(api) is None
    page.get_by_role("button", name="Cancel Pro").click()
    page.get_by_text("The plan is cancelled.").wait_for()
    assert canceled_at(api) is not None

    page.get_by_role("button", name="Keep Pro").click()
    page.get_by_text("The plan stays.").wait_for()
    assert canceled_at(api) is None

    page.get_by_role("link", name="Back to").click()
    page.wait_for_url(f"{application}/")


def test_name_and_e_mail_are_changed(api: Api, person: Person) -> None:
    page = person.open(api("billing.open_customer_portal", customer_id="k")["url"])

    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("E-mail", exact=True).fill("ada@example.com")
    page.get_by_label("E-mail", exact=True).press("Enter")
    page.get_by_text("Name and e-mail are saved.").wait_for()

    assert (state(api, "k")["name"], state(api, "k")["email"]) == ("Ada", "ada@example.com")


def test_a_change_is_confirmed(api: Api, person: Person, application: str) -> None:
    attach(api, "k", "pro")
    link = attach(api, "k", "premium", redirect_mode="always", success_url=application)["payment_url"]
    person.page.set_viewport_size(PHONE)
    page = person.open(link)

    page.get_by_role("button", name="Confirm and pay $30.00").click()
    page.wait_for_url(f"{application}/")

    assert plans_of(api, "k") == [("premium", "active")]


def test_all_of_the_portal_is_reached_by_keyboard(api: Api, person: Person) -> None:
    attach(api, "k", "pro")
    page = person.open(api("billing.open_customer_portal", customer_id="k")["url"])
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(str(page.evaluate("document.activeElement.textContent.trim()")))

    assert {"Skip to the page", "Cancel", "Change the card", "Save"} <= reached
