import { partyKey } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { TestPins } from "../../../testing/src/hostileHost.ts"
import { fingerprint } from "./fingerprint.ts"
import { requirePin } from "./pins.ts"

const HOST = "http://host.test/"
const first = partyKey(new Uint8Array(32).fill(1))
const second = partyKey(new Uint8Array(32).fill(2))

test("the first enclave at a host is pinned, and the same one is let through without a word", async () => {
  const pins = new TestPins()
  await requirePin(pins, HOST, first)
  assert.deepEqual([...pins.pinned], [[HOST, first]])
  pins.set = async () => assert.fail("nothing to write")
  await requirePin(pins, HOST, first)
})

test("another is refused, and the pin stays", async () => {
  const pins = new TestPins()
  pins.pinned.set(HOST, first)
  await assert.rejects(requirePin(pins, HOST, second), { name: "AttestationError", code: "ENCLAVE_CHANGED" })
  assert.equal(pins.get(HOST), first)
})

test("another is accepted by its own fingerprint alone", async () => {
  const pins = new TestPins()
  pins.pinned.set(HOST, first)
  for (const accepted of [
    fingerprint(first),
    "",
    fingerprint(second).toUpperCase(),
    fingerprint(second).slice(0, -1),
    second,
  ]) {
    pins.accepted = accepted
    await assert.rejects(requirePin(pins, HOST, second), { code: "ENCLAVE_CHANGED" })
  }
  pins.accepted = fingerprint(second)
  await requirePin(pins, HOST, second)
  assert.equal(pins.get(HOST), second)
})

test("at a first contact, an enclave that is not the accepted one is refused and not pinned", async () => {
  const pins = new TestPins()
  pins.accepted = fingerprint(first)
  await assert.rejects(requirePin(pins, HOST, second), { code: "ENCLAVE_CHANGED" })
  assert.equal(pins.get(HOST), undefined)
  await requirePin(pins, HOST, first)
  assert.equal(pins.get(HOST), first)
})

test("a pin that cannot be written is no pin: the error reaches the caller", async () => {
  const pins = new TestPins()
  pins.set = async () => Promise.reject(new TypeError("the disk is full"))
  await assert.rejects(requirePin(pins, HOST, first), TypeError)
})
