"""Which Host headers are answered: loopback and what was allowed, so that a web page can't reach
the server by rebinding a name to it."""

import ipaddress
from functools import lru_cache

from autumn_mock.errors.http import HostNotAllowed


@lru_cache(maxsize=256)
def check_host(header: str | None, allowed: tuple[str, ...]) -> None:
    """Raises HostNotAllowed unless `header` names a loopback address or an allowed host."""
    name = _name(header or "")
    if name in {"", "localhost"} or name.endswith(".localhost") or name in allowed:
        return
    if "*" in allowed:
        return
    try:
        if ipaddress.ip_address(name).is_loopback:
            return
    except ValueError:
        pass
    raise HostNotAllowed(host=name)


def _name(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()
