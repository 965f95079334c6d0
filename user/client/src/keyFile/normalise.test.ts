import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import { normalisers, type Normalisation } from "./normalise.ts"
import { vinFault } from "./vin.ts"

const normal = (how: Normalisation, text: string): string => normalisers[how].apply(text)

describe("a key's normal form", () => {
  for (const [how, text, expected] of [
    ["none", "  a B ", "  a B "],
    ["trim", "\u00a0 a B\t", "a B"],
    ["upper", " ab ß ", "AB SS"],
    ["vin", " 1m8gdm9axkp042788 ", "1M8GDM9AXKP042788"],
    ["email", " Ann.O@EXAMPLE.Com ", "ann.o@example.com"],
  ] as const) {
    test(`${how} of '${text}'`, () => assert.equal(normal(how, text), expected))
  }
})

describe("a VIN", () => {
  // The first is the worked example of 49 CFR 565.15 (c); the second has a rest of 10.
  for (const vin of ["1G4AH59H45G118341", "1M8GDM9AXKP042788", "11111111111111111", "5GZCZ43D13S812715"]) {
    test(`${vin} has a right check digit`, () => assert.equal(vinFault(vin), undefined))
  }
  for (const [vin, fault] of [
    ["1M8GDM9A1KP042788", "VIN_CHECK_DIGIT"],
    ["1M8GDM9AXKP042789", "VIN_CHECK_DIGIT"],
    ["1M8GDM9AXKP04278", "VIN_LENGTH"],
    ["1M8GDM9AXKP0427888", "VIN_LENGTH"],
    ["", "VIN_LENGTH"],
    ["IM8GDM9AXKP042788", "VIN_LETTERS"],
    ["1M8GDM9AXKPO42788", "VIN_LETTERS"],
    ["1M8GDM9AXKPQ42788", "VIN_LETTERS"],
    ["1m8gdm9axkp042788", "VIN_LETTERS"],
    ["1M8GDM9AXKP-42788", "VIN_LETTERS"],
    ["1M8GDM9AXKP٠42788", "VIN_LETTERS"],
  ] as const) {
    test(`${vin} is none: ${fault}`, () => assert.equal(vinFault(vin), fault))
  }

  test("with any one digit mistyped is none", (t) => {
    fc.assert(
      fc.property(fc.nat(16), fc.integer({ min: 1, max: 9 }), (place, by) => {
        const digits = [..."11111111111111111"]
        digits[place] = String((Number(digits[place]) + by) % 10)
        assert.equal(vinFault(digits.join("")), "VIN_CHECK_DIGIT")
      }),
      fuzz(t, 300),
    )
  })
})

test("an e-mail address has one @, and text on either side", () => {
  for (const good of ["a@b", "ann.o+x@example.com", "ä@ö.example"]) {
    assert.equal(normalisers.email.faultOf(good), undefined)
  }
  for (const bad of ["a", "@b", "a@", "a@b@c", "a b@c", ""]) assert.equal(normalisers.email.faultOf(bad), "EMAIL")
})
