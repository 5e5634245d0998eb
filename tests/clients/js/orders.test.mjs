// Each method of `autumn.billing`, `invoices` and `licenses` that orders, changes or pays something.
import assert from "node:assert/strict";
import { test } from "node:test";
import { organisation, sold } from "./client.mjs";

const pro = { customerId: "ada", planId: "pro" };
const OFF = [{ rewardId: "tenth" }];

async function held(autumn, customerId = "ada") {
  const { subscriptions } = await autumn.customers.get({ customerId });
  return Object.fromEntries(subscriptions.map((each) => [each.planId, each.status]));
}

test("an attach is what its preview said, with a discount", async () => {
  const { autumn } = await sold();

  const preview = await autumn.billing.previewAttach({ ...pro, discounts: OFF });
  const done = await autumn.billing.attach({ ...pro, discounts: OFF });

  const [line] = preview.lineItems;
  assert.deepEqual([preview.subtotal, preview.total, preview.currency], [20, 18, "usd"]);
  assert.deepEqual(line.discounts.map((each) => [each.rewardId, each.amountOff, each.percentOff]), [["tenth", 2, 10]]);
  assert.deepEqual([done.paymentUrl, done.invoice.status, done.invoice.total], [null, "paid", 18]);
  assert.match(done.invoice.stripeId, /^in_/);
});

test("several plans are attached and cancelled at once", async () => {
  const { autumn } = await sold();
  const plans = [{ planId: "pro" }, { planId: "extra" }];
  const updates = [
    { planId: "pro", cancelAction: "cancel_end_of_cycle" },
    { planId: "extra", cancelAction: "cancel_immediately" },
  ];

  const preview = await autumn.billing.previewMultiAttach({ customerId: "ada", plans });
  const done = await autumn.billing.multiAttach({ customerId: "ada", plans });
  const before = await held(autumn);
  const cancelling = await autumn.billing.previewMultiUpdate({ customerId: "ada", updates });
  await autumn.billing.multiUpdate({ customerId: "ada", updates });

  assert.deepEqual([preview.total, done.invoice.total], [28, 28]);
  assert.deepEqual(before, { pro: "active", extra: "active" });
  assert.equal(cancelling.total, -8);
  assert.equal(cancelling.subscriptions[0].currency, "usd");
  assert.deepEqual(await held(autumn), { pro: "active" });
});

test("a plan is cancelled at its end and kept", async () => {
  const { autumn } = await sold();
  await autumn.billing.attach(pro);

  const preview = await autumn.billing.previewUpdate({ ...pro, cancelAction: "cancel_end_of_cycle" });
  await autumn.billing.update({ ...pro, cancelAction: "cancel_end_of_cycle" });
  const [ending] = (await autumn.customers.get({ customerId: "ada" })).subscriptions;
  await autumn.billing.update({ ...pro, cancelAction: "uncancel" });
  const [kept] = (await autumn.customers.get({ customerId: "ada" })).subscriptions;

  assert.deepEqual([preview.total, preview.intent], [0, "cancel_end_of_cycle"]);
  assert.equal(ending.expiresAt, ending.currentPeriodEnd);
  assert.equal(kept.canceledAt, null);
});

test("a schedule begins, and its second phase follows", async () => {
  const { autumn, mock } = await sold();
  const startsAt = Date.UTC(2030, 2, 1);

  const done = await autumn.billing.createSchedule({
    customerId: "ada",
    phases: [{ startsAt: "now", plans: [{ planId: "pro" }] }, { startsAt, plans: [{ planId: "premium" }] }],
  });

  assert.equal(done.status, "created");
  assert.deepEqual(done.phases.map((phase) => phase.startsAt), [Date.UTC(2030, 0, 1), startsAt]);
  assert.deepEqual(await held(autumn), { pro: "active", premium: "scheduled" });
  await mock("POST", "clock", { now: startsAt });
  assert.deepEqual(await held(autumn), { premium: "active" });
});

test("a card is put on file on a page, and the portal opens", async () => {
  const { autumn, mock } = await sold();
  await autumn.customers.getOrCreate({ customerId: "bob" });

  const page = await autumn.billing.setupPayment({ customerId: "bob", planId: "pro" });
  await mock("POST", "checkouts/complete", { url: page.url });
  const portal = await autumn.billing.openCustomerPortal({ customerId: "bob" });

  assert.equal(page.customerId, "bob");
  assert.deepEqual(await held(autumn, "bob"), { pro: "active" });
  assert.match(portal.url, /\/portal\/bps_/);
});

test("a card that fails asks for an action", async () => {
  const { autumn, mock } = await sold();
  await mock("POST", "payment_methods", { customer_id: "ada", outcome: "requires_action" });

  const done = await autumn.billing.attach(pro);

  assert.equal(done.requiredAction.code, "3ds_required");
  assert.ok(done.paymentUrl);
  assert.deepEqual(await held(autumn), {});
});

