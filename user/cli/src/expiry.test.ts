import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { readExpiry } from "./expiry.ts"

const NOW = 1_800_000_000

describe("when a computation expires", () => {
  const rows: readonly (readonly [string, number])[] = [
    ["30m", NOW + 1_800],
    ["12h", NOW + 43_200],
    ["1d", NOW + 86_400],
    ["2w", NOW + 1_209_600],
    ["0d", NOW],
    ["999999w", NOW + 999_999 * 604_800],
    ["2030-12-31", Date.UTC(2030, 11, 31) / 1_000],
    ["2028-02-29", Date.UTC(2028, 1, 29) / 1_000],
    ["1970-01-01", 0],
    ["2030-12-31T23:59Z", Date.UTC(2030, 11, 31, 23, 59) / 1_000],
    ["2030-12-31T23:59:58Z", Date.UTC(2030, 11, 31, 23, 59, 58) / 1_000],
    ["2030-12-31T23:59:58+02:00", Date.UTC(2030, 11, 31, 21, 59, 58) / 1_000],
    ["2030-12-31T23:59-11:30", Date.UTC(2031, 0, 1, 11, 29) / 1_000],
  ]
  for (const [written, expected] of rows) test(written, () => assert.equal(readExpiry(written, NOW), expected))

  test("never, where nothing is said", () => assert.equal(readExpiry(undefined, NOW), undefined))
})

describe("what is no time", () => {
  const rows = [
    "",
    "30",
    "d",
    "-1d",
    "+1d",
    "1.5d",
    "1D",
    "1y",
    "1 d",
    "٣d",
    "1000000d",
    "tomorrow",
    "2030",
    "2030-12",
    "2030-1-1",
    "2030-02-29",
    "2030-02-31",
    "2030-04-31",
    "2030-13-01",
    "2030-00-01",
    "2030-01-00",
    "2030-01-32",
    "31/12/2030",
    "2030-12-31T23:59",
    "2030-12-31 23:59Z",
    "2030-12-31T25:00Z",
    "2030-12-31T23:60Z",
    "2030-12-31T23:59+2",
    "1969-12-31",
  ]
  for (const written of rows) {
    test(JSON.stringify(written), () => {
      assert.throws(() => readExpiry(written, NOW), {
        name: "UsageError",
        code: "USAGE",
        message: /give a span such as 30d or 12h/,
      })
    })
  }

  test("is shown escaped", () => {
    assert.throws(() => readExpiry("\u001b[2J", NOW), { message: /^'\\u\{1b\}\[2J' is no time/ })
  })
})
