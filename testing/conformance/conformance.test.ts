import { strict as assert } from "node:assert"
import { test } from "node:test"
import { attestationVectors, NO_VECTORS } from "../src/attestationVectors.ts"
import { findChromium, inspectInBrowser } from "./browser.ts"
import { differences, taskOf } from "./cases.ts"
import { conform } from "./conform.ts"

test("every case of real evidence has its verdict and its fields, in Node and in Chromium alike", async (t) => {
  const vectors = attestationVectors()
  if (vectors === undefined) return t.skip(NO_VECTORS)
  const browser = findChromium()
  assert.ok(browser !== undefined, "there is no Chromium: install Debian's package chromium")
  const { lines, failures } = await conform(vectors, browser)
  assert.equal(failures, 0, lines.join("\n"))
})

test("a verdict, a field, or a browser that differs is found", async (t) => {
  const vectors = attestationVectors()
  if (vectors === undefined) return t.skip(NO_VECTORS)
  const [first] = vectors.cases
  assert.ok(first !== undefined)
  const wrong = {
    ...vectors,
    cases: [
      { ...first, verdict: "reject" },
      { ...first, expect: { vmpl: 3 } },
    ] as const,
  }
  const { lines, failures } = await conform(wrong, undefined)
  assert.equal(failures, 2)
  assert.match(lines[0] ?? "", /^FAILED .*verdict accept \(SECURE\), not reject/)
  assert.match(lines[1] ?? "", /vmpl 0, not 3/)
  const [answer] = await inspectInBrowser(findChromium() ?? "", [taskOf(first, vectors)])
  const { outcome, facts, fields } = JSON.parse(answer ?? "")
  assert.deepEqual(differences(first, { format: first.format, outcome, facts, fields }), [])
})
