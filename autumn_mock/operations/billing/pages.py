"""Hosted pages that a billing request waits for."""

from collections.abc import Sequence

from autumn_mock.domain.records import CheckoutSession, Customer, Invoice, JsonObject, Subscription
from autumn_mock.operations.registry import Call
from autumn_mock.world import World


def page_of(
    world: World,
    call: Call,
    customer: Customer,
    operation: str,
    *,
    request: JsonObject | None = None,
    row: str | None = None,
) -> CheckoutSession:
    """A page for the request, not yet written. `row` is the plan that begins before it is paid."""
    session_id = world.ids.stripe("cs_test_")
    return CheckoutSession(
        id=session_id,
        customer=customer.internal_id,
        url=f"{world.settings.base_url}/checkout/{session_id}",
        operation=operation,
        request=request or call.raw,
        version=call.version,
        created_at=world.now(),
        row=row,
    )


def keep_page(world: World, page: CheckoutSession, invoice: Invoice, rows: Sequence[Subscription] = ()) -> None:
    """The page of the open invoice that a change waits for; `rows` are those that it charges and that
    begin with it."""
    if invoice.status != "open" or invoice.hosted_invoice_url is None:
        return
    promised = tuple(row.id for row in rows)
    world.store.checkouts.put(page.but(url=invoice.hosted_invoice_url, invoice=invoice.id, promised=promised))
