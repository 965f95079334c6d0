import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { Arena } from "./arena.ts"

const MIB = 1_048_576
const text = (written: string): Uint8Array => new TextEncoder().encode(written)

function put(arena: Arena, written: string): number {
  const bytes = text(written)
  return arena.put(bytes, 0, bytes.length)
}

function read(arena: Arena, address: number): string {
  return new TextDecoder().decode(arena.chunk(address).subarray(arena.start(address), arena.end(address)))
}

describe("an arena", () => {
  test("keeps texts of any length under their addresses", () => {
    const arena = new Arena()
    const texts = [
      "",
      "K",
      "é".repeat(128),
      "x".repeat(1_024),
      ...Array.from({ length: 3_000 }, (_, i) => `${i}`.repeat(i % 90)),
    ]
    const addresses = texts.map((each) => put(arena, each))
    assert.deepEqual(
      addresses.map((each) => read(arena, each)),
      texts,
    )
    assert.equal(new Set(addresses).size, texts.length)
  })
  test("keeps what stands between start and end", () => {
    const arena = new Arena()
    assert.equal(read(arena, arena.put(text("abcdef"), 2, 4)), "cd")
  })
  test("starts small, and grows by chunks", () => {
    const arena = new Arena()
    put(arena, "K")
    assert.equal(arena.bytes, 1_024)
    for (let i = 0; i < 3 * 1_024; i++) put(arena, "x".repeat(1_020))
    assert.ok(arena.bytes >= 3 * MIB && arena.bytes <= 5 * MIB, String(arena.bytes))
  })
  test("wipes what goes, and gives a chunk back whose texts have all gone", () => {
    const arena = new Arena()
    const secret = put(arena, "secret")
    const [chunk, start] = [arena.chunk(secret), arena.start(secret)]
    arena.remove(secret)
    assert.deepEqual([...chunk.subarray(start, start + 6)], [0, 0, 0, 0, 0, 0])
    const addresses = Array.from({ length: 4 * 1_024 }, () => put(arena, "x".repeat(1_020)))
    const full = arena.bytes
    for (const each of addresses) arena.remove(each)
    assert.ok(arena.bytes <= 2 * MIB, `${arena.bytes} of ${full} bytes are left`)
    // And is used again.
    for (let i = 0; i < 2 * 1_024; i++) put(arena, "x".repeat(1_020))
    assert.ok(arena.bytes <= full)
  })
  test("says when it is worth while to move texts, and which", () => {
    const arena = new Arena()
    const addresses = Array.from({ length: 8 * 1_024 }, () => put(arena, "x".repeat(1_020)))
    assert.equal(arena.isWasteful, false)
    for (const [i, each] of addresses.entries()) if (i % 2 === 0) arena.remove(each)
    assert.equal(arena.isWasteful, true)
    const kept = addresses.filter((_, i) => i % 2 === 1)
    assert.ok(kept.filter((each) => arena.isSparse(each)).length > kept.length * 0.8)
  })
})
