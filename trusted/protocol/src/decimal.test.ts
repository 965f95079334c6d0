import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { decimalTextArb } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { compare, mean, rational, written } from "../../../testing/src/rational.ts"
import { DECIMAL_BYTES_MAX, formatDecimal, meanOf, parseDecimal } from "./decimal.ts"
import { DecodeError } from "./errors.ts"
import { decimalText } from "./text.ts"

const NINES = "9".repeat(30)
const shown = (text: string): string => formatDecimal(parseDecimal(text))
const meanShown = (...all: string[]): string => formatDecimal(meanOf(all.map(parseDecimal)))

describe("fault 10: what is not a decimal is refused", () => {
  const wrong = [
    "+5",
    "1e3",
    "1E3",
    "٣",
    "５",
    "१",
    "1".repeat(31),
    `-${"1".repeat(31)}`,
    "0".repeat(31),
    `1.${"1".repeat(13)}`,
    `1.${"0".repeat(13)}`,
    "",
    " ",
    " 1",
    "1 ",
    "1\n",
    "\n1",
    "1.",
    ".5",
    "-.5",
    "-",
    ".",
    "--1",
    "-+1",
    "1-",
    "1,5",
    "1.2.3",
    "1_000",
    "0x10",
    "NaN",
    "Infinity",
    "-Infinity",
    "null",
    "1n",
    "−1",
    "1\u0000",
    "\ufeff1",
    "1\u200b",
    "½",
    "1/2",
  ]
  for (const each of wrong) {
    test(JSON.stringify(each), () => {
      const isRefusal = (error: unknown): boolean => error instanceof DecodeError && error.code === "DECIMAL_SYNTAX"
      assert.throws(() => parseDecimal(each), isRefusal)
      assert.throws(() => decimalText(each), isRefusal)
    })
  }
  test("and the refusal does not quote it", () => {
    assert.throws(
      () => parseDecimal("secret"),
      (error) => error instanceof DecodeError && !error.message.includes("secret"),
    )
  })
})

describe("what is a decimal is read exactly", () => {
  const right: readonly (readonly [string, string])[] = [
    ["0", "0"],
    ["-0", "0"],
    ["-0.000", "0"],
    ["007", "7"],
    ["-5", "-5"],
    ["1.50", "1.5"],
    ["10", "10"],
    ["100.0100", "100.01"],
    ["0.000000000001", "0.000000000001"],
    ["-0.000000000001", "-0.000000000001"],
    [NINES, NINES],
    [`-${NINES}.999999999999`, `-${NINES}.999999999999`],
    ["2147483648", "2147483648"],
    ["9007199254740993", "9007199254740993"],
  ]
  for (const [text, expected] of right) test(`${text} is ${expected}`, () => assert.equal(shown(text), expected))

  test("the longest is as long as DECIMAL_BYTES_MAX says", () => {
    assert.equal(`-${NINES}.999999999999`.length, DECIMAL_BYTES_MAX)
  })
  test("for any: as an exact fraction, showing it again changes nothing, and order is kept", (t) => {
    const property = fc.property(decimalTextArb, decimalTextArb, (one, other) => {
      assert.equal(shown(one), written(rational(one), 12))
      assert.equal(shown(shown(one)), shown(one))
      assert.match(shown(one), /^(0|-?(0|[1-9][0-9]*)(\.[0-9]{0,11}[1-9])?)$/)
      const [a, b] = [parseDecimal(one), parseDecimal(other)]
      assert.equal(Math.sign(Number(a > b) - Number(a < b)), compare(rational(one), rational(other)))
    })
    fc.assert(property, fuzz(t, 1_000))
  })
})

describe("the mean", () => {
  const cases: readonly (readonly [string[], string])[] = [
    [["20", "40", "100", "20"], "45"],
    // Halves of the last place go to the even neighbour, below zero too.
    [["0.000000000001", "0"], "0"],
    [["0.000000000003", "0"], "0.000000000002"],
    [["0.000000000005", "0"], "0.000000000002"],
    [["0.000000000007", "0"], "0.000000000004"],
    [["-0.000000000001", "0"], "0"],
    [["-0.000000000003", "0"], "-0.000000000002"],
    [["-0.000000000005", "0"], "-0.000000000002"],
    // Beside a half, to the nearer.
    [["0.000000000001", "0", "0"], "0"],
    [["0.000000000002", "0", "0"], "0.000000000001"],
    [["-0.000000000001", "0", "0"], "0"],
    [["-0.000000000002", "0", "0"], "-0.000000000001"],
    [["1", "1", "2"], "1.333333333333"],
    [["1", "2", "2"], "1.666666666667"],
    [[NINES, NINES, `-${NINES}`], "333333333333333333333333333333"],
    [["7"], "7"],
  ]
  for (const [all, expected] of cases)
    test(`of ${all.join(", ")} is ${expected}`, () => assert.equal(meanShown(...all), expected))

  test("for any: as exact fractions have it, half to even", (t) => {
    const near = fc.integer({ min: -20, max: 20 }).map((units) => formatDecimal(parseDecimal(inLastPlace(units))))
    const property = fc.property(fc.array(fc.oneof(decimalTextArb, near), { minLength: 1, maxLength: 12 }), (all) => {
      assert.equal(meanShown(...all), written(mean(all.map(rational)), 12))
      assert.equal(meanShown(...all.toReversed()), meanShown(...all))
    })
    fc.assert(property, fuzz(t, 2_000))
  })
})

function inLastPlace(units: number): string {
  return `${units < 0 ? "-" : ""}0.${String(Math.abs(units)).padStart(12, "0")}`
}
