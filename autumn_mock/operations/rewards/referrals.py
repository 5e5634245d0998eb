"""`referrals.*`: codes that customers hand out, and redeem (reference: referral codes)."""

from autumn_mock.domain.records import Customer, ReferralCode, ReferralProgram
from autumn_mock.domain.rewards.redemptions import of_referral_code
from autumn_mock.domain.rewards.referrals import CUSTOMER_CREATION, check_redeemable
from autumn_mock.domain.rewards.reward_objects import redeemed_object
from autumn_mock.errors.rewards import ReferralCodeNotFound, RewardProgramNotFound
from autumn_mock.operations.loading import find_customer
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.rewards.giving import give_referral
from autumn_mock.operations.rewards.loading import look_up_program
from autumn_mock.schemas.referrals import CreateReferralCode, RedeemReferralCode
from autumn_mock.world import World

_LENGTH = 6


@operation("referrals.create_code", body=CreateReferralCode())
def create_code(world: World, body: Body, call: Call) -> Reply:
    """The code of a customer in a program, made when first asked for."""
    program = look_up_program(world, body["program_id"])
    if program is None:
        raise RewardProgramNotFound
    customer = find_customer(world, body["customer_id"])

    code = _code_of(world, customer, program) or _new_code(world, customer, program)
    return {
        "code": code.code,
        "customer_id": customer.id or customer.internal_id,
        "created_at": code.created_at,
    }


@operation("referrals.redeem_code", body=RedeemReferralCode())
def redeem_code(world: World, body: Body, call: Call) -> Reply:
    """Redeem the code of another customer: its reward is given now, or waits for a purchase."""
    store = world.store
    code = store.referral_codes.get(body["code"])
    if code is None:
        raise ReferralCodeNotFound
    redeemer = find_customer(world, body["customer_id"])
    owner = store.customers.must(code.customer)
    program = store.referral_programs.must(code.program)

    check_redeemable(
        program,
        owner,
        redeemer,
        store.redemptions.find("code", code.code),
        store.redemptions.find("customer", redeemer.internal_id),
    )

    redemption = of_referral_code(program, code, redeemer, redemption_id=world.make_id("rr_"), now=world.now())
    store.redemptions.put(redemption)
    if program.redeem_on == CUSTOMER_CREATION:
        give_referral(world, redemption, program)
    return redeemed_object(redemption, store.rewards.must(program.reward), owner, redeemer)


def _code_of(world: World, customer: Customer, program: ReferralProgram) -> ReferralCode | None:
    for code in world.store.referral_codes.find("customer", customer.internal_id):
        if code.program == program.internal_id:
            return code
    return None


def _new_code(world: World, customer: Customer, program: ReferralProgram) -> ReferralCode:
    codes = world.store.referral_codes
    text = world.ids.code(_LENGTH)
    while text in codes:
        text = world.ids.code(_LENGTH)
    code = ReferralCode(
        code=text,
        id=world.make_id("rc_"),
        program=program.internal_id,
        customer=customer.internal_id,
        created_at=world.now(),
    )
    codes.put(code)
    return code
