"""Links to pages of this server. They are kept and told as paths: only the edge, which a request
reached, knows under which name the caller sees the server."""


class Link:
    """A path on this server in a reply. It becomes an absolute URL when the reply is encoded."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def under(self, base_url: str) -> str:
        return base_url + self.path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Link) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __repr__(self) -> str:
        return f"Link({self.path!r})"


def link(url: str | None) -> Link | str | None:
    """What a reply tells of a stored URL: a path is one of this server, anything else stays as it is."""
    return Link(url) if url is not None and url.startswith("/") else url
