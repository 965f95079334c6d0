import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { qrCode } from "./qr.ts"

/** Seven modules a side: dark, light, and dark within (ISO/IEC 18004 section 6.3.3). */
const FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]

describe("a QR code", () => {
  test("is a square with a finder in three corners, as large as its text needs", async () => {
    for (const [text, side] of [
      ["x", 21],
      ["https://page.example/p/#invitation=1", 29],
    ] as const) {
      const rows = (await qrCode(text)) ?? assert.fail()
      const bits = rows.map((row) => row.map((dark) => (dark ? "1" : "0")).join(""))
      assert.deepEqual([bits.length, new Set(bits.map(({ length }) => length))], [side, new Set([side])])
      for (const [top, left] of [
        [0, 0],
        [0, side - 7],
        [side - 7, 0],
      ] as const) {
        assert.deepEqual(
          bits.slice(top, top + 7).map((row) => row.slice(left, left + 7)),
          FINDER,
        )
      }
    }
  })

  test("of a text that no phone would read off a screen is none", async () => {
    assert.equal((await qrCode("x".repeat(1_273)))?.length, 117)
    assert.equal(await qrCode("x".repeat(1_274)), undefined)
    assert.equal(await qrCode("ä".repeat(637)), undefined)
  })
})
