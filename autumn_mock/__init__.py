"""autumn-mock: a local emulator of the Autumn billing API.

`Emulator` serves it from a Python program; `autumn-mock serve` does from the command line; the
pytest fixture `autumn` gives each test a world of its own.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator
    from autumn_mock.settings import Settings

__version__ = "0.1.0"
__all__ = ["Emulator", "Settings", "__version__"]


def __getattr__(name: str) -> Any:
    """Load on first use: the pytest plugin imports this package in every test run."""
    if name == "Emulator":
        from autumn_mock.emulator import Emulator

        return Emulator
    if name == "Settings":
        from autumn_mock.settings import Settings

        return Settings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
