"""The base of all failures, and the one of a body that has the wrong shape."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

Problem = tuple[str, str]
"""Where (`plans.0.id`, or `input` for the whole body) and what is wrong there."""


class ApiError(Exception):
    """A request that the API refuses. Subclasses say status, code and wording."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "invalid_request"
    wording: ClassVar[str] = ""
    keeps_changes: bool = False
    """Whether what was changed before it was raised stays, as it does in some places of the reference."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        self.message = self.wording.format(**facts)
        super().__init__(self.message)

    def keeping_changes(self) -> Self:
        """This failure, to be raised where the reference keeps what was done before it."""
        self.keeps_changes = True
        return self


class InvalidRequest(ApiError):
    """400 `invalid_request`: a rule of the operation is broken."""


class InvalidInputs(ApiError):
    """400 `invalid_inputs`: one or several problems of shape, reported together."""

    code = "invalid_inputs"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__()
        told = "; ".join(f"{path}: {text}" for path, text in self.problems)
        self.message = told if len(self.problems) == 1 else f"[Validation Errors] {told}"
        self.args = (self.message,)
