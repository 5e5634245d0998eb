// autumn-js/fetch: the handler that web frameworks mount, and that the React hooks talk to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readFile } from "node:fs/promises";
import { routeConfigs } from "autumn-js/backend";
import { autumnHandler } from "autumn-js/fetch";
import { freePlan, organisation, serverURL, sold } from "./client.mjs";

test("the backend handler reaches the emulator", async () => {
  const { autumn, secretKey } = organisation();
  await freePlan(autumn);
  const handler = autumnHandler({
    secretKey,
    autumnURL: serverURL,
    identify: () => ({ customerId: "ada", customerData: { name: "Ada", email: "ada@example.com" } }),
  });
  const post = (route) =>
    handler(new Request(`http://app.test/api/autumn/${route}`, {
      method: "POST", body: "{}", headers: { "Content-Type": "application/json" },
    }));

  const response = await post("getOrCreateCustomer");

  assert.equal(response.status, 200);
  assert.equal((await response.json()).name, "Ada");
  assert.equal((await post("listPlans")).status, 200);
});

/** The handler for Ada, who is known, and who may order what is sold: `post(route, body)` as the hooks do it. */
async function mounted() {
  const made = await sold();
  const handler = autumnHandler({
    secretKey: made.secretKey, autumnURL: serverURL, identify: () => ({ customerId: "ada" }),
  });
  const post = async (route, body = {}) => {
    const response = await handler(new Request(`http://app.test/api/autumn/${route}`, {
      method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" },
    }));
    return { status: response.status, body: await response.json() };
  };
  return { ...made, post };
}

test("plans are previewed, attached, changed and looked after through the handler", async () => {
  const { post } = await mounted();

  const preview = await post("previewAttach", { planId: "pro" });
  const done = await post("attach", { planId: "pro" });
  const told = await post("previewUpdateSubscription", { planId: "pro", cancelAction: "cancel_end_of_cycle" });
  const ending = await post("updateSubscription", { planId: "pro", cancelAction: "cancel_end_of_cycle" });
  const portal = await post("openCustomerPortal");
  const customer = await post("getOrCreateCustomer", { expand: ["subscriptions.plan"] });

  assert.deepEqual([preview.status, preview.body.total], [200, 20]);
  assert.deepEqual([done.body.invoice.status, done.body.invoice.total], ["paid", 20]);
  assert.deepEqual([told.body.intent, ending.status], ["cancel_end_of_cycle", 200]);
  assert.match(portal.body.url, /\/portal\/bps_/);
  const [subscription] = customer.body.subscriptions;
  assert.deepEqual([subscription.plan.name, subscription.expiresAt], ["pro", subscription.currentPeriodEnd]);
});

test("several plans, cards and referral codes go through the handler", async () => {
  const { autumn, post } = await mounted();
  await autumn.rewards.create({
    featureGrant: {
      id: "gift", name: "Gift", grants: [{ featureId: "messages", included: 5, expiry: null }],
      promoCodes: [{ code: "GIFT", maxUses: null }],
    },
  });
  await autumn.referrals.createProgram({
    id: "friends", rewardId: "gift", redeemOn: "customer_creation", receivedBy: "all",
  });
  await autumn.customers.getOrCreate({ customerId: "bob" });
  const { code: bobs } = await autumn.referrals.createCode({ customerId: "bob", programId: "friends" });
  const plans = [{ planId: "pro" }, { planId: "extra" }];

  const preview = await post("previewMultiAttach", { plans });
  const done = await post("multiAttach", { plans });
  const card = await post("setupPayment");
  const code = await post("createReferralCode", { programId: "friends" });
  const redeemed = await post("redeemReferralCode", { code: bobs });

  assert.deepEqual([preview.body.total, done.body.invoice.total], [28, 28]);
  assert.match(card.body.url, /\/checkout\/cs_/);
  assert.deepEqual([code.status, code.body.customerId], [200, "ada"]);
  assert.deepEqual([redeemed.body.rewardId, redeemed.body.customerId], ["gift", "ada"]);
});

test("events and entities are read, and refusals passed on, through the handler", async () => {
  const { autumn, post } = await mounted();
  await autumn.entities.create({ customerId: "ada", entityId: "desk", featureId: "seats" });
  await autumn.track({ customerId: "ada", featureId: "messages", value: 2 });

  const entity = await post("getEntity", { entityId: "desk" });
  const events = await post("listEvents");
  const sums = await post("aggregateEvents", { featureId: "messages", range: "7d" });
  const refused = await post("attach", { planId: "none" });

  assert.equal(entity.body.id, "desk");
  assert.deepEqual(events.body.list.map((event) => event.value), [2]);
  assert.equal(sums.body.total.messages.sum, 2);
  assert.deepEqual([refused.status, refused.body.code], [404, "product_not_found"]);
});

test("every route of the handler is called here", async () => {
  const text = await readFile(new URL(import.meta.url), "utf8");

  assert.ok(routeConfigs.length >= 15);
  assert.deepEqual(routeConfigs.map((each) => each.route).filter((name) => !text.includes(`post("${name}"`)), []);
});
