import { DecodeError } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../../../testing/src/fuzz.ts"
import * as write from "../../../../../testing/tee/der.ts"
import {
  booleanOf,
  DerReader,
  flagsOf,
  objectIdentifier,
  onlyElement,
  readWhole,
  smallInteger,
  tags,
  timeOf,
  unsignedInteger,
  wholeBits,
} from "./der.ts"

const hex = (digits: string): DerReader => new DerReader(Uint8Array.fromHex(digits))

function refused(code: DecodeError["code"], read: () => unknown): void {
  assert.throws(read, { name: "DecodeError", code })
}

describe("lengths have one form", () => {
  for (const [digits, code, why] of [
    ["0480", "LENGTH_OUT_OF_RANGE", "indefinite"],
    ["048101ff", "LENGTH_OUT_OF_RANGE", "long where short is enough"],
    ["04820001ff", "LENGTH_OUT_OF_RANGE", "with a leading zero"],
    ["0484000000ff", "LENGTH_OUT_OF_RANGE", "of four octets"],
    ["0402ff", "TRUNCATED", "of more than there is"],
    ["04", "TRUNCATED", "missing"],
    ["1f0101", "UNKNOWN_VARIANT", "behind a high tag number"],
  ] as const) {
    test(why, () => refused(code, () => hex(digits).next()))
  }

  test("any length that a writer writes is read back", (t) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000, size: "max" }), (content) => {
        const element = hex(write.octetString(content).toHex()).take(tags.octetString)
        assert.equal(element.content.toHex(), content.toHex())
      }),
      fuzz(t, 50),
    )
  })
})

test("nothing may be left over, inside or behind", () => {
  const two = write.sequence(write.integer(1), write.integer(2))
  refused("LEFTOVER_BYTES", () => readWhole(two, tags.sequence, (inside) => inside.next()))
  const longer = Uint8Array.of(...write.sequence(), 0)
  refused("LEFTOVER_BYTES", () => readWhole(longer, tags.sequence, () => undefined))
  refused("UNKNOWN_VARIANT", () => readWhole(two, tags.set, () => undefined))
})

test("integers are positive, and in the fewest octets", () => {
  assert.equal(smallInteger(hex("020200ff").next()), 255)
  assert.equal(smallInteger(hex("020100").next()), 0)
  assert.equal(unsignedInteger(hex("02020080").next()).toHex(), "80")
  refused("NUMBER_OUT_OF_RANGE", () => unsignedInteger(hex("0201ff").next()))
  refused("NUMBER_OUT_OF_RANGE", () => unsignedInteger(hex("0202007f").next()))
  refused("NUMBER_OUT_OF_RANGE", () => unsignedInteger(hex("0200").next()))
  refused("NUMBER_OUT_OF_RANGE", () => smallInteger(hex("02050100000000").next()))
})

test("booleans and bit strings have one form", () => {
  assert.deepEqual([booleanOf(hex("0101ff").next()), booleanOf(hex("010100").next())], [true, false])
  refused("UNKNOWN_VARIANT", () => booleanOf(hex("010101").next()))
  refused("UNKNOWN_VARIANT", () => booleanOf(hex("0102ffff").next()))
  assert.equal(wholeBits(hex("030200aa").next()).toHex(), "aa")
  refused("UNKNOWN_VARIANT", () => wholeBits(hex("030204a0").next()))
  refused("UNKNOWN_VARIANT", () => wholeBits(hex("0300").next()))
})

test("flags are those of the first octet, and bits beyond the last are zero", () => {
  const flags = (digits: string): number => flagsOf(onlyElement(Uint8Array.fromHex(digits), tags.bitString))
  assert.deepEqual(["03020780", "03020106", "030100", "0303070680"].map(flags), [0x80, 0x06, 0, 0x06])
  for (const bad of ["0300", "030107", "03020881", "03020781", "0303070681"]) {
    refused("UNKNOWN_VARIANT", () => flags(bad))
  }
  refused("LEFTOVER_BYTES", () => flags("0302078000"))
})

test("object identifiers are read as they are written", (t) => {
  const oid = fc.tuple(fc.nat(2), fc.nat(39), fc.array(fc.nat(2 ** 31), { maxLength: 10 }))
  fc.assert(
    fc.property(oid, ([first, second, rest]) => {
      const dotted = [first, second, ...rest].join(".")
      assert.equal(objectIdentifier(hex(write.objectIdentifier(dotted).toHex()).next()), dotted)
    }),
    fuzz(t, 200),
  )
  refused("NUMBER_OUT_OF_RANGE", () => objectIdentifier(hex("06028001").next()))
  refused("TRUNCATED", () => objectIdentifier(hex("06022a86").next()))
  refused("TRUNCATED", () => objectIdentifier(hex("0600").next()))
  refused("NUMBER_OUT_OF_RANGE", () => objectIdentifier(hex(`060c2a${"ff".repeat(10)}7f`).next()))
})

describe("times", () => {
  const at = (text: string, tag = 0x17): number => {
    const content = new TextEncoder().encode(text)
    return timeOf({ tag, content, whole: content })
  }

  test("to the second, in UTC, from 1950 to 2049 with two digits", () => {
    assert.equal(at("250301120000Z"), Date.parse("2025-03-01T12:00:00Z") / 1_000)
    assert.equal(at("500101000000Z"), Date.parse("1950-01-01T00:00:00Z") / 1_000)
    assert.equal(at("491231235959Z"), Date.parse("2049-12-31T23:59:59Z") / 1_000)
    assert.equal(at("20500101000000Z", 0x18), Date.parse("2050-01-01T00:00:00Z") / 1_000)
  })

  for (const text of ["250229000000Z", "251301000000Z", "250100000000Z", "250101240000Z", "250101006000Z"]) {
    test(`${text} is no time`, () => refused("NUMBER_OUT_OF_RANGE", () => at(text)))
  }
  for (const text of ["2501010000Z", "250101000000+0100", "250101000000", "20250101000000Z", "２50101000000Z"]) {
    test(`${text} is not written so`, () => refused("UNKNOWN_VARIANT", () => at(text)))
  }
})

test("whatever bytes are read as DER, the reader ends, and throws nothing but DecodeError", (t) => {
  const walk = (reader: DerReader, depth: number): void => {
    while (!reader.isAtEnd) {
      const { tag, content } = reader.next()
      if ((tag & 0x20) !== 0 && depth < 20) walk(new DerReader(content), depth + 1)
    }
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        walk(new DerReader(new Uint8Array(bytes)), 0)
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error))
      }
    }),
    fuzz(t, 2_000),
  )
})
