"""A card as Stripe's payment method object (reference: customers, expand payment_method)."""

from datetime import UTC, datetime

from autumn_mock.domain.payments.cards import card_numbered
from autumn_mock.domain.records import Customer, JsonObject, PaymentMethod

_NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
_YEARS = 3


def card_object(card: PaymentMethod, customer: Customer) -> JsonObject:
    """`created` in seconds."""
    return {
        "id": card.id,
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {
            "address": _NO_ADDRESS,
            "email": customer.email,
            "name": customer.name,
            "phone": None,
            "tax_id": None,
        },
        "created": card.created_at // 1000,
        "customer": card.stripe_customer,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "card": _face(card),
    }


def _face(card: PaymentMethod) -> JsonObject:
    """What the provider tells of the card itself."""
    kind, (month, year) = card_numbered(card.number), expiry_of(card)
    no_address = dict.fromkeys(("address_line1_check", "address_postal_code_check"))
    return {
        "brand": kind.brand,
        "checks": {**no_address, "cvc_check": "pass"},
        "country": kind.country,
        "display_brand": kind.display_brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": card.fingerprint,
        "funding": kind.funding,
        "generated_from": None,
        "last4": kind.last4,
        "networks": {"available": [kind.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def expiry_of(card: PaymentMethod) -> tuple[int, int]:
    """Month and year that are printed on a card: those in which it expires, else the end of a year."""
    if card.expires_at is not None:
        expires = datetime.fromtimestamp(card.expires_at / 1_000, UTC)
        return expires.month, expires.year
    return 12, datetime.fromtimestamp(card.created_at / 1_000, UTC).year + _YEARS
