"""Ids that the service makes up: `cus_prod_` and 27 characters, `cus_` and 14 for Stripe's.

One seedable source per world: the same seed gives the same ids. Ids begin with the instant of
their making, so that an id made later sorts later.
"""

import random
import secrets
import string

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase  # in byte order
_LETTERS = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))
"""A letter for each byte: ids are made in every track, and this costs a tenth of choosing letters."""
_STRIPE_LENGTH = {"cus_": 14}
_INSTANT_DIGITS = 8
_COUNTER_DIGITS = 3


class Ids:
    """Makes ids. `seed` None takes one from the operating system."""

    __slots__ = ("_counter", "_random", "seed")

    def __init__(self, seed: int | None = None) -> None:
        self.seed = secrets.randbits(64) if seed is None else seed
        self._random = random.Random(self.seed)
        self._counter = 0

    def go_on_from(self, other: "Ids") -> None:
        """Make the ids that `other` would make next: a copy of its world must not repeat its ids."""
        self._random.setstate(other._random.getstate())
        self._counter = other._counter

    def make(self, prefix: str, now: int) -> str:
        """An id of the service itself: `prefix` and 27 characters, later ones sort later."""
        self._counter += 1
        rest = self._random.randbytes(27 - _INSTANT_DIGITS - _COUNTER_DIGITS)
        return (
            prefix
            + _base62(now, _INSTANT_DIGITS)
            + _base62(self._counter, _COUNTER_DIGITS)
            + rest.translate(_LETTERS).decode("ascii")
        )

    def stripe(self, prefix: str) -> str:
        """An id of the simulated payment provider: `cus_` and 14 characters, others 24."""
        return prefix + "".join(self._random.choices(_ALPHABET, k=_STRIPE_LENGTH.get(prefix, 24)))

    def code(self, length: int) -> str:
        """Capital letters and digits, as for referral codes."""
        return "".join(self._random.choices(string.ascii_uppercase + string.digits, k=length))

    def token(self, prefix: str, length: int = 32) -> str:
        """An opaque token, as for keys and signing secrets."""
        return prefix + "".join(self._random.choices(_ALPHABET, k=length))

    def secret(self, length: int) -> bytes:
        """Random bytes, as for signing keys."""
        return self._random.randbytes(length)


def _base62(number: int, digits: int) -> str:
    text = ""
    for _ in range(digits):
        number, rest = divmod(number, 62)
        text = _ALPHABET[rest] + text
    return text
