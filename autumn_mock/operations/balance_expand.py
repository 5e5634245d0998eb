"""`expand` in the query of checks and tracks."""

from collections.abc import Sequence

from autumn_mock.call import Call
from autumn_mock.errors import InvalidInputs


def read_expand(call: Call, allowed: Sequence[str]) -> frozenset[str]:
    """The words asked for. Raises InvalidInputs for others."""
    asked = call.query.get("expand") if call.query else None
    if not asked:
        return frozenset()
    words = asked if isinstance(asked, list) else [asked]
    text = f"must be one of: {', '.join(allowed)}"
    problems = [(f"expand.{at}", text) for at, word in enumerate(words) if word not in allowed]
    if problems:
        raise InvalidInputs(problems)
    return frozenset(words)
