import { decode, encode } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import { eventCodec } from "../../trusted/enclave/src/core/event.ts"
import { evolve } from "../../trusted/enclave/src/core/evolve.ts"
import { checkState } from "../../trusted/enclave/src/core/invariants.ts"
import { eventsOf } from "../../trusted/enclave/src/core/snapshot.ts"
import { emptyState } from "../../trusted/enclave/src/core/state.ts"
import { memoryStore } from "../../untrusted/host/src/storage/memory.ts"
import { answersOf } from "./oldState.ts"
import { openTestEnclave } from "./testEnclave.ts"
import { testPlatform } from "./testPlatform.ts"
import { INDEX_KEY } from "./world.ts"

const versions = new URL("../vectors/state/", import.meta.url)

test("there is a state of each format that was ever written", () => {
  assert.deepEqual(readdirSync(versions).sort(), ["v1", "v2"])
})

for (const version of readdirSync(versions)) {
  test(`fault 6: a state of format ${version} is opened, and gives the answers that it gave`, async () => {
    const folder = new URL(`${version}/`, versions)
    const { sealingKey, answers } = JSON.parse(readFileSync(new URL("answers.json", folder), "utf8"))
    const store = memoryStore()
    const records = readdirSync(folder).filter((each) => each.endsWith(".record")).length
    for (let index = 0; index < records; index++) {
      await store.append(index, readFileSync(new URL(`${index}.record`, folder)))
    }
    const open = async (life: string) =>
      openTestEnclave({ store, sealingKey: Uint8Array.fromHex(sealingKey), platform: testPlatform(life) })
    assert.deepEqual(await answersOf(await open("one"), Number(version.slice(1))), answers)
    assert.deepEqual(
      await answersOf(await open("another"), Number(version.slice(1))),
      answers,
      "asking changes nothing",
    )
    assert.equal((await store.records(0)).length, records)
  })
}

test("fault 6: a snapshot of each format is read, and says the same when it is taken again", () => {
  for (const version of readdirSync(versions)) {
    const { snapshot = [] } = JSON.parse(readFileSync(new URL(`${version}/answers.json`, versions), "utf8"))
    const state = emptyState(INDEX_KEY)
    for (const event of snapshot) evolve(state, decode(eventCodec, Uint8Array.fromHex(event)))
    checkState(state)
    assert.deepEqual(
      [...eventsOf(state)].map((event) => encode(eventCodec, event).toHex()),
      snapshot,
    )
  }
})
