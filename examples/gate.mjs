// An application that may send a message only while its customer has some left.
import { Autumn } from "autumn-js";

const autumn = new Autumn({
  secretKey: process.env.AUTUMN_SECRET_KEY ?? "am_sk_test_examples",
  serverURL: process.env.AUTUMN_URL ?? "http://127.0.0.1:8788",
  failOpen: false,
});

/** Send a message, if the customer may. The check takes it from the balance in the same step. */
async function send(customerId, text) {
  const { allowed } = await autumn.check({ customerId, featureId: "messages", requiredBalance: 1, sendEvent: true });
  if (allowed) console.log(`${customerId}: ${text}`);
  return allowed;
}

await autumn.customers.getOrCreate({ customerId: "grace", name: "Grace Hopper" });
await send("grace", "hello");
const { balance } = await autumn.check({ customerId: "grace", featureId: "messages" });
console.log(`${balance.remaining} left`);
