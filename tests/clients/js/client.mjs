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
