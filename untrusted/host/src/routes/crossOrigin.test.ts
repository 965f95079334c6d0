import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { frameOf, get, openTestHost, post } from "../testHost.ts"

const ORIGIN = "access-control-allow-origin"

describe("pages of any origin", () => {
  test("may ask for evidence, deliver mail and listen for wake-ups, and see what is refused", async (t) => {
    const host = await openTestHost(t)
    const events = await get(host, "events")
    const answers = [await get(host, "attestation"), await post(host, frameOf(2_048)), await post(host, "x"), events]
    for (const { headers } of answers) {
      assert.deepEqual([headers.get(ORIGIN), headers.get("access-control-allow-credentials")], ["*", null])
    }
    await events.body?.cancel()
  })

  test("are told before they send octets", async (t) => {
    const host = await openTestHost(t)
    const { status, headers } = await fetch(`${host.url}/mail`, {
      method: "OPTIONS",
      headers: {
        origin: "https://page.test",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    })
    const names = [ORIGIN, "access-control-allow-methods", "access-control-allow-headers"]
    assert.deepEqual([status, ...names.map((name) => headers.get(name))], [204, "*", "POST", "content-type"])
  })

  test("may do nothing else", async (t) => {
    const host = await openTestHost(t)
    for (const path of ["health", "metrics", "openapi.json", "nothing"]) {
      assert.equal((await get(host, path)).headers.get(ORIGIN), null, path)
    }
    assert.equal((await fetch(`${host.url}/attestation`, { method: "OPTIONS" })).status, 404)
  })
})
