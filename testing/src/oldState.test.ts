import { strict as assert } from "node:assert"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import { memoryStore } from "../../untrusted/host/src/storage/memory.ts"
import { answersOf } from "./oldState.ts"
import { openTestEnclave } from "./testEnclave.ts"
import { testPlatform } from "./testPlatform.ts"

const versions = new URL("../vectors/state/", import.meta.url)

test("there is a state of each format that was ever written", () => {
  assert.deepEqual(readdirSync(versions).sort(), ["v1"])
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
    assert.deepEqual(await answersOf(await open("one")), answers)
    assert.deepEqual(await answersOf(await open("another")), answers, "asking changes nothing")
    assert.equal((await store.records(0)).length, records)
  })
}
