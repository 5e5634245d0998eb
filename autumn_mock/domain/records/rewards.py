"""Rewards, promo codes and referrals as stored (reference: rewards, referral programs)."""

from decimal import Decimal

from autumn_mock.domain.records.base import JsonObject, Record


class PromoCode(Record, frozen=True, kw_only=True):
    """A word that a customer types for a reward. `max_uses` limits all of them together."""

    code: str
    max_uses: int | None = None
    first_time_transaction: bool | None = None


class RewardGrant(Record, frozen=True, kw_only=True):
    """What a feature grant gives of one feature; `included` is None for a boolean one."""

    feature_id: str
    included: Decimal | None = None
    expiry_type: str | None = None
    expiry_length: int | None = None


class Reward(Record, frozen=True, kw_only=True):
    """A coupon or a feature grant. Key: `internal_id` (`rew_…`).

    `type` is `percentage_discount`, `fixed_discount`, `invoice_credits`, `feature_grant` or
    `free_product`; `duration_type` is `one_off`, `months` or `forever`.
    """

    internal_id: str
    id: str
    name: str
    type: str
    created_at: int
    value: Decimal = Decimal(0)
    duration_type: str = "one_off"
    duration_length: int | None = None
    plan_ids: tuple[str, ...] | None = None
    """The plans that a coupon is limited to; None: all."""
    promo_codes: tuple[PromoCode, ...] = ()
    grants: tuple[RewardGrant, ...] = ()
    redeemed: dict[str, int] = {}
    """How often each of its codes was used on a purchase, also codes that are gone."""
    legacy: JsonObject = {}
    """What only the legacy routes know of it."""


class ReferralProgram(Record, frozen=True, kw_only=True):
    """Key: `internal_id`. `redeem_on` is `customer_creation` or `checkout`, `received_by` `referrer` or
    `all`."""

    internal_id: str
    id: str
    reward: str
    """Internal id of the reward."""
    redeem_on: str
    received_by: str
    created_at: int
    max_redemptions: int | None = None
    plan_ids: tuple[str, ...] = ("",)
    exclude_trial: bool = False


class ReferralCode(Record, frozen=True, kw_only=True):
    """The code of one customer in one program. Key: `code`."""

    code: str
    id: str = ""
    """`rc_…`, which only the legacy routes show."""
    program: str
    """Internal id of the program."""
    customer: str
    """Internal id of the customer who hands it out."""
    created_at: int


class Redemption(Record, frozen=True, kw_only=True):
    """A referral code or a promo code that a customer redeemed. Key: `id` (`rr_…`).

    `triggered`: it came to the point at which its reward is given. `applied` and `redeemer_applied`:
    the referrer and the redeemer got it.
    """

    id: str
    customer: str
    """Internal id of the redeemer."""
    reward: str
    """Internal id of the reward."""
    created_at: int
    updated_at: int
    program: str | None = None
    """Internal id of the program."""
    code: str | None = None
    """The referral code."""
    referrer: str | None = None
    """Internal id of the owner of the referral code."""
    promo_code: str | None = None
    paid_invoices: tuple[str, ...] = ()
    """Invoices of the redeemer that were paid and not looked at yet."""
    due_at: int | None = None
    """When they are looked at."""
    triggered: bool = False
    applied: bool = False
    redeemer_applied: bool = False


class Discount(Record, frozen=True, kw_only=True):
    """A coupon at work on a Stripe subscription, or on all invoices of a Stripe customer.

    It stands for the coupon as it was when it was given: `percent_off` or `amount_off` (major units of
    `currency`). `starts_at` and `ends_at` in ms, whole seconds; `once`: it is used up by one invoice.
    """

    id: str
    reward: str
    """Internal id of the reward."""
    coupon_id: str
    """Id of the reward, which is that of the coupon."""
    name: str
    starts_at: int
    ends_at: int | None = None
    percent_off: Decimal | None = None
    amount_off: Decimal | None = None
    currency: str | None = None
    duration_type: str = "forever"
    """`forever`, `one_off` or `months`."""
    duration_length: int = 0
    plan_ids: tuple[str, ...] | None = None
    """The plans whose lines it discounts; None: all."""
    promotion_code: str | None = None
    rolls_over: bool = False
    """What it could not take off one invoice is left for the next."""
