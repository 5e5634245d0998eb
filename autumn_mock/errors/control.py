"""Failures of the control routes."""

from autumn_mock.errors.base import ApiError


class InvalidSeed(ApiError):
    """A seed breaks a rule; nothing of it was planted."""

    code = "invalid_seed"
    wording = "{reason}"
