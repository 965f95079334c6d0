import { DecodeError } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../../../testing/src/fuzz.ts"
import { decodeCbor } from "./cbor.ts"

const hex = (digits: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(digits.replaceAll(" ", ""))

function refused(digits: string): void {
  assert.throws(() => decodeCbor(hex(digits), 1_000), DecodeError, digits)
}

describe("CBOR from strangers", () => {
  test("integers, strings, null, arrays and maps are read, of indefinite length too", () => {
    const map = decodeCbor(hex("bf 01 3822 61 61 9f 4102 f6 80 ff ff"), 100)
    assert.deepEqual(
      map,
      new Map<unknown, unknown>([
        [1, -35],
        ["a", [Uint8Array.of(2), null, []]],
      ]),
    )
  })

  test("what has two meanings, or none here, is refused", () => {
    // Doubled keys, also where one is of floating point; floats, booleans, undefined, other simple values, tags.
    for (const digits of ["a2 01 00 01 00", "a2 6161 00 6161 00", "a2 00 00 f90000 00"]) refused(digits)
    for (const digits of ["f90000", "fa00000000", "fb0000000000000000", "f4", "f5", "f7", "e0", "f820"]) refused(digits)
    for (const digits of ["c000", "d200", "d9d9f700", "c249 010000000000000000"]) refused(digits)
    // Not the shortest form; beyond what is safe; more than one value; cut off; a break where none is due.
    for (const digits of ["1800", "190001", "1a00000001", "580100", "9800", "b800", "3817"]) refused(digits)
    for (const digits of ["1b0020000000000000", "3b0020000000000000", "1bffffffffffffffff"]) refused(digits)
    for (const digits of ["", "0000", "ff", "81", "8101ff", "a1", "a101", "42 00", "9f", "9f00", "bf00ff", "82ff"])
      refused(digits)
    for (const digits of ["9bffffffffffffffff", "bbffffffffffffffff", "5bffffffffffffffff", "1c", "5f 4100 ff"])
      refused(digits)
  })

  test("neither length nor depth is without bound", () => {
    assert.throws(() => decodeCbor(new Uint8Array(101), 100), { code: "LENGTH_OUT_OF_RANGE" })
    for (const nest of [0x81, 0x9f, 0xa1, 0xbf, 0xd2]) {
      assert.throws(() => decodeCbor(new Uint8Array(100_000).fill(nest), 100_000), DecodeError)
    }
    assert.throws(() => decodeCbor(new Uint8Array(100_000).fill(0x81), 100_000), { code: "LENGTH_OUT_OF_RANGE" })
    const items = new Uint8Array(258)
    items.set([0x98, 255])
    assert.deepEqual(
      decodeCbor(items.subarray(0, 257), 1_000),
      Array.from({ length: 255 }, () => 0),
    )
    items[1] = 0x98
    items.set([0x99, 1, 0], 0)
    assert.throws(() => decodeCbor(items, 1_000), DecodeError)
  })

  test("whatever bytes there are, there is an answer or a DecodeError", async (t) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          decodeCbor(new Uint8Array(bytes), 100)
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error))
        }
      }),
      fuzz(t, 5_000),
    )
  })
})
