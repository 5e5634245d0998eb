"""What caps a deduction beside the balance: usage limits, spend limits and overage controls, resolved.

All by feature id, in units of that feature. A feature that is absent has no such limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    headroom: Mapping[str, Decimal] = field(default_factory=dict)
    """What usage limits still allow in their windows, the smallest over all that apply."""
    spend: Mapping[str, Decimal] = field(default_factory=dict)
    """Overage units that a spend limit allows in all (not what is left of them)."""
    overage: Mapping[str, bool] = field(default_factory=dict)
    """The `overage_allowed` control in force."""


NO_LIMITS = Limits()
