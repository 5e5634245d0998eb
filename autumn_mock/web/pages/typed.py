"""What a person typed into a form: whether it can be read, and what to say beside the field if not.

Only form is checked here; what a card does, or a code takes off, is not this module's business.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

_EMAIL = re.compile(r'[^\s@"]{1,64}@[^\s@]{1,255}')
_EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*/\s*(?:20)?([0-9][0-9])")
_MAX_NAME = 200
_MAX_QUANTITY = 1_000_000
QUANTITY = "quantity."
"""Fields of quantities begin with it, the id of the feature follows."""


class Form(msgspec.Struct, frozen=True):
    """Fields as they were typed, and what is wrong with them by the name of the field."""

    values: Mapping[str, str]
    problems: dict[str, str] = {}

    def text(self, name: str, default: str | None = None) -> str:
        return self.values.get(name, default or "").strip()

    def ticked(self, name: str) -> bool:
        return bool(self.values.get(name))

    def wrong(self, name: str, problem: str) -> None:
        self.problems.setdefault(name, problem)

    def email(self, *, required: bool) -> str | None:
        typed = self.text("email")
        if typed and not _EMAIL.fullmatch(typed):
            self.wrong("email", "Type an e-mail address, as in ada@example.com.")
        elif required and not typed:
            self.wrong("email", "Type your e-mail address.")
        return typed or None

    def name(self) -> str | None:
        typed = self.text("name")
        if len(typed) > _MAX_NAME:
            self.wrong("name", f"Use {_MAX_NAME} characters at most.")
        return typed or None

    def card_number(self, now: int) -> str:
        """The number without spaces; what is wrong with it, the expiry or the code stands in `problems`."""
        number = re.sub(r"[\s-]", "", self.text("number"))
        if not re.fullmatch(r"[0-9]{12,19}", number) or not _adds_up(number):
            self.wrong("number", "This is not the number of a card.")
        self._check_expiry(now)
        if not re.fullmatch(r"[0-9]{3,4}", self.text("cvc")):
            self.wrong("cvc", "Type the 3 or 4 digits of the security code.")
        return number

    def _check_expiry(self, now: int) -> None:
        found = _EXPIRY.fullmatch(self.text("expiry"))
        if found is None:
            self.wrong("expiry", "Type month and year, as in 04/31.")
            return
        month, year = int(found[1]), 2000 + int(found[2])
        today = datetime.fromtimestamp(now / 1_000, UTC)
        if (year, month) < (today.year, today.month):
            self.wrong("expiry", "This card has expired.")

    def quantity(self, feature_id: str, least: Decimal) -> Decimal | None:
        """What was typed for a feature; None: nothing that counts."""
        name = QUANTITY + feature_id
        typed = self.text(name)
        if not typed:
            return None
        if not re.fullmatch(r"[0-9]{1,7}", typed) or int(typed) > _MAX_QUANTITY:
            self.wrong(name, f"Type a whole number up to {_MAX_QUANTITY:,}.")
        elif int(typed) < least:
            self.wrong(name, f"Type {least.normalize():,f} or more.")
        else:
            return Decimal(typed)
        return None


def _adds_up(number: str) -> bool:
    """The check digit of a card number (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def grouped(number: str) -> str:
    """`4242 4242 4242 4242`."""
    return " ".join(re.findall(r"[0-9]{1,4}", number))


def next_expiry(now: int) -> str:
    """An expiry that a card may have, some years ahead of the clock."""
    return f"12/{(datetime.fromtimestamp(now / 1_000, UTC).year + 3) % 100:02d}"
