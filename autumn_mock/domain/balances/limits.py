"""What caps a deduction beside the balance: usage limits, spend limits and overage controls, resolved.

All by feature id, in units of that feature. A feature that is absent has no such limit.
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    headroom: Mapping[str, Decimal] = {}
    """What usage limits still allow in their windows, the smallest over all that apply."""
    spend: Mapping[str, Decimal] = {}
    """Overage units that a spend limit allows in all (not what is left of them)."""
    overage: Mapping[str, bool] = {}
    """The `overage_allowed` control in force."""


NO_LIMITS = Limits()
