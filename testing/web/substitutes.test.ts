import { strict as assert } from "node:assert"
import { after, afterEach, before, suite, test } from "node:test"
import { create, submit, takeUp } from "./plan.ts"
import { exchangeCards, Setting, skip } from "./setting.ts"

let setting: Setting
suite("an older browser", { skip }, () => {
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())
  afterEach((t) => setting.everybodyLeaves(t))

  /** Runs in the page, before anything of it: a WebCrypto that knows neither Ed25519 nor X25519 nor ML-KEM. */
  function hide(): void {
    // An empty page before the first one has no WebCrypto at all.
    if (!isSecureContext) return
    const counter = Object.assign(globalThis, { hidden: 0 })
    for (const method of ["generateKey", "importKey", "sign", "verify", "deriveBits"] as const) {
      const known: unknown = SubtleCrypto.prototype[method]
      if (typeof known !== "function") continue
      Object.defineProperty(SubtleCrypto.prototype, method, {
        value(...given: unknown[]) {
          if (!/Ed25519|X25519|ML-KEM/.test(JSON.stringify(given.slice(0, 3)))) return Reflect.apply(known, this, given)
          counter.hidden += 1
          return Promise.reject(new DOMException("not known here", "NotSupportedError"))
        },
      })
    }
    for (const method of ["encapsulateBits", "decapsulateBits", "encapsulateKey", "decapsulateKey"]) {
      Reflect.deleteProperty(SubtleCrypto.prototype, method)
    }
  }

  test("a browser without ML-KEM and Ed25519 gets through, and understands one that has them", async () => {
    const alice = await setting.person("ALICE")
    await alice.context.addInitScript(hide)
    await alice.open(setting.page.url)
    await alice.type("welcome.name", "ALICE")
    await alice.press("welcome.make")
    await alice.page.getByRole("navigation").waitFor()
    const bob = await setting.convenor("BOB")
    await exchangeCards(bob, alice)
    const link = await create(bob, { name: "Old", type: "max", quorum: 2, others: [alice] })
    await submit(bob, "1")
    await takeUp(alice, link)
    await submit(alice, "2")
    assert.notEqual(await alice.page.evaluate("hidden"), 0, "they were looked for")
    await alice.press("result.ask")
    await alice.sees("result.highest")
    await bob.press("result.ask")
    await bob.sees("result.highest")
    for (const person of [alice, bob]) {
      assert.match(await person.page.locator(".answer .value").innerText(), /^ALICE/, person.name)
    }
    const scripts = await alice.page.evaluate(
      "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /ed25519|mlKem/i.test(name)).length",
    )
    assert.equal(scripts, 2, "a script for each was loaded")
  })
})
