"""A card as Stripe's payment method object (reference: customers, expand payment_method)."""

from autumn_mock.domain.records import Customer, JsonObject, PaymentMethod

_NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


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
        "card": {
            "brand": "visa",
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass",
            },
            "country": "US",
            "display_brand": "visa",
            "exp_month": 12,
            "exp_year": 2029,
            "fingerprint": card.fingerprint,
            "funding": "credit",
            "generated_from": None,
            "last4": "4242",
            "networks": {"available": ["visa"], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
    }
