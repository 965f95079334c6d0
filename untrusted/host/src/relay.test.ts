import assert from "node:assert/strict"
import { test } from "node:test"
import { HostError } from "./errors.ts"
import { echo, FakeEnclave } from "./fakes.ts"
import { Refusal } from "./refusal.ts"
import { Relay } from "./relay.ts"

const frame = new Uint8Array(2_048)

test("Deliveries beyond the bound are refused, and there is room again once one is answered", async () => {
  const enclave = new FakeEnclave()
  const relay = new Relay(enclave, 2)
  const [first, second] = [relay.deliver(frame), relay.deliver(frame)]
  assert.equal(relay.deliveries, 2)
  await assert.rejects(relay.deliver(frame), { code: "BUSY", statusCode: 503 })
  const asked = await enclave.next()
  asked.answer.resolve({ reply: frame, changed: false })
  await first
  assert.equal(relay.deliveries, 1)
  const third = relay.deliver(frame)
  for (const _ of [second, third]) {
    const { answer } = await enclave.next()
    answer.resolve({ reply: frame, changed: true })
  }
  assert.equal((await third).changed, true)
  await second
  assert.equal(relay.deliveries, 0)
})

test("A crossing that rejects is an enclave that is gone: said once, in the host's words", async () => {
  const enclave = new FakeEnclave()
  const relay = new Relay(enclave, 2)
  const delivery = relay.deliver(frame)
  const { answer } = await enclave.next()
  assert.equal(relay.isGone, false)
  answer.reject(new RangeError("marker"))
  await assert.rejects(delivery, (error) => error instanceof Refusal && error.code === "ENCLAVE_GONE")
  assert.equal(relay.isGone, true)
  const gone = await relay.gone
  assert.deepEqual(
    { code: gone.code, message: gone.message },
    { code: "ENCLAVE_GONE", message: "the enclave stopped: RangeError" },
  )
  assert.equal(relay.deliveries, 0)
})

test("An enclave that has no evidence for a while is not gone", async () => {
  const none = new HostError("NO_EVIDENCE", "the platform is busy")
  const relay = new Relay({ ...echo, evidence: () => Promise.reject(none) }, 2)
  const refused = (error: unknown): boolean =>
    error instanceof Refusal && error.code === "NO_EVIDENCE" && error.cause === none
  await assert.rejects(relay.evidence(), refused)
  assert.equal(relay.isGone, false)
  assert.equal((await relay.deliver(frame)).reply.length, frame.length)
})

test("The reason that the enclave's own watcher gives is kept", async () => {
  const relay = new Relay(new FakeEnclave(), 2)
  const error = new HostError("ENCLAVE_GONE", "it was killed")
  relay.end(error)
  assert.equal(await relay.gone, error)
})
