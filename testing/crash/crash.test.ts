import assert from "node:assert/strict"
import { test } from "node:test"
import { crash } from "./crash.ts"

const SEED = 20_261_123

test("what was acknowledged survives kill -9 of host and enclave, once", async (t) => {
  t.diagnostic(`seed ${SEED}`)
  const { killed, acknowledged, lost, doubled } = await crash(4, SEED)
  assert(killed.host > 0 && killed.enclave > 0)
  assert(acknowledged > 0)
  assert.deepEqual({ lost, doubled }, { lost: 0, doubled: 0 })
})
