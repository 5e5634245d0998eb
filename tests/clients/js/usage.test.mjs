import assert from "node:assert/strict";
import { test } from "node:test";
import { Autumn } from "autumn-js";
import { freePlan, organisation, serverURL } from "./client.mjs";

async function withAda() {
  const made = organisation();
  await freePlan(made.autumn);
  await made.autumn.customers.getOrCreate({ customerId: "ada" });
  return made;
}

test("usage is checked and tracked", async () => {
  const { autumn } = await withAda();

  const before = await autumn.check({ customerId: "ada", featureId: "messages", requiredBalance: 100 });
  await autumn.track({ customerId: "ada", featureId: "messages", value: 30 });
  const after = await autumn.check({ customerId: "ada", featureId: "messages", requiredBalance: 71 });

  assert.equal(before.allowed, true);
  assert.equal(after.allowed, false);
  assert.equal(after.balance.remaining, 70);
  assert.equal((await autumn.check({ customerId: "ada", featureId: "sso" })).allowed, true);
});

test("the SDK as it comes works: nothing fails, so it never fails open", async () => {
  const { secretKey, mock } = await withAda();
  const autumn = new Autumn({ secretKey, serverURL });

  const checked = await autumn.check({ customerId: "ada", featureId: "messages" });
  await autumn.track({ customerId: "ada", featureId: "messages" });

  assert.equal(checked.customerId, "ada");
  const { list } = await mock("GET", "requests");
  assert.deepEqual(list.slice(-2).map((entry) => [entry.path, entry.status < 300]), [
    ["/v1/balances.check", true],
    ["/v1/balances.track", true],
  ]);
  const { balances } = await autumn.customers.getOrCreate({ customerId: "ada" });
  assert.equal(balances.messages.remaining, 99);
});

test("a check can send the event itself", async () => {
  const { autumn } = await withAda();
  const ask = () =>
    autumn.check({ customerId: "ada", featureId: "messages", requiredBalance: 60, sendEvent: true });

  assert.deepEqual([(await ask()).allowed, (await ask()).allowed], [true, false]);
});

test("a lock holds balance until it is finalized", async () => {
  const { autumn } = await withAda();

  await autumn.check({
    customerId: "ada", featureId: "messages", requiredBalance: 40, lock: { enabled: true, lockId: "job-1" },
  });
  await autumn.balances.finalize({ lockId: "job-1", action: "confirm", overrideValue: 10 });

  const { balances } = await autumn.customers.getOrCreate({ customerId: "ada" });
  assert.equal(balances.messages.remaining, 90);
});

test("events are tracked in a batch, listed and summed", async () => {
  const { autumn } = await withAda();

  await autumn.batchTrack([1, 2, 3].map((value) => ({ customerId: "ada", featureId: "messages", value })));
  const { list } = await autumn.events.list({ customerId: "ada" });
  const { total } = await autumn.events.aggregate({ customerId: "ada", featureId: "messages", range: "7d" });

  assert.deepEqual(list.map((event) => event.value).sort(), [1, 2, 3]);
  assert.equal(total.messages.sum, 6);
});

test("loose balances are made, changed and deleted", async () => {
  const { autumn } = await withAda();

  await autumn.balances.create({
    customerId: "ada", featureId: "messages", includedGrant: 5, balanceId: "gift",
  });
  await autumn.balances.update({ customerId: "ada", featureId: "messages", balanceId: "gift", addToBalance: 2 });

  const { balance } = await autumn.check({ customerId: "ada", featureId: "messages" });
  assert.equal(balance.remaining, 107);
  await autumn.balances.delete({ customerId: "ada", balanceId: "gift" });
});

test("tokens are tracked as dollars", async () => {
  const { autumn } = organisation();
  await autumn.features.create({
    featureId: "ai", name: "AI", type: "ai_credit_system",
    modelMarkups: { "custom/m": { inputCost: 3, outputCost: 15, markup: 20 } },
  });
  await autumn.plans.create({
    planId: "ai", name: "AI", autoEnable: true, items: [{ featureId: "ai", included: 10 }],
  });
  await autumn.customers.getOrCreate({ customerId: "ada" });

  const done = await autumn.trackTokens({
    customerId: "ada", modelId: "custom/m", inputTokens: 1000, outputTokens: 500,
  });

  assert.deepEqual([done.value, done.balance.remaining], [0.0126, 9.9874]);
});
