"""Failures of keeping data."""

from autumn_mock.errors.base import ApiError


class NotKept(ApiError):
    """The disk refused a change, so nothing of it was done.

    Not a 5xx: the SDKs replace those by a made-up answer, and the reason would never be seen.
    """

    status, code = 400, "not_kept"
    wording = "Nothing was changed, because it can't be kept: {path}: {reason}"
