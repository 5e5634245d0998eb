"""API versions: which ones exist and how the `x-api-version` header is read (reference: versioning)."""

import re
from enum import IntEnum
from functools import lru_cache

from autumn_mock.errors.http import InvalidApiVersion


class Version(IntEnum):
    """Ordered, so that `version < Version.V2_1` reads as it should."""

    V0_1 = 1
    V0_2 = 2
    V1_1 = 3
    V1_2 = 4
    BETA = 5
    V2_0 = 6
    V2_1 = 7
    V2_2 = 8
    V2_3 = 9
    V2_4 = 10
    V2_5 = 11


NEWEST = Version.V2_3
"""What a missing header means, and the newest version with recorded behaviour."""

_BY_NUMBER = {
    (0, 1, 0): Version.V0_1,
    (0, 2, 0): Version.V0_2,
    (1, 1, 0): Version.V1_1,
    (1, 2, 0): Version.V1_2,
    (2, 0, 0): Version.V2_0,
    (2, 1, 0): Version.V2_1,
    (2, 2, 0): Version.V2_2,
    (2, 3, 0): Version.V2_3,
    (2, 4, 0): Version.V2_4,
    (2, 5, 0): Version.V2_5,
}
_BY_DATE = {
    "2025-02-01": Version.V0_1,
    "2025-04-01": Version.V0_2,
    "2025-04-17": Version.V1_1,
    "2025-05-05": Version.V1_2,
    "2026-03-16": Version.V2_0,
    "2026-03-17": Version.V2_1,
    "2026-03-18": Version.V2_2,
    "2026-05-13": Version.V2_3,
}
_BY_FLOAT = {1.0: Version.V0_2, 0.2: Version.V0_2, 0.1: Version.V0_1, 1.1: Version.V1_1,
             1.2: Version.V1_2, 1.4: Version.BETA}  # fmt: skip


@lru_cache(maxsize=256)
def read_version(header: str | None) -> Version:
    """The version that a header names; absent or empty is the newest.

    Raises InvalidApiVersion for anything unknown.
    """
    if not header:
        return NEWEST
    found = _by_date(header) or _by_number(header) or _by_float(header)
    if header == "beta":
        found = Version.BETA
    if found is None:
        raise InvalidApiVersion(value=header)
    return found


def _by_date(header: str) -> Version | None:
    return _BY_DATE.get(header.removesuffix(".clover"))


def _by_number(header: str) -> Version | None:
    if not re.fullmatch(r"\d+(\.\d+)*", header):
        return None
    parts = [int(part) for part in header.split(".")][:3]
    major, minor, patch = (*parts, 0, 0)[:3]
    return _BY_NUMBER.get((major, minor, patch))


def _by_float(header: str) -> Version | None:
    """Names of the first days (`1.2.7`, `1.4`): only their leading number counts, to one digit."""
    leading = re.match(r"\d+(\.\d)?", header)
    return _BY_FLOAT.get(float(leading.group())) if leading else None
