"""The reference's rate limits (off unless `--rate-limits`): fixed windows per world."""

from flask import Response

from autumn_mock.world import World


def count(world: World, ask: object, told: dict[str, str]) -> Response | None:
    """Count a request; the 429 when it is over the limit. Adds the four headers to `told`."""
    raise NotImplementedError
