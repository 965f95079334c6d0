import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { expiryOf, isSameConstraint, parseConstraint, type Constraint } from "./constraint.ts"

const a = "a".repeat(64)
const b = "b".repeat(64)

const least: Constraint = {
  codeHashes: [a],
  signers: [],
  productId: "any",
  revocationLevelMin: 0,
  levelMin: "STALE",
  expire: "never",
  platforms: "any",
}

describe("what a constraint says", () => {
  const rows: readonly (readonly [string, Partial<Constraint>])[] = [
    [`C:${a}`, {}],
    [`  C:${a}\t\n`, {}],
    [`C:${"A".repeat(64)}`, {}],
    [`C:${b} C:${a}`, { codeHashes: [b, a] }],
    [`C:${a} C:${a}`, { codeHashes: [a, a] }],
    [`S:${b} PROD:1`, { codeHashes: [], signers: [b], productId: 1 }],
    [`PROD:0 S:${b} S:${a}`, { codeHashes: [], signers: [b, a], productId: 0 }],
    [`C:${a} S:${b} PROD:65535`, { signers: [b], productId: 65_535 }],
    [`C:${a} PROD:007`, { productId: 7 }],
    [`C:${a} REVOKE:3`, { revocationLevelMin: 3 }],
    [`SEC:SECURE C:${a}`, { levelMin: "SECURE" }],
    [`C:${a} SEC:STALE`, { levelMin: "STALE" }],
    [`C:${a} SEC:INSECURE`, { levelMin: "INSECURE" }],
    [`C:${a} PLATFORM:mock`, { platforms: ["mock"] }],
    [`C:${a} PLATFORM:simulation PLATFORM:mock`, { platforms: ["simulation", "mock"] }],
    [`C:${a} EXPIRE:P1M`, { expire: { months: 1, seconds: 0 } }],
    [`C:${a} EXPIRE:P2Y`, { expire: { months: 24, seconds: 0 } }],
    [`C:${a} EXPIRE:P1Y2M3W4DT5H6M7S`, { expire: { months: 14, seconds: 25 * 86_400 + 5 * 3_600 + 6 * 60 + 7 } }],
    [`C:${a} EXPIRE:PT90M`, { expire: { months: 0, seconds: 5_400 } }],
    [`C:${a} EXPIRE:P0D`, { expire: { months: 0, seconds: 0 } }],
  ]
  for (const [written, change] of rows) {
    test(short(written), () => assert.deepEqual(parseConstraint(written), { ...least, ...change }))
  }

  test("the order of its terms makes no difference", (t) => {
    const terms = [`C:${a}`, `S:${b}`, "PROD:1", "REVOKE:2", "SEC:INSECURE", "EXPIRE:P1D", "PLATFORM:mock"]
    const expected = parseConstraint(terms.join(" "))
    fc.assert(
      fc.property(fc.shuffledSubarray(terms, { minLength: terms.length }), (shuffled) => {
        assert.deepEqual(parseConstraint(shuffled.join("  ")), expected)
      }),
      fuzz(t, 100),
    )
  })
})

