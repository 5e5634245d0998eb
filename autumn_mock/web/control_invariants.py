"""The control route that checks the books of a world: what does not add up, customer by customer."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from autumn_mock.operations.books import orphans, problems_of, reward_problems
from autumn_mock.web.control_base import calling_world, control_blueprint, json_answer

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control route of invariants."""
    routes = control_blueprint("control_invariants")

    @routes.get("/invariants")
    def read() -> Response:
        world = calling_world(emulator)
        with world.lock:
            broken: list[dict[str, str | None]] = [
                {"customer_id": customer.id or customer.internal_id, "problem": problem}
                for customer in world.store.customers
                for problem in problems_of(world, customer)
            ]
            of_nobody = [*orphans(world), *reward_problems(world)]
            broken += [{"customer_id": None, "problem": problem} for problem in of_nobody]
        return json_answer({"ok": not broken, "broken": broken})

    return routes
