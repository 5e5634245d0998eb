"""Why a card is declined: the provider's decline codes, and the sentence that goes with each."""

_PLAIN = "Your card was declined."
_SENTENCES = {
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "card_not_supported": "Your card does not support this type of purchase.",
    "card_velocity_exceeded": (
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."
    ),
    "expired_card": "Your card has expired.",
    "incorrect_address": "Your card's address is incorrect.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "incorrect_number": "Your card number is incorrect.",
    "incorrect_zip": "Your card's zip code failed validation.",
    "insufficient_funds": "Your card has insufficient funds.",
    "invalid_account": "Invalid account.",
    "invalid_amount": "Invalid amount.",
    "invalid_cvc": "Your card's security code is invalid.",
    "invalid_expiry_month": "Your card's expiration month is invalid.",
    "invalid_expiry_year": "Your card's expiration year is invalid.",
    "invalid_number": "Your card number is not a valid credit card number.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "transaction_not_allowed": "Your card does not support this type of purchase.",
}
DECLINE_CODES = frozenset(_SENTENCES) | {
    "approve_with_id", "call_issuer", "card_declined", "currency_not_supported", "do_not_honor",
    "do_not_try_again", "duplicate_transaction", "fraudulent", "generic_decline", "incorrect_pin",
    "invalid_pin", "issuer_not_available", "lost_card", "merchant_blacklist",
    "new_account_information_available", "no_action_taken", "not_permitted", "offline_pin_required",
    "online_or_offline_pin_required", "pickup_card", "pin_try_exceeded", "reenter_transaction",
    "restricted_card", "revocation_of_all_authorizations", "revocation_of_authorization",
    "security_violation", "service_not_allowed", "stolen_card", "stop_payment_order", "testmode_decline",
    "try_again_later", "withdrawal_count_limit_exceeded",
}  # fmt: skip
"""All that the provider documents, and `card_declined`, its word for a decline without a closer one."""


def sentence_of(decline_code: str) -> str:
    """What the cardholder is told. Most codes are not told apart to him."""
    return _SENTENCES.get(decline_code, _PLAIN)
