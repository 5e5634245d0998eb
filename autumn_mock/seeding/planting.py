"""Running the steps of a seed in a world: each as of its own instant, all of them or none."""

from collections.abc import Iterable
from typing import Any

from autumn_mock import passing_time
from autumn_mock.errors import ApiError, InvalidInputs
from autumn_mock.operations.billing.cards import put_card_on_file, take_cards_off_file, wanted_card
from autumn_mock.operations.registry import OPERATIONS, Answer, Call
from autumn_mock.running import run_operation
from autumn_mock.schemas.base import load_body
from autumn_mock.schemas.cards import GiveCard
from autumn_mock.seeding.reading import Seed, Where
from autumn_mock.seeding.steps import CARD, REFERRAL, Step, steps_of
from autumn_mock.world import World


def plant_all(world: World, seeds: Iterable[Seed]) -> None:
    """Run seeds one after another, all or nothing. Raises SeedError."""
    with world.lock, world.store.transaction():
        for seed in seeds:
            plant(world, seed)


def plant(world: World, seed: Seed) -> None:
    """Run a seed, all or nothing; what it made due until now happens too. Raises SeedError.

    A seed is history: nobody is told of it, so the outbox is as it was before.
    """
    with world.lock, world.store.transaction():
        now = world.now()
        told = set(world.store.webhook_messages.records)
        for step in steps_of(seed, now):
            with world.standing_at(step.at):
                _run(world, seed, step)
        with world.standing_at(now):
            passing_time.settle(world)
        for message_id in world.store.webhook_messages.records.keys() - told:
            world.store.webhook_messages.delete(message_id)


def _run(world: World, seed: Seed, step: Step) -> None:
    try:
        if step.operation == CARD:
            _give_card(world, step)
            return
        if step.operation == REFERRAL:
            _refer(world, seed, step)
            return
        reply = _call(world, seed, step, step.operation, step.body)
    except InvalidInputs as error:
        at, text = error.problems[0]
        more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
        raise seed.error((*step.where, *_parts(at, step)), text + more) from None
    except ApiError as error:
        raise seed.error(step.where, error.message) from None
    _check_reply(seed, step, reply.body if isinstance(reply, Answer) else reply)


def _call(world: World, seed: Seed, step: Step, operation: str, body: dict[str, Any]) -> Any:
    found = OPERATIONS.get(operation)
    if found is None:
        raise seed.error(step.where, f"{operation} is not an operation that is emulated")
    return run_operation(world, found, body, Call(raw=body))


def _refer(world: World, seed: Seed, step: Step) -> None:
    """The customer redeems the code that its referrer has, or gets, in a program."""
    asked = {"customer_id": step.body.get("referrer_id"), "program_id": step.body.get("program_id")}
    for name, key in (("referrer_id", "customer_id"), ("program_id", "program_id")):
        if not isinstance(asked[key], str):
            raise seed.error((*step.where, name), "must be a string")
    code = _call(world, seed, step, "referrals.create_code", asked)["code"]
    redeemed = {"code": code, "customer_id": step.body["customer_id"]}
    _call(world, seed, step, "referrals.redeem_code", redeemed)


def _give_card(world: World, step: Step) -> None:
    passing_time.settle(world)  # what fell due before was paid with the card of before
    asked = load_body(GiveCard(), step.body, world.rules)
    wanted = wanted_card(asked, now=world.now())
    if wanted is None:
        take_cards_off_file(world, asked["customer_id"])
    else:
        put_card_on_file(world, asked["customer_id"], wanted)


def _check_reply(seed: Seed, step: Step, reply: Any) -> None:
    """An attach that only opened a checkout page gave the customer nothing."""
    if step.operation == "billing.attach" and isinstance(reply, dict) and reply.get("payment_url"):
        raise seed.error(
            step.where, 'must be paid for, and the customer has no card; give it "payment_method": "ok"'
        )


def _parts(path: str, step: Step) -> Where:
    """`items.0.feature_id` of a validation message, as a way; `input` is the whole body, and so is the
    outcome of a `payment_method`."""
    if path == "input" or (path == "outcome" and step.where[-1] == CARD):
        return ()
    return tuple(int(part) if part.isdecimal() else part for part in path.split("."))
