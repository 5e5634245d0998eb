"""Test cards, and what charges of them come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.payments.cards import TEST_CARDS, USUAL, card_like, card_numbered, find_card
from autumn_mock.domain.payments.declines import DECLINE_CODES, sentence_of
from autumn_mock.domain.payments.outcomes import Wanted, outcome_now, read_script, read_wanted
from autumn_mock.domain.periods import DAY
from autumn_mock.domain.records import PaymentMethod
from tests.rows import START

CARD = PaymentMethod(id="pm_1", stripe_customer="cus_1", created_at=START)
ATTENDED = CARD.but(attended=True)


@pytest.mark.parametrize(
    ("number", "brand", "last4", "outcome"),
    [
        ("4242 4242 4242 4242", "visa", "4242", "succeed"),
        ("5555-5555-5555-4444", "mastercard", "4444", "succeed"),
        ("378282246310005", "amex", "0005", "succeed"),
        ("pm_card_visa", "visa", "4242", "succeed"),
        ("pm_card_chargeCustomerFail", "visa", "0341", "decline:card_declined"),
        ("4000000000000002", "visa", "0002", "decline:generic_decline"),
        ("4000000000009995", "visa", "9995", "decline:insufficient_funds"),
        ("4000000000009987", "visa", "9987", "decline:lost_card"),
        ("4000000000009979", "visa", "9979", "decline:stolen_card"),
        ("4000000000000069", "visa", "0069", "decline:expired_card"),
        ("4000000000000127", "visa", "0127", "decline:incorrect_cvc"),
        ("4000000000000119", "visa", "0119", "decline:processing_error"),
        ("4000000000000341", "visa", "0341", "decline:card_declined"),
        ("4000002500003155", "visa", "3155", "requires_action:once"),
        ("4000002760003184", "visa", "3184", "requires_action"),
    ],
)
def test_a_test_card_is_known_by_number_and_name(number: str, brand: str, last4: str, outcome: str) -> None:
    found = find_card(number)

    assert found is not None
    assert (found.brand, found.last4, found.outcome) == (brand, last4, outcome)


def test_what_is_no_test_card_is_not_found() -> None:
    assert [find_card(text) for text in ("", "4242", "4111111111111111", "pm_card_gold")] == [None] * 4


def test_numbers_names_and_fingerprints_are_told_apart() -> None:
    for told in ("number", "name", "fingerprint"):
        assert len({getattr(card, told) for card in TEST_CARDS}) == len(TEST_CARDS)


def test_each_outcome_has_the_card_that_a_person_would_take() -> None:
    wanted = (
        "succeed",
        "decline:card_declined",
        "decline:expired_card",
        "requires_action",
        "decline:pickup_card",
    )

    assert [card_like(outcome).last4 for outcome in wanted] == ["4242", "0341", "0069", "3184", "4242"]


def test_every_decline_code_of_a_card_is_one_and_has_a_sentence() -> None:
    codes = {c.outcome.removeprefix("decline:") for c in TEST_CARDS if c.outcome.startswith("decline:")}

    assert codes <= DECLINE_CODES
    assert all(sentence_of(code).endswith(".") for code in DECLINE_CODES)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("ok", "succeed"),
        ("succeed", "succeed"),
        ("decline:do_not_honor", "decline:do_not_honor"),
        ("requires_action", "requires_action"),
        ("requires_action:once", "requires_action:once"),
    ],
)
def test_an_outcome_is_read(text: str, outcome: str) -> None:
    assert read_wanted(None, text, now=START).outcome == outcome


@pytest.mark.parametrize(
    "text",
    ["", "OK", "fail", "decline", "decline:", "decline:bad_mood", "expires_in:", "expires_in:soon", "none"],
)
def test_what_is_no_outcome_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_wanted(None, text, now=START)


def test_without_a_word_it_is_the_usual_card_that_works() -> None:
    assert read_wanted(None, None, now=START) == Wanted(USUAL, "succeed")


def test_a_card_keeps_its_face_when_it_is_to_behave_otherwise() -> None:
    amex = find_card("pm_card_amex")

    wanted = read_wanted(amex, "decline:lost_card", now=START)

    assert (wanted.kind.brand, wanted.outcome) == ("amex", "decline:lost_card")


def test_a_card_expires_after_its_span() -> None:
    wanted = read_wanted(None, "expires_in: 40 days", now=START)
    card = CARD.but(expires_at=wanted.expires_at)

    assert wanted.expires_at == START + 40 * DAY
    assert outcome_now(card, now=START + 40 * DAY - 1) == "succeed"
    assert outcome_now(card, now=START + 40 * DAY) == "decline:expired_card"


def test_a_script_says_it_charge_by_charge_and_its_last_step_stays() -> None:
    script = read_script(["succeed x2", "decline:lost_card", "ok"])
    card = CARD.but(script=script)

    asked = [outcome_now(card.but(asked=count), now=START) for count in range(6)]

    assert asked == ["succeed", "succeed", "decline:lost_card", "succeed", "succeed", "succeed"]


@pytest.mark.parametrize(
    "steps",
    [[], [""], ["succeed x0"], ["succeed 2"], ["decline:x"], ["expires_in:1 day"], ["succeed x999"] * 2],
)
def test_what_is_no_script_is_refused(steps: list[str]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_script(steps)


@given(times=st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_a_script_is_as_long_as_its_counts(times: list[int]) -> None:
    assert len(read_script([f"succeed x{count}" for count in times])) == sum(times)


@pytest.mark.parametrize(
    ("card", "outcome"),
    [
        (CARD.but(outcome="requires_action"), "requires_action"),
        (ATTENDED.but(outcome="requires_action"), "succeed"),
        (CARD.but(outcome="requires_action", set_up=True), "requires_action"),
        (CARD.but(outcome="requires_action:once"), "requires_action"),
        (ATTENDED.but(outcome="requires_action:once"), "succeed"),
        (CARD.but(outcome="requires_action:once", set_up=True), "succeed"),
        (ATTENDED.but(outcome="decline:lost_card"), "decline:lost_card"),
        (CARD.but(outcome="ok"), "succeed"),
    ],
)
def test_authentication_needs_the_holder(card: PaymentMethod, outcome: str) -> None:
    assert outcome_now(card, now=START) == outcome


def test_a_card_on_file_reads_as_its_number() -> None:
    assert card_numbered("378282246310005").display_brand == "american_express"
    assert card_numbered("1") == USUAL
