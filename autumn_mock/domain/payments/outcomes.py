"""What a charge of a card comes to, told in a word: `succeed` (or `ok`), `decline:<code>`,
`requires_action`, `requires_action:once`, `expires_in:<span>`.

Invariant: what a charge comes to depends on the card, the instant and how often it was asked before,
never on chance.
"""

import re
from collections.abc import Iterable

import msgspec

from autumn_mock.domain import spans
from autumn_mock.domain.payments.cards import (
    DECLINE,
    REQUIRES_ACTION,
    REQUIRES_SETUP,
    SUCCEED,
    USUAL,
    Card,
    card_like,
)
from autumn_mock.domain.payments.declines import DECLINE_CODES
from autumn_mock.domain.records import PaymentMethod

NONE = "none"
"""No card at all."""
EXPIRES_IN = "expires_in:"
EXPIRED = DECLINE + "expired_card"
OUTCOMES = (
    "'succeed', 'decline:<code>' with a decline code of the provider, 'requires_action', "
    f"'requires_action:once' or 'expires_in:<span>' with a span like {spans.EXAMPLES}"
)
STEPS = "of 'succeed', 'decline:<code>' and 'requires_action', each with ' x<times>' after it if it repeats"
_REPEATED = re.compile(r"(?P<outcome>.+?) x(?P<times>[1-9]\d{0,2})")
_LONGEST = 1_000


class Wanted(msgspec.Struct, frozen=True):
    """A card that somebody is to have: how it reads, and what charges of it come to."""

    kind: Card = USUAL
    outcome: str = SUCCEED
    script: tuple[str, ...] = ()
    expires_at: int | None = None


def read_wanted(kind: Card | None, outcome: str | None, *, now: int) -> Wanted:
    """A test card with its own outcome or another one; an outcome alone brings the card that has it.
    Raises ValueError for what is no outcome."""
    if outcome is None:
        kind = kind or USUAL
        return Wanted(kind, kind.outcome)
    if outcome.startswith(EXPIRES_IN):
        expires_at = spans.move(now, outcome.removeprefix(EXPIRES_IN).strip())
        return Wanted(kind or USUAL, SUCCEED, expires_at=expires_at)
    read = _read(outcome)
    return Wanted(kind or card_like(read), read)


def _read(text: str) -> str:
    if text in {"ok", SUCCEED}:
        return SUCCEED
    known = text in {REQUIRES_ACTION, REQUIRES_SETUP}
    if known or (text.startswith(DECLINE) and text.removeprefix(DECLINE) in DECLINE_CODES):
        return text
    raise ValueError(text)


def read_script(steps: Iterable[str]) -> tuple[str, ...]:
    """The outcomes of a card's charges one after the other, from `["succeed x2", "decline:lost_card"]`.
    Raises ValueError."""
    script: list[str] = []
    for step in steps:
        repeated = _REPEATED.fullmatch(step)
        outcome, times = (repeated["outcome"], int(repeated["times"])) if repeated else (step, 1)
        script += [_read(outcome)] * times
    if not 0 < len(script) <= _LONGEST:
        raise ValueError("a script has a step at least")
    return tuple(script)


def outcome_now(card: PaymentMethod, *, now: int) -> str:
    """What the next charge comes to: `succeed`, `requires_action` or `decline:<code>`. The last step of a
    script holds for all further charges."""
    if card.expires_at is not None and card.expires_at <= now:
        return EXPIRED
    outcome = card.script[min(card.asked, len(card.script) - 1)] if card.script else card.outcome
    if outcome == REQUIRES_SETUP:
        outcome = SUCCEED if card.set_up else REQUIRES_ACTION
    if outcome == "ok" or (card.attended and outcome == REQUIRES_ACTION):
        return SUCCEED
    return outcome
