import { partyKey, type SecurityLevel, type Transport } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import type { Found } from "./found.ts"
import { Watch } from "./watch.ts"

const identity = partyKey(new Uint8Array(32).fill(1))

/** As far as a watch looks at it. */
function found(level: SecurityLevel, pin: Found["pin"]["kind"] = "same"): Found {
  return { facts: { level, identity }, pin: { kind: pin }, refusal: undefined, was: undefined } as unknown as Found
}

/** A host that shows these levels in turn to whoever sends. */
function hostOf(watch: Watch): Transport {
  return watch.over({
    address: "http://h/",
    evidence: async () => new Uint8Array(0),
    mail: async (frame) => frame,
    wakeUps: async function* () {},
  })
}

function watching(...levels: SecurityLevel[]): { watch: Watch; host: Transport } {
  const watch = new Watch(async () => found(levels.shift() ?? "SECURE"))
  return { watch, host: hostOf(watch) }
}

describe("a level that is lower than the one that was shown", () => {
  test("is refused to whoever sends, though those who look see the better one, until it is accepted", async () => {
    const { watch, host } = watching("STALE", "STALE", "STALE", "INSECURE")
    watch.show(found("SECURE"))
    for (let i = 0; i < 2; i++) {
      await assert.rejects(host.evidence(), { code: "LEVEL_LOWER" })
      assert.deepEqual([watch.lowered?.facts.level, watch.answered], ["STALE", undefined])
      assert.equal(watch.show(found("SECURE")).was, undefined)
    }
    watch.accept()
    await host.evidence()
    assert.deepEqual([watch.answered?.facts.level, watch.lowered], ["STALE", undefined])
    await assert.rejects(host.evidence(), { code: "LEVEL_LOWER" })
  })

  test("is accepted as it was shown, and not as one that came meanwhile", async () => {
    const { watch, host } = watching("STALE", "INSECURE", "INSECURE")
    watch.show(found("SECURE"))
    for (let i = 0; i < 2; i++) await assert.rejects(host.evidence(), { code: "LEVEL_LOWER" })
    watch.accept()
    await assert.rejects(host.evidence(), { code: "LEVEL_LOWER" })
  })

  test("is told of by looking, which accepts nothing", async () => {
    const { watch, host } = watching("INSECURE", "INSECURE")
    watch.show(found("STALE"))
    assert.equal(watch.show(found("INSECURE")).was, "STALE")
    await assert.rejects(host.evidence(), { code: "LEVEL_LOWER" })
    watch.accept()
    assert.equal(watch.show(found("INSECURE")).was, undefined)
    await host.evidence()
  })

  test("is one as well where the better level was first met by sending", async () => {
    const { host } = watching("SECURE", "STALE")
    await host.evidence()
    await assert.rejects(host.evidence(), { code: "LEVEL_LOWER" })
  })
})

test("a better level is none, and what the constraint refuses is left to the library", async () => {
  const { watch, host } = watching("SECURE")
  watch.show(found("STALE"))
  await host.evidence()
  assert.equal(watch.answered?.facts.level, "SECURE")
  const refused = { ...found("INSECURE"), refusal: { code: "SECURITY_TOO_LOW" } } as unknown as Found
  await hostOf(new Watch(async () => refused)).evidence()
})
