import { strict as assert } from "node:assert"
import { after, before, suite, test } from "node:test"
import { overflows, strayWords, barriers } from "./looks.ts"
import { said } from "./said.ts"
import { Setting, skip } from "./setting.ts"

/*
 * That the tests of the page see what they look for.
 */
suite("what the tests of the page hold every visit to", { skip }, () => {
  let setting: Setting
  before(async () => {
    setting = await Setting.begin()
  })
  after(() => setting.end())

  const faults = {
    "a request elsewhere": [
      "void fetch('http://127.0.0.1:9/x').catch(() => 0)",
      /^a request to http:\/\/127\.0\.0\.1:9\/x/,
    ],
    "a breach of the policy": ["document.body.setAttribute('style', 'color: red')", /Content Security Policy/],
    "an error on the console": ["console.error('broken')", /^on the console: broken$/],
    "an error in the page": ["setTimeout(() => { throw new Error('broken') })", /^an error in the page: broken$/],
  } as const
  for (const [title, [script, expected]] of Object.entries(faults)) {
    test(`${title} is a fault`, async () => {
      const alice = await setting.person("ALICE")
      await alice.open(setting.page.url)
      await alice.button("welcome.make").waitFor()
      assert.deepEqual(alice.faults, [])
      await alice.page.evaluate(script)
      while (alice.faults.length === 0) await alice.page.evaluate("new Promise(requestAnimationFrame)")
      assert.match(alice.faults[0] ?? "", expected)
      await assert.rejects(alice.leave(), { code: "ERR_ASSERTION" })
    })
  }

  test("a field without a label, what sticks out, and a word of another language are found", async () => {
    const alice = await setting.person("ALICE")
    await alice.open(setting.page.url)
    await alice.button("welcome.make").waitFor()
    assert.deepEqual(
      [await barriers(alice.page), await overflows(alice.page), await strayWords(alice.page, "en")],
      [[], [], []],
    )
    await alice.page.evaluate(`(() => {
      const [field, wide, word] = ["input", "div", "p"].map((name) => document.createElement(name))
      wide.style.width = "2000px"
      wide.style.height = "1px"
      word.textContent = ${JSON.stringify(said("welcome.make", {}, "de"))}
      document.querySelector("main").append(field, wide, word)
    })()`)
    assert.match((await barriers(alice.page)).join("\n"), /label/)
    assert.match((await overflows(alice.page)).join("\n"), /320 px wide: \d+ px are needed/)
    assert.equal((await strayWords(alice.page, "en")).length, 1)
    await alice.leave()
  })
})
