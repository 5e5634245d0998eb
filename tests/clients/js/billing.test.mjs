import assert from "node:assert/strict";
import { test } from "node:test";
import { freePlan, organisation } from "./client.mjs";

test("a free plan is attached and cancelled", async () => {
  const { autumn } = organisation();
  await freePlan(autumn);
  await autumn.plans.create({ planId: "team", name: "Team", items: [{ featureId: "seats", included: 3 }] });
  await autumn.customers.getOrCreate({ customerId: "ada" });

  const attached = await autumn.billing.attach({ customerId: "ada", planId: "team" });

  assert.equal(attached.customerId, "ada");
  const { subscriptions } = await autumn.customers.getOrCreate({ customerId: "ada" });
  assert.ok(subscriptions.some((subscription) => subscription.planId === "team"));
});

test("a paid plan leads to a checkout page", async () => {
  const { autumn, mock } = organisation();
  await freePlan(autumn);
  await autumn.plans.create({ planId: "pro", name: "Pro", price: { amount: 20, interval: "month" }, items: [] });
  await autumn.customers.getOrCreate({ customerId: "ada", email: "ada@example.com" });

  const preview = await autumn.billing.previewAttach({ customerId: "ada", planId: "pro" });
  const { paymentUrl } = await autumn.billing.attach({ customerId: "ada", planId: "pro" });
  await mock("POST", "checkouts/complete", { url: paymentUrl });

  assert.equal(preview.total, 20);
  const { subscriptions } = await autumn.customers.getOrCreate({ customerId: "ada" });
  assert.equal(subscriptions.find((subscription) => subscription.planId === "pro").status, "active");
});
