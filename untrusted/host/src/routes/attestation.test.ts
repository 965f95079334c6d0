import { EVIDENCE_BYTES_MAX } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { test } from "node:test"
import { echo, LogSink } from "../fakes.ts"
import { HostError } from "../errors.ts"
import { openLog } from "../log.ts"
import { assertRefused, get, openTestHost } from "../testHost.ts"

test("GET /attestation brings the evidence, octet for octet", async (t) => {
  const evidence = Uint8Array.from({ length: EVIDENCE_BYTES_MAX }, (_, i) => i % 256)
  const host = await openTestHost(t, { crossing: { ...echo, evidence: async () => evidence } })
  const response = await get(host, "attestation")
  assert.equal(response.status, 200)
  assert.equal(response.headers.get("content-type"), "application/octet-stream")
  assert.deepEqual(await response.bytes(), evidence)
})

test("GET /attestation is refused while the platform gives no evidence, the log says why, and the host serves on", async (t) => {
  const answers = [() => Promise.reject(new HostError("NO_EVIDENCE", "the platform is busy")), echo.evidence]
  const evidence = async (): Promise<Uint8Array> => (answers.shift() ?? echo.evidence)()
  const sink = new LogSink()
  const host = await openTestHost(t, { crossing: { ...echo, evidence }, log: openLog("warn", sink) })
  const refused = await get(host, "attestation")
  assert.equal(refused.headers.get("retry-after"), "1")
  await assertRefused(refused, 503, "NO_EVIDENCE")
  assert.equal((await get(host, "healthz")).status, 200)
  assert.equal(await (await get(host, "attestation")).text(), "evidence")
  assert.match(sink.lines.join(""), /"reason":"the platform is busy"/)
})
