import { EVIDENCE_BYTES_MAX } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { test } from "node:test"
import { echo } from "../fakes.ts"
import { get, openTestHost } from "../testHost.ts"

test("GET /attestation brings the evidence, octet for octet", async (t) => {
  const evidence = Uint8Array.from({ length: EVIDENCE_BYTES_MAX }, (_, i) => i % 256)
  const host = await openTestHost(t, { crossing: { ...echo, evidence: async () => evidence } })
  const response = await get(host, "attestation")
  assert.equal(response.status, 200)
  assert.equal(response.headers.get("content-type"), "application/octet-stream")
  assert.deepEqual(await response.bytes(), evidence)
})
