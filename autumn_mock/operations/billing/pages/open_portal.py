"""`billing.open_customer_portal`: a page on which a customer looks after cards, invoices and plans
(reference: billing.open_customer_portal)."""

from urllib.parse import urlsplit

from autumn_mock.domain.billing.hosted_pages import PORTAL, path_of
from autumn_mock.domain.links import link
from autumn_mock.errors.billing_pages import ConfigurationUnknown, ReturnUrlWithoutScheme
from autumn_mock.operations.billing.pages.pages import new_page
from autumn_mock.operations.loading import find_customer
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_pages import OpenPortal
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World

OPEN_PORTAL = "billing.open_customer_portal"
_CONFIGURATION = "bpc_"
"""How the provider's ids of configurations begin. They are made in its dashboard, which has no
counterpart here, so all of that form count as known."""


@operation(OPEN_PORTAL, body=OpenPortal())
def open_customer_portal(world: World, body: Body, call: Call) -> Reply:
    """A page for an existing customer, made known to Stripe if it isn't."""
    customer = find_customer(world, body["customer_id"])
    _check(body)

    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    wanted = {**body, "success_url": body.get("return_url")}
    page = new_page(world, customer, PORTAL, OPEN_PORTAL, wanted)
    world.store.checkouts.put(page)
    return {"customer_id": customer.id, "url": link(path_of(page))}


@operation("GET /customers/{customer_id}/billing_portal", body=OpenPortal())
def rest_open_portal(world: World, body: Body, call: Call) -> Reply:
    """The legacy form, by GET and by POST; it tells a bad `return_url` in other words."""
    try:
        return open_customer_portal(world, body, call)
    except ReturnUrlWithoutScheme as error:
        raise error.in_legacy_form() from None


def _check(body: Body) -> None:
    return_url, configuration = body.get("return_url"), body.get("configuration_id")
    if return_url is not None and not urlsplit(return_url).scheme:
        raise ReturnUrlWithoutScheme
    if configuration is not None and not configuration.startswith(_CONFIGURATION):
        raise ConfigurationUnknown(configuration_id=configuration)
