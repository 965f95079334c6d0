import assert from "node:assert/strict"
import { test } from "node:test"
import { systemClock } from "../clock.ts"
import { openLog } from "../log.ts"
import { openState } from "../state.ts"
import { startEnclave } from "./modes.ts"

for (const mode of ["debug", "release"] as const) {
  test(`Mode ${mode} says what it needs and what to use meanwhile`, async () => {
    await assert.rejects(startEnclave(mode, {}, await openState({}), openLog("silent"), systemClock), {
      name: "HostError",
      code: "NEEDS_TEE",
      message: new RegExp(`^enclave mode ${mode} needs a TEE, .* use --enclave-mode simulation meanwhile`),
    })
  })
}

test("Mode mock runs the enclave here and names nobody to accept it by", async () => {
  const { crossing, identity } = await startEnclave("mock", {}, await openState({}), openLog("silent"), systemClock)
  assert.equal(identity, undefined)
  const { reply, changed } = await crossing.deliver(new Uint8Array(2_048))
  assert.deepEqual({ size: reply.length, changed }, { size: 2_048, changed: false })
  assert((await crossing.evidence()).length > 0)
  await crossing.close()
})
