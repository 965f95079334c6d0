import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { readTests, testFiles } from "./scenarioTests.ts"

/** CONTRACT's list of what the sample got wrong. */
const FAULTS = 17

describe("fault 17: the tests themselves", () => {
  const files = testFiles()

  test("fault 17: every test file has tests, none is skipped, left for later, alone or hollow, and each asserts", () => {
    assert.ok(files.length > 30)
    for (const { path, titles, assertions, hollow } of files) {
      assert.ok(titles.length > 0, `${path} has no test`)
      assert.deepEqual(hollow, [], path)
      assert.ok(assertions > 0, `${path} asserts nothing`)
    }
  })

  test("fault 17: this check sees what it looks for", () => {
    const said = (text: string): readonly string[] => readTests("x.test.ts", text).hollow
    const hollow = [
      'test("a", () => {})',
      'test("a")',
      'test.skip("a", () => { f() })',
      'test("a", { todo: true }, () => { f() })',
      'describe.only("a", () => { f() })',
      'it.todo("a")',
    ]
    for (const text of hollow) assert.deepEqual(said(text), ['"a"'], text)
    assert.deepEqual(said('test("a", () => { f() })'), [])
    assert.equal(readTests("x.test.ts", "f()").titles.length, 0)
  })

  test("every fault that concerns what exists has a test whose title begins with its number", () => {
    const named = files.flatMap(({ titles }) => titles).flatMap(numbersIn)
    const expected = Array.from({ length: FAULTS }, (_, i) => i + 1)
    assert.deepEqual(
      [...new Set(named)].toSorted((a, b) => a - b),
      expected,
    )
  })
})

function numbersIn(title: string): readonly number[] {
  const [, numbers = ""] = /^faults? ([0-9, ]+):/.exec(title) ?? []
  return numbers === "" ? [] : numbers.split(", ").map(Number)
}
