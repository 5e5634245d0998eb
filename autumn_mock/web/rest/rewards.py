"""Legacy routes of rewards, referral programs and codes (reference: rewards, legacy routes)."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.web.rest.route import Args, Route, from_query


def _from_body(args: Args, body: Any, call: Call) -> Any:
    """The JSON body, which may be left out, and over it what stands in the path."""
    return {**body, **args} if isinstance(body, dict) else dict(args)


ROUTES: tuple[Route, ...] = (
    Route("POST", "/referrals/code", "referrals.create_code"),
    Route("POST", "/referrals/redeem", "referrals.redeem_code"),
    Route("GET", "/redemptions/<redemption_id>", "GET /redemptions/{redemption_id}", from_query),
    Route("POST", "/rewards", "POST /rewards"),
    Route("GET", "/rewards/<reward_id>", "GET /rewards/{reward_id}", from_query),
    Route("POST", "/rewards/<reward_id>", "POST /rewards/{reward_id}"),
    Route("DELETE", "/rewards/<reward_id>", "DELETE /rewards/{reward_id}", from_query),
    Route("POST", "/reward_programs", "POST /reward_programs"),
    Route("PUT", "/reward_programs/<program_id>", "PUT /reward_programs/{program_id}"),
    Route("DELETE", "/reward_programs/<program_id>", "DELETE /reward_programs/{program_id}", from_query),
    Route(
        "POST",
        "/customers/<customer_id>/coupons/<reward_id>",
        "POST /customers/{customer_id}/coupons/{reward_id}",
        _from_body,
    ),
    Route("DELETE", "/customers/<customer_id>/coupons", "DELETE /customers/{customer_id}/coupons", from_query),
)
