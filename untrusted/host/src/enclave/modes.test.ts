import assert from "node:assert/strict"
import { test } from "node:test"
import { systemClock } from "../clock.ts"
import { openLog } from "../log.ts"
import { openState } from "../state.ts"
import { enclaveModes, hasSealingKey, startEnclave } from "./modes.ts"

for (const mode of ["debug", "release"] as const) {
  test(`Mode ${mode} says what it needs, how to give it, and what to use meanwhile`, async () => {
    await assert.rejects(startEnclave(mode, {}, await openState({}, false), openLog("silent"), systemClock), {
      name: "HostError",
      code: "NEEDS_TEE",
      message: new RegExp(
        `^enclave mode ${mode} needs a TEE: .* --enclave-connect; .*--enclave-mode simulation meanwhile`,
      ),
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

test("The host has a sealing key where it could read the enclave anyway, and nowhere else", async () => {
  assert.deepEqual(enclaveModes.filter(hasSealingKey), ["mock", "simulation"])
  assert.equal((await openState({}, false)).sealingKey, undefined)
  assert.equal((await openState({}, true)).sealingKey?.length, 32)
  const without = await openState({}, false)
  for (const mode of ["mock", "simulation"] as const) {
    await assert.rejects(startEnclave(mode, {}, without, openLog("silent"), systemClock), { code: "SEALING_KEY" })
  }
})
