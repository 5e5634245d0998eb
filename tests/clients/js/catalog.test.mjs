import assert from "node:assert/strict";
import { test } from "node:test";
import { freePlan, organisation } from "./client.mjs";

test("features are made, found, listed, changed and deleted", async () => {
  const { autumn } = organisation();

  const made = await autumn.features.create({
    featureId: "messages", name: "Messages", type: "metered", consumable: true,
  });
  await autumn.features.create({ featureId: "sso", name: "SSO", type: "boolean" });
  const changed = await autumn.features.update({ featureId: "messages", name: "Letters" });
  const { list } = await autumn.features.list();

  assert.equal(made.id, "messages");
  assert.equal(changed.name, "Letters");
  assert.deepEqual(list.map((feature) => feature.id).sort(), ["messages", "sso"]);
  await autumn.features.delete({ featureId: "sso" });
  await assert.rejects(autumn.features.get({ featureId: "sso" }), { statusCode: 404 });
});

test("plans are made, found, listed, changed and deleted", async () => {
  const { autumn } = organisation();
  await freePlan(autumn);

  const made = await autumn.plans.create({
    planId: "pro",
    name: "Pro",
    price: { amount: 20, interval: "month" },
    items: [{ featureId: "seats", included: 5 }],
    freeTrial: { durationLength: 7, durationType: "day", cardRequired: false },
  });
  const changed = await autumn.plans.update({ planId: "pro", name: "Professional" });
  const { list } = await autumn.plans.list();

  assert.equal(made.price.amount, 20);
  assert.equal(changed.name, "Professional");
  assert.deepEqual(list.map((plan) => plan.id).sort(), ["free", "pro"]);
  await autumn.plans.delete({ planId: "pro" });
  await assert.rejects(autumn.plans.get({ planId: "pro" }), { statusCode: 404 });
});
