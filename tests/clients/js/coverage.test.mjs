// Every public method of the SDK is called by one of these files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readdir, readFile } from "node:fs/promises";
import { organisation } from "./client.mjs";

/** `check`, `billing.attach`: what a user can call. The namespaces are getters of the SDK's class. */
function methods(sdk) {
  const described = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(sdk)));
  return described.filter(([name]) => name !== "constructor").flatMap(([name, { get }]) =>
    get === undefined
      ? [name]
      : Object.getOwnPropertyNames(Object.getPrototypeOf(sdk[name]))
        .filter((each) => each !== "constructor")
        .map((each) => `${name}.${each}`));
}

test("every method is called by a test", async () => {
  const { autumn } = organisation();
  const here = new URL(".", import.meta.url);
  const files = (await readdir(here)).filter((name) => name.endsWith(".test.mjs"));
  const text = (await Promise.all(files.map((name) => readFile(new URL(name, here), "utf8")))).join("\n");

  const found = methods(autumn);

  for (const known of ["check", "trackTokens", "billing.attach", "invoices.list", "rewards.redeemCode"]) {
    assert.ok(found.includes(known), known);
  }
  assert.deepEqual(found.filter((method) => !text.includes(`autumn.${method}(`)), []);
});
