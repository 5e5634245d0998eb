"""What must always add up in a customer's payments, and in words what does not (reference: billing, lines
and money).

Pure, and never a reason to refuse a request: a broken invariant is a fault of this program.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from autumn_mock.domain.invoices.charged_lines import charged_amounts, given_back, shares_given_back, standing
from autumn_mock.domain.invoices.states import PAID
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Charge, Invoice


def money_problems(invoices: Iterable[Invoice], charges: Iterable[Charge], credit: Decimal) -> list[str]:
    """What does not add up. `credit` is what the customer may draw on."""
    known = {invoice.id: invoice for invoice in invoices}
    charged = list(charges)
    return [
        *_refunds(charged),
        *_payments(known, charged),
        *_given_back(known),
        *([f"the credit is {credit}"] if credit < ZERO else []),
    ]


def _refunds(charges: Iterable[Charge]) -> Iterator[str]:
    for charge in charges:
        most = charge.amount if charge.succeeded else ZERO
        if not ZERO <= charge.refunded <= most:
            yield f"charge {charge.id} of {most} was refunded {charge.refunded}"


def _payments(invoices: Mapping[str, Invoice], charges: Iterable[Charge]) -> Iterator[str]:
    """An invoice is charged once, for what it says was paid, and is paid then."""
    paying: dict[str, list[Charge]] = defaultdict(list)
    for charge in charges:
        if charge.succeeded:
            paying[charge.invoice].append(charge)
    for key, found in paying.items():
        invoice = invoices.get(key)
        if invoice is None:
            yield f"charge {found[0].id} paid invoice {key}, which does not exist"
            continue
        if len(found) > 1:
            yield f"invoice {key} was charged {len(found)} times"
        if invoice.status != PAID or invoice.amount_paid != found[0].amount:
            yield f"invoice {key} is {invoice.status}, {invoice.amount_paid} paid of {found[0].amount} charged"
        if invoice.paid_out_of_band:
            yield f"invoice {key} was charged and paid out of band"


def _given_back(invoices: Mapping[str, Invoice]) -> Iterator[str]:
    """A charge is given back once at most."""
    charged = charged_amounts(invoices.values())
    paid = standing(invoices.values())
    for key, amount in given_back(paid).items():
        if amount > charged.get(key, ZERO):
            yield f"line {key} charged {charged.get(key, ZERO)}, and {amount} was given back"
    for (key, _), times in Counter(shares_given_back(paid)).items():
        if times > 1:
            yield f"line {key} was given back {times} times for one plan"


def credit_left(invoices: Iterable[Invoice]) -> Decimal:
    """The credit that invoices left or returned, less what others drew: what a customer has to draw on
    whose link to the provider never changed."""
    return sum((each.amount_returned - each.drawn_from_credit for each in invoices), ZERO)
