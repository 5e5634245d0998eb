"""What falls due as time passes, walked in order: resets, trial ends, expiries, lock expiries.

`settle` is called before every operation, so it does not matter whether the machine's clock moved
between two requests or a test jumped a year.
"""

from autumn_mock.world import World


def settle(world: World) -> None:
    """Do everything that fell due up to now, oldest first. Inside a transaction."""
