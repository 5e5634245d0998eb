"""Seeds: fixture files that run through the operations, so a seed obeys the rules that a client obeys.

`reading` finds and reads a file, `steps` turns it into operations in time, `planting` runs them in a
world, all or nothing.
"""

from autumn_mock.seeding.planting import plant, plant_all
from autumn_mock.seeding.reading import Seed, SeedError, files, read, read_file

__all__ = ["Seed", "SeedError", "files", "plant", "plant_all", "read", "read_file"]
