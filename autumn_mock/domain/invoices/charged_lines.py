"""What invoices charged for plans and gave back, line by line (reference: billing, amounts;
invoices.reissue).

Invariant: a line keeps its key when its invoice is issued again, and then the newer of the two counts: an
invoice that was credited and replaced has charged nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from autumn_mock.domain.invoices.states import OPEN, PAID
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Invoice, InvoiceLine

_COUNTING = frozenset({PAID, OPEN})


def keyed_lines(invoice: Invoice) -> Iterator[tuple[str, InvoiceLine]]:
    """The lines of an invoice by what other lines call them."""
    for index, line in enumerate(invoice.lines):
        yield line.stands_for or f"{invoice.id}:{index}", line


def charged_lines(invoices: Iterable[Invoice]) -> dict[str, InvoiceLine]:
    """The lines of all paid and open invoices; of those that were replaced only what was not, or not
    yet, charged again is left, with nothing on it."""
    found: dict[str, InvoiceLine] = {}
    gone: dict[str, InvoiceLine] = {}
    for invoice in invoices:
        if invoice.status not in _COUNTING:
            continue
        if invoice.replaced_by is None:
            found |= keyed_lines(invoice)
        else:
            gone |= ((key, _emptied(line)) for key, line in keyed_lines(invoice))
    return gone | found


def _emptied(line: InvoiceLine) -> InvoiceLine:
    return line.but(amount=ZERO, discounted=line.amount + line.discounted)


def charged_amounts(invoices: Iterable[Invoice]) -> dict[str, Decimal]:
    """What each line charged, by its key; of one that was issued again the most that it ever did."""
    charged: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for invoice in invoices:
        for key, line in keyed_lines(invoice):
            charged[key] = max(charged[key], line.amount)
    return dict(charged)


def standing(invoices: Iterable[Invoice]) -> list[Invoice]:
    """Those whose money moved and was not moved back."""
    return [each for each in invoices if each.status == PAID and each.replaced_by is None]


def given_back(invoices: Iterable[Invoice]) -> dict[str, Decimal]:
    """What invoices give back of each line, by its key."""
    back: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for invoice in invoices:
        for line in invoice.lines:
            if line.gives_back is not None:
                back[line.gives_back] -= line.amount
    return dict(back)


def shares_given_back(invoices: Iterable[Invoice]) -> list[tuple[str, tuple[str, ...]]]:
    """Of which lines invoices give back the shares of which plans: each once, if all is well."""
    return [
        (line.gives_back, line.subscriptions)
        for invoice in invoices
        for line in invoice.lines
        if line.gives_back is not None
    ]
