// autumn-js/fetch: the handler that web frameworks mount, and that the React hooks talk to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { autumnHandler } from "autumn-js/fetch";
import { freePlan, organisation, serverURL } from "./client.mjs";

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
