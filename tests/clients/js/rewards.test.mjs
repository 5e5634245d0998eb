import assert from "node:assert/strict";
import { test } from "node:test";
import { freePlan, organisation } from "./client.mjs";

async function withGift() {
  const made = organisation();
  await freePlan(made.autumn);
  for (const customerId of ["ada", "bob"]) {
    await made.autumn.customers.getOrCreate({ customerId });
  }
  await made.autumn.rewards.create({
    featureGrant: {
      id: "gift",
      name: "Gift",
      grants: [{ featureId: "messages", included: 50, expiry: null }],
      promoCodes: [{ code: "GIFT", maxUses: null }],
    },
  });
  return made;
}

test("a coupon is made, listed and deleted", async () => {
  const { autumn } = organisation();

  const { coupon } = await autumn.rewards.create({
    coupon: {
      id: "summer",
      name: "Summer",
      type: "fixed_discount",
      value: 5,
      duration: { type: "one_off", length: null },
      planIds: null,
      promoCodes: [{ code: "SUMMER5" }],
    },
  });
  const listed = await autumn.rewards.list();
  await autumn.rewards.delete({ rewardId: "summer" });

  assert.equal(coupon.value, 5);
  assert.deepEqual(listed.coupons.map((each) => each.id), ["summer"]);
  assert.deepEqual((await autumn.rewards.list()).coupons, []);
});

test("a promo code is redeemed", async () => {
  const { autumn } = await withGift();

  const redeemed = await autumn.rewards.redeemCode({ code: "GIFT", customerId: "ada" });

  assert.equal(redeemed.rewardId, "gift");
  assert.deepEqual(redeemed.entitlementsGranted, [{ featureId: "messages", balance: 50 }]);
});

test("a friend is referred", async () => {
  const { autumn } = await withGift();
  await autumn.referrals.createProgram({
    id: "friends", rewardId: "gift", redeemOn: "customer_creation", receivedBy: "all",
  });

  const { code } = await autumn.referrals.createCode({ customerId: "ada", programId: "friends" });
  const redeemed = await autumn.referrals.redeemCode({ code, customerId: "bob" });
  const ada = await autumn.customers.get({ customerId: "ada", expand: ["referrals"] });

  assert.equal(redeemed.customerId, "bob");
  assert.equal(ada.balances.messages.remaining, 150);
  assert.deepEqual(ada.referrals.map((each) => [each.customer.id, each.rewardApplied]), [["bob", true]]);
});

test("rewards and programs are read, changed and deleted", async () => {
  const { autumn } = await withGift();
  const referralProgramId = "friends";
  await autumn.referrals.createProgram({
    id: referralProgramId, rewardId: "gift", redeemOn: "customer_creation", receivedBy: "all",
  });

  await autumn.rewards.update({ rewardId: "gift", featureGrant: { name: "A present" } });
  await autumn.referrals.updateProgram({ referralProgramId, receivedBy: "referrer", maxRedemptions: 3 });
  const { featureGrant } = await autumn.rewards.get({ rewardId: "gift" });
  const program = await autumn.referrals.getProgram({ referralProgramId });
  const { list } = await autumn.referrals.listPrograms();
  await autumn.referrals.deleteProgram({ referralProgramId });

  assert.deepEqual([featureGrant.name, featureGrant.grants[0].included], ["A present", 50]);
  assert.deepEqual([program.receivedBy, program.maxRedemptions, program.rewardId], ["referrer", 3, "gift"]);
  assert.deepEqual(list.map((each) => each.id), [referralProgramId]);
  assert.deepEqual((await autumn.referrals.listPrograms()).list, []);
});
