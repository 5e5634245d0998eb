import assert from "node:assert/strict";
import { test } from "node:test";
import { freePlan, organisation } from "./client.mjs";

test("a customer is made once", async () => {
  const { autumn } = organisation();

  const made = await autumn.customers.getOrCreate({ customerId: "ada", name: "Ada", email: "ada@example.com" });
  const again = await autumn.customers.getOrCreate({ customerId: "ada", name: "Someone else" });

  assert.equal(made.id, "ada");
  assert.equal(made.env, "sandbox");
  assert.equal(again.createdAt, made.createdAt);
});

test("a customer is found, changed, listed and deleted", async () => {
  const { autumn } = organisation();
  for (const customerId of ["ada", "bob", "cyd"]) {
    await autumn.customers.getOrCreate({ customerId });
  }

  const changed = await autumn.customers.update({ customerId: "ada", name: "Ada Lovelace" });
  const page = await autumn.customers.list({ limit: 2 });
  await autumn.customers.delete({ customerId: "bob" });

  assert.equal(changed.name, "Ada Lovelace");
  assert.equal(page.list.length, 2);
  assert.ok(page.nextCursor);
  assert.equal((await autumn.customers.get({ customerId: "ada" })).id, "ada");
  await assert.rejects(autumn.customers.get({ customerId: "bob" }), { statusCode: 404 });
});

test("default plans and expanded parts parse", async () => {
  const { autumn } = organisation();
  await freePlan(autumn);

  const ada = await autumn.customers.getOrCreate({
    customerId: "ada",
    expand: ["invoices", "trials_used", "rewards", "entities", "referrals"],
  });

  assert.deepEqual(ada.subscriptions.map((subscription) => subscription.planId), ["free"]);
  assert.equal(ada.balances.messages.remaining, 100);
  assert.equal(ada.flags.sso.featureId, "sso");
});

test("entities are made, found, listed and deleted", async () => {
  const { autumn } = organisation();
  await freePlan(autumn);
  await autumn.customers.getOrCreate({ customerId: "acme" });

  const made = await autumn.entities.create({
    customerId: "acme", entityId: "ada", featureId: "seats", name: "Ada",
  });
  const found = await autumn.entities.get({ customerId: "acme", entityId: "ada" });

  assert.equal(made.id, "ada");
  assert.equal(found.name, "Ada");
  await autumn.entities.update({ customerId: "acme", entityId: "ada", billingControls: { usageAlerts: [] } });
  assert.deepEqual((await autumn.entities.list({ customerId: "acme" })).list.map((e) => e.id), ["ada"]);
  await autumn.entities.delete({ customerId: "acme", entityId: "ada" });
  await assert.rejects(autumn.entities.get({ customerId: "acme", entityId: "ada" }), { statusCode: 404 });
});