describe("what is no constraint", () => {
  const none = /it names no enclave/
  const rows: readonly (readonly [string, RegExp])[] = [
    ["", none],
    [" \n", none],
    ["SEC:INSECURE", none],
    ["PROD:1", none],
    [`S:${a}`, /beside S:<signer hash> it needs PROD:/],
    [`C:${a} S:${b}`, /beside S:<signer hash> it needs PROD:/],
    [`C:${a.slice(1)}`, /C: takes 64 hexadecimal digits/],
    [`C:${a}0`, /C: takes 64 hexadecimal digits/],
    [`C:${a.slice(1)}g`, /C: takes 64 hexadecimal digits/],
    [`C:0x${a.slice(2)}`, /C: takes 64 hexadecimal digits/],
    ["C:", /C: takes 64 hexadecimal digits, not ''/],
    [`S:${b.slice(1)} PROD:1`, /S: takes 64 hexadecimal digits/],
    [`c:${a}`, /'c:a+' is none of C: S: PROD:/],
    [a, /is none of/],
    [`C:${a} ALLOW:ALL`, /'ALLOW:ALL' is none of/],
    [`C:${a} SEC`, /'SEC' is none of/],
    [`C:${a} :x`, /':x' is none of/],
    [`C:${a},C:${b}`, /C: takes 64 hexadecimal digits/],
    [`C:${a} SEC:STALE SEC:STALE`, /SEC: is given twice/],
    [`C:${a} PROD:1 PROD:2`, /PROD: is given twice/],
    [`C:${a} REVOKE:1 REVOKE:0`, /REVOKE: is given twice/],
    [`C:${a} EXPIRE:P1D EXPIRE:P2D`, /EXPIRE: is given twice/],
    [`C:${a} SEC:secure`, /SEC: takes SECURE, STALE or INSECURE, not 'secure'/],
    [`C:${a} SEC:`, /SEC: takes/],
    [`C:${a} SEC:SECURE,STALE`, /SEC: takes/],
    [`C:${a} PLATFORM:sev`, /PLATFORM: takes one of mock, simulation, sev-snp, tdx, sgx, nitro, not 'sev'/],
    [`C:${a} PLATFORM:Mock`, /PLATFORM: takes/],
    ...["-1", "65536", "1.5", "", "1e3", "٣", "123456", " 1"].map((n): [string, RegExp] => [
      `C:${a} PROD:${n}`,
      n === " 1" ? /PROD: takes|'1' is none of/ : /PROD: takes a number from 0 to 65535/,
    ]),
    [`C:${a} REVOKE:65536`, /REVOKE: takes a number/],
    ...["P", "PT", "P1", "1D", "P1H", "P1DT", "PT1D", "P-1D", "P1.5D", "p1d", "P1D2M", "", "P1W1Y", "P10000Y"].map(
      (period): [string, RegExp] => [`C:${a} EXPIRE:${period}`, /EXPIRE: takes an ISO 8601 period/],
    ),
  ]
  for (const [written, message] of rows) {
    test(short(written) || "nothing", () => {
      assert.throws(() => parseConstraint(written), { name: "UserError", code: "CONSTRAINT_SYNTAX", message })
    })
  }

  test("whatever is written, the answer is a constraint or this error", (t) => {
    const word = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom("C", "S", "PROD", "REVOKE", "SEC", "EXPIRE", "PLATFORM"), fc.string())
        .map((w) => w.join(":")),
      fc.constantFrom(`C:${a}`, "PROD:1", "SEC:STALE", "EXPIRE:P1D"),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        try {
          const parsed = parseConstraint(words.join(" "))
          assert.ok(parsed.codeHashes.length + parsed.signers.length > 0)
        } catch (error) {
          assert.ok(error instanceof Error && error.name === "UserError", String(error))
        }
      }),
      fuzz(t, 1_000),
    )
  })
})

describe("when evidence is too old", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["2026-01-15T12:00:00Z", "P1M", "2026-02-15T12:00:00Z"],
    ["2026-12-15T12:00:00Z", "P1M", "2027-01-15T12:00:00Z"],
    ["2026-01-31T12:00:00Z", "P1M", "2026-02-28T12:00:00Z"],
    ["2028-01-31T12:00:00Z", "P1M", "2028-02-29T12:00:00Z"],
    ["2028-02-29T00:00:00Z", "P1Y", "2029-02-28T00:00:00Z"],
    ["2026-08-31T23:59:59Z", "P1M", "2026-09-30T23:59:59Z"],
    ["2026-03-28T00:00:00Z", "P7D", "2026-04-04T00:00:00Z"],
    ["2026-03-28T00:00:00Z", "P1Y1M1DT1S", "2027-04-29T00:00:01Z"],
    ["2026-03-28T00:00:00Z", "PT0S", "2026-03-28T00:00:00Z"],
  ]
  for (const [issued, period, expected] of rows) {
    test(`${period} after ${issued}`, () => {
      const { expire } = parseConstraint(`C:${a} EXPIRE:${period}`)
      assert.ok(expire !== "never")
      assert.equal(expiryOf(Date.parse(issued) / 1_000, expire), Date.parse(expected) / 1_000)
    })
  }

  test("the longest period is still a time", () => {
    const { expire } = parseConstraint(`C:${a} EXPIRE:P9999Y99999M99999W999999DT999999H999999M999999999S`)
    assert.ok(expire !== "never")
    assert.ok(Number.isSafeInteger(expiryOf(1_800_000_000, expire)))
  })
})

function short(text: string): string {
  return text.trim().replaceAll(/(.)\1{20,}/g, "$1…")
}

test("two constraints are the same if they accept the same enclaves", () => {
  const [a, b] = ["a".repeat(64), "b".repeat(64)]
  assert.ok(
    isSameConstraint(
      `C:${a} C:${b} PLATFORM:tdx PLATFORM:sgx`,
      ` PLATFORM:sgx PLATFORM:tdx C:${b.toUpperCase()}  C:${a}`,
    ),
  )
  assert.ok(isSameConstraint(`C:${a} SEC:STALE REVOKE:0`, `C:${a}`))
  for (const other of [`C:${b}`, `C:${a} SEC:INSECURE`, `C:${a} EXPIRE:P1D`, `S:${a} PROD:1`, `C:${a} PLATFORM:tdx`]) {
    assert.ok(!isSameConstraint(`C:${a}`, other), other)
  }
})
