import { strict as assert } from "node:assert"
import { after, afterEach, before, suite, test } from "node:test"
import { barriers, overflows, strayWords } from "./looks.ts"
import { Setting, skip } from "./setting.ts"
import { tour } from "./tour.ts"

/*
 * Every view: for people with a keyboard or a screen reader, on small screens, with large text, from right to left, and in
 * both languages.
 */
let setting: Setting
suite("every view", { skip }, () => {
  before(async () => {
    setting = await Setting.begin("--serve-ui")
  })
  after(() => setting.end())
  afterEach((t) => setting.everybodyLeaves(t))

  const VIEWS_MIN = 28

  for (const [tongue, locale] of [
    ["en", "en-GB"],
    ["de", "de-DE"],
  ] as const) {
    test(`every view in ${locale}: no barrier, nothing that sticks out, no word missing`, async () => {
      const found: string[] = []
      const seen = new Set<string>()
      await setting.host.restart(`state ${tongue}`)
      for await (const { name, person } of tour(setting, { locale })) {
        const { page } = person
        seen.add(name)
        const [heading = ""] = await page.locator("h1").allInnerTexts()
        if (heading === "") found.push(`${name}: no heading`)
        const faults = [
          ...(tongue === "en" ? await barriers(page) : []),
          ...(await overflows(page)),
          ...(await strayWords(page, tongue)),
        ]
        found.push(...faults.map((fault) => `${name}: ${fault}`))
      }
      assert.deepEqual(found, [])
      assert.ok(seen.size >= VIEWS_MIN, `${seen.size} views`)
    })
  }
})
