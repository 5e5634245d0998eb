"""What can be set, every default in one place, and the two profiles.

`documented` follows the public reference where it and the hosted server disagree; `server` follows
the hosted server. `PROFILES` is the whole list of differences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

MEMORY = ":memory:"


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the public reference and the hosted server differ."""

    name: str
    creates_in_stripe: bool
    """`create_in_stripe` absent makes a Stripe customer."""
    colon_in_customer_id: bool
    fingerprint_withholds_trial: bool
    """A used fingerprint withholds a trial whether or not the plan asks for it."""
    purchases_plan_expands: bool
    unknown_route_is_401: bool
    free_tokens_cost_one: bool
    """A `track_tokens` of cost 0 takes one credit."""
    batch_track_answers_202: bool
    """`batch_track` answers 202, the only status that `autumn-js` takes; else 200."""
    newer_invoice_list: bool
    """`invoices.list` filters by `invoice_id` and `stripe_id` and shows the items."""


PROFILES: Mapping[str, Profile] = {
    "documented": Profile(
        name="documented",
        creates_in_stripe=True,
        colon_in_customer_id=False,
        fingerprint_withholds_trial=True,
        purchases_plan_expands=True,
        unknown_route_is_401=False,
        free_tokens_cost_one=False,
        batch_track_answers_202=True,
        newer_invoice_list=True,
    ),
    "server": Profile(
        name="server",
        creates_in_stripe=False,
        colon_in_customer_id=True,
        fingerprint_withholds_trial=False,
        purchases_plan_expands=False,
        unknown_route_is_401=True,
        free_tokens_cost_one=True,
        batch_track_answers_202=False,
        newer_invoice_list=False,
    ),
}

DURABILITIES = ("journal", "fsync", "none")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a server can be told. Immutable; the CLI and the environment fill it in."""

    host: str = "127.0.0.1"
    port: int = 8788
    data: str = MEMORY
    seed: tuple[str, ...] = ()
    profile: str = "documented"
    keys: tuple[str, ...] = ()
    """Allow-list of keys; empty accepts every well-formed key."""
    now: int | None = None
    """Where the clock of a new world stands (epoch ms), frozen; None follows the machine."""
    durability: str = "journal"
    public_url: str | None = None
    rate_limits: bool = False
    allow_host: tuple[str, ...] = ()
    allow_origin: tuple[str, ...] = ()
    watch: bool = False
    id_seed: int | None = None
    """The same seed gives the same ids; None takes another one every time."""
    invariants: bool = False
    """Check the books after every request (the test suite does)."""
    max_body_bytes: int = field(default=8_000_000)

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise ValueError(f"profile must be one of {', '.join(PROFILES)}")
        if self.durability not in DURABILITIES:
            raise ValueError(f"durability must be one of {', '.join(DURABILITIES)}")

    @property
    def rules(self) -> Profile:
        return PROFILES[self.profile]

    @property
    def data_path(self) -> Path | None:
        return None if self.data == MEMORY else Path(self.data)

    @property
    def base_url(self) -> str:
        host = f"[{self.reachable_host}]" if ":" in self.reachable_host else self.reachable_host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @cached_property
    def answered_hosts(self) -> tuple[str, ...]:
        """Names that a Host header may have beside loopback: those allowed, and the public one."""
        public = urlsplit(self.public_url or "").hostname
        return tuple(name.lower() for name in (*self.allow_host, public) if name)

    @property
    def reachable_host(self) -> str:
        """Where this machine reaches the server, also if it listens on every address."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
