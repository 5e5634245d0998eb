// An organisation per test, and the official SDK pointed at the emulator.
import { randomUUID } from "node:crypto";
import { Autumn } from "autumn-js";

export const serverURL = process.env.AUTUMN_MOCK_URL;

export function organisation() {
  const secretKey = `am_sk_test_js${randomUUID().replaceAll("-", "")}`;
  const autumn = new Autumn({ secretKey, serverURL, failOpen: false });
  const mock = (method, route, body) =>
    fetch(`${serverURL}/_mock/${route}`, {
      method,
      headers: { Authorization: `Bearer ${secretKey}`, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).then((response) => response.json());
  return { secretKey, autumn, mock };
}

/** A metered, a seat-like and a boolean feature, and a free plan that every customer begins with. */
export async function freePlan(autumn) {
  await autumn.features.create({ featureId: "messages", name: "Messages", type: "metered", consumable: true });
  await autumn.features.create({ featureId: "seats", name: "Seats", type: "metered", consumable: false });
  await autumn.features.create({ featureId: "sso", name: "SSO", type: "boolean" });
  return autumn.plans.create({
    planId: "free",
    name: "Free",
    autoEnable: true,
    items: [
      { featureId: "messages", included: 100, reset: { interval: "month" } },
      { featureId: "sso" },
    ],
  });
}

/** An organisation that stands still at New Year of 2030, with plans, a coupon, and Ada, who has a card. */
export async function sold() {
  const made = organisation();
  const { autumn, mock } = made;
  await mock("POST", "clock", { now: Date.UTC(2030, 0, 1) });
  await autumn.features.create({ featureId: "messages", name: "Messages", type: "metered", consumable: true });
  await autumn.features.create({ featureId: "seats", name: "Seats", type: "metered", consumable: false });
  const items = [{ featureId: "messages", included: 100, reset: { interval: "month" } }];
  for (const [planId, amount, more] of [
    ["pro", 20], ["premium", 50], ["extra", 8, { addOn: true, items: [] }],
  ]) {
    await autumn.plans.create({ planId, name: planId, price: { amount, interval: "month" }, items, ...more });
  }
  await autumn.plans.create({
    planId: "team", name: "Team", price: { amount: 30, interval: "month" }, items: [],
    licenses: [{ licensePlanId: "pro", included: 1 }],
  });
  await autumn.rewards.create({
    coupon: {
      id: "tenth", name: "Tenth", type: "percentage_discount", value: 10, planIds: null,
      duration: { type: "forever", length: null }, promoCodes: [{ code: "TENTH" }],
    },
  });
  await autumn.customers.getOrCreate({ customerId: "ada", name: "Ada", email: "ada@example.com" });
  await mock("POST", "payment_methods", { customer_id: "ada" });
  return made;
}