test("a customer is imported", async () => {
  const { autumn } = await sold();

  const { flashed } = await autumn.billing.import({
    customerId: "old",
    processors: [{ type: "stripe", id: "cus_old" }],
    billables: [{ processor: "stripe", link: { subscriptionId: "sub_old" }, plan: { planId: "pro" } }],
  });

  assert.deepEqual(flashed.map((each) => [each.planId, each.status]), [["pro", "active"]]);
});

test("invoices are made, paid, voided, made anew, inserted and listed", async () => {
  const { autumn, mock } = await sold();
  await mock("POST", "invoice_templates", { name: "Bank" });
  const make = async () =>
    (await autumn.invoices.create({ customerId: "ada", customLineItems: [{ amount: 5, description: "Setup" }] })).invoice;
  const [first, second, third] = [await make(), await make(), await make()];

  const paid = await autumn.invoices.pay({ invoiceId: first.id });
  const voided = await autumn.invoices.void({ invoiceId: second.id });
  const anew = await autumn.invoices.reissue({
    invoiceId: third.id, lines: { add: [{ amount: 2, description: "Fee" }] },
  });
  await autumn.invoices.insert({
    invoices: [{ customerId: "ada", stripeId: "in_old", status: "paid", total: 9, createdAt: 1_750_000_000_000 }],
  });
  const { list } = await autumn.invoices.list({ customerId: "ada" });
  const templates = await autumn.invoices.listTemplates({});

  assert.deepEqual([first.status, paid.invoice.status, voided.invoice.status], ["open", "paid", "void"]);
  assert.deepEqual([anew.voidedInvoiceId, anew.invoice.total], [third.id, 7]);
  assert.deepEqual(list.map((each) => each.total).sort(), [5, 5, 5, 7, 9]);
  assert.deepEqual(templates.list.map((each) => each.name), ["Bank"]);
});

test("a seat is given and taken back", async () => {
  const { autumn } = await sold();
  await autumn.billing.attach({
    customerId: "ada", planId: "team", licenseQuantities: [{ licensePlanId: "pro", quantity: 2 }],
  });

  const given = await autumn.licenses.attach({
    customerId: "ada", planId: "pro", entities: [{ entityId: "desk", name: "Desk", featureId: "seats" }],
  });
  const entity = await autumn.entities.get({ customerId: "ada", entityId: "desk" });
  const taken = await autumn.licenses.release({ customerId: "ada", entityIds: ["desk"] });

  assert.deepEqual([given.success, taken.success], [true, true]);
  assert.ok(entity.subscriptions.some((each) => each.planId === "pro"));
});

test("a test clock brings a renewal; everything expanded parses", async () => {
  const { autumn } = await sold();
  await autumn.billing.attach({ ...pro, discounts: OFF });

  const moved = await autumn.customers.advanceTestClock({ customerId: "ada", frozenTime: Date.UTC(2030, 1, 2) });
  const ada = await autumn.customers.getOrCreate({
    customerId: "ada",
    expand: ["invoices", "invoice_previews", "rewards", "referrals", "payment_method", "trials_used", "entities",
      "subscriptions.plan", "balances.feature"],
  });

  assert.equal(moved.status, "ready");
  assert.deepEqual(ada.invoices.map((each) => each.total), [18, 18]);
  assert.deepEqual(ada.invoicePreviews.map((each) => each.total), [18]);
  assert.equal(ada.rewards.discounts[0].id, "tenth");
  assert.equal(ada.paymentMethod.card.last4, "4242");
  assert.equal(ada.subscriptions[0].plan.price.amount, 20);
});

test("refusals carry status, code and message; what is not emulated says so", async () => {
  const { autumn } = await sold();
  await autumn.billing.attach(pro);
  const told = async (promise) => {
    const error = await promise.then(() => assert.fail("was not refused"), (reason) => reason);
    return [error.statusCode, JSON.parse(error.body).code];
  };

  assert.deepEqual(await told(autumn.billing.attach(pro)), [409, "plan_already_attached"]);
  assert.deepEqual(await told(autumn.billing.attach({ ...pro, planId: "none" })), [404, "product_not_found"]);
  const env = { organizationSlug: "acme", env: "test" };
  for (const call of [
    () => autumn.keys.mint({ customerId: "ada" }),
    () => autumn.keys.refresh({}),
    () => autumn.keys.revoke({ customerId: "ada" }),
    () => autumn.logs.search({ range: { from: 0, to: 1 } }),
    () => autumn.platform.getRevenueCatKeys(env),
    () => autumn.platform.linkRevenueCat({ ...env, projectName: "acme", redirectUrl: "https://app.example" }),
    () => autumn.platform.syncRevenueCat(env),
    () => autumn.sandboxes.create({ name: "one" }),
    () => autumn.sandboxes.delete({ id: "one" }),
    () => autumn.sandboxes.list({}),
    () => autumn.sandboxes.reset({}),
  ]) {
    assert.deepEqual(await told(call()), [501, "not_emulated"], call.toString());
  }
});
