"""The test cards of the payment provider: how each reads, and what happens when it is charged."""

import hashlib
import re
import string

import msgspec

_ALPHABET = string.ascii_letters + string.digits

SUCCEED = "succeed"
REQUIRES_ACTION = "requires_action"
REQUIRES_SETUP = "requires_action:once"
DECLINE = "decline:"


class Card(msgspec.Struct, frozen=True):
    """A number, the provider's name for the payment method, and what a charge of it comes to."""

    number: str
    name: str
    outcome: str = SUCCEED
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def display_brand(self) -> str:
        return {"amex": "american_express", "diners": "diners_club"}.get(self.brand, self.brand)

    @property
    def fingerprint(self) -> str:
        """The same number has the same one, whoever holds it."""
        digest = hashlib.blake2b(self.number.encode(), digest_size=16).digest()
        return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest)


TEST_CARDS = (
    Card("4242424242424242", "pm_card_visa"),
    Card("4000056655665556", "pm_card_visa_debit", funding="debit"),
    Card("5555555555554444", "pm_card_mastercard", brand="mastercard"),
    Card("2223003122003222", "pm_card_mastercard_2series", brand="mastercard"),
    Card("5200828282828210", "pm_card_mastercard_debit", brand="mastercard", funding="debit"),
    Card("5105105105105100", "pm_card_mastercard_prepaid", brand="mastercard", funding="prepaid"),
    Card("378282246310005", "pm_card_amex", brand="amex"),
    Card("6011111111111117", "pm_card_discover", brand="discover"),
    Card("3056930009020004", "pm_card_diners", brand="diners"),
    Card("3566002020360505", "pm_card_jcb", brand="jcb", country="JP"),
    Card("6200000000000005", "pm_card_unionpay", brand="unionpay", country="CN"),
    Card("4000002760000016", "pm_card_de", country="DE"),
    Card("4000008260000000", "pm_card_gb", country="GB"),
    Card("4000002500000003", "pm_card_fr", country="FR"),
    Card("4000000000000002", "pm_card_visa_chargeDeclined", DECLINE + "generic_decline"),
    Card("4000000000009995", "pm_card_visa_chargeDeclinedInsufficientFunds", DECLINE + "insufficient_funds"),
    Card("4000000000009987", "pm_card_visa_chargeDeclinedLostCard", DECLINE + "lost_card"),
    Card("4000000000009979", "pm_card_visa_chargeDeclinedStolenCard", DECLINE + "stolen_card"),
    Card("4000000000000069", "pm_card_chargeDeclinedExpiredCard", DECLINE + "expired_card"),
    Card("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", DECLINE + "incorrect_cvc"),
    Card("4000000000000119", "pm_card_chargeDeclinedProcessingError", DECLINE + "processing_error"),
    Card(
        "4000000000006975",
        "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
        DECLINE + "card_velocity_exceeded",
    ),
    Card("4000000000000341", "pm_card_chargeCustomerFail", DECLINE + "card_declined"),
    Card("4000002500003155", "pm_card_authenticationRequiredOnSetup", REQUIRES_SETUP, country="FR"),
    Card("4000002760003184", "pm_card_authenticationRequired", REQUIRES_ACTION, country="DE"),
    Card("4000003800000446", "pm_card_authenticationRequiredSetupForOffSession"),
    Card(
        "4000008260003178",
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        DECLINE + "insufficient_funds",
        country="GB",
    ),
)
"""The first works, and is what a customer gets who asks for none."""

USUAL = TEST_CARDS[0]
_BY_NUMBER = {card.number: card for card in TEST_CARDS}
_BY_NAME = {card.name: card for card in TEST_CARDS}
_SEPARATORS = re.compile(r"[ -]")


def find_card(number_or_name: str) -> Card | None:
    """A test card by its number, however it is spaced, or by the provider's name."""
    return _BY_NAME.get(number_or_name) or _BY_NUMBER.get(_SEPARATORS.sub("", number_or_name))


def card_numbered(number: str) -> Card:
    """The test card that was put on file."""
    return _BY_NUMBER.get(number, USUAL)


def card_like(outcome: str) -> Card:
    """The test card on which charges come to `outcome`; the usual one if there is none."""
    if outcome == DECLINE + "card_declined":
        return _BY_NAME["pm_card_chargeCustomerFail"]
    return next((card for card in TEST_CARDS if card.outcome == outcome), USUAL)
