import assert from "node:assert/strict"
import { test } from "node:test"
import { get, openTestHost } from "../testHost.ts"

test("GET /healthz says that the host serves, and in which mode", async (t) => {
  const host = await openTestHost(t)
  assert.deepEqual(await (await get(host, "healthz")).json(), { status: "ok", enclaveMode: "mock" })
})
