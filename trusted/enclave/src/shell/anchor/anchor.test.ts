import { InvariantError } from "@event-manager/protocol"
import assert from "node:assert/strict"
import { test } from "node:test"
import { extended } from "./anchor.ts"
import { noAnchor } from "./none.ts"

const ZEROS = new Uint8Array(32)
const ONES = new Uint8Array(32).fill(1)

void test("a register is extended as sha256sum(1) hashes the value and then the hash", () => {
  // printf '%064d%s' 0 "$(printf '01%.0s' $(seq 32))" | xxd -r -p | sha256sum
  const expected = "5c85955f709283ecce2b74f1b1552918819f390911816e7bb466805a38ab87f3"
  assert.equal(extended(ZEROS, ONES).toHex(), expected)
  assert.notEqual(extended(ONES, ZEROS).toHex(), expected)
})

void test("only 32 bytes extend 32 bytes", () => {
  for (const [register, hash] of [
    [ZEROS, ZEROS.subarray(1)],
    [ZEROS.subarray(1), ZEROS],
    [new Uint8Array(31), new Uint8Array(33)],
  ] as const) {
    assert.throws(() => extended(register, hash), InvariantError)
  }
})

void test("where there is no anchor there is nothing to compare with", async () => {
  await noAnchor.extend(ONES)
  assert.equal(await noAnchor.read(), undefined)
  assert.equal(noAnchor.name, "none")
})
