import { strict as assert } from "node:assert"
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { afterEach, beforeEach, describe, test } from "node:test"
import { gzipSync } from "node:zlib"
import { openSource, type Source } from "./source.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "source-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

const text = Array.from({ length: 200_000 }, (_, i) => `key ${i}\n`).join("")

function file(name: string, contents: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, contents)
  return path
}

async function readAll(source: Source, from = 0): Promise<string> {
  let read = ""
  for await (const piece of source.pieces(from)) read += piece.text
  await source.close()
  return read
}

const unreadable = (message: RegExp): object => ({ name: "UserError", code: "FILE_UNREADABLE", message })

describe("a file", () => {
  test("is read whole, or from any position on", async () => {
    const path = file("keys", text)
    assert.equal(await readAll(await openSource(path)), text)
    assert.equal(await readAll(await openSource(path), 1_000_000), text.slice(1_000_000))
    assert.equal(await readAll(await openSource(file("empty", ""))), "")
  })

  test("packed with gzip is unpacked, whatever it is called, all members of it, and from any position on", async () => {
    const path = file("keys", Buffer.concat([gzipSync(text.slice(0, 500_000)), gzipSync(text.slice(500_000))]))
    assert.equal(await readAll(await openSource(path)), text)
    assert.equal(await readAll(await openSource(path), 1_000_000), text.slice(1_000_000))
  })

  test("says how much of it has been read", async () => {
    const shares: (number | undefined)[] = []
    const source = await openSource(file("keys", text))
    for await (const { share } of source.pieces(0)) shares.push(share)
    await source.close()
    assert.ok(shares.length > 2)
    assert.deepEqual(
      shares,
      shares.toSorted((one = 0, other = 0) => one - other),
    )
    assert.equal(shares.at(-1), 1)
  })

  test("that is not there, or is a folder, is an error", async () => {
    await assert.rejects(openSource(join(folder, "none")), unreadable(/none does not exist$/))
    mkdirSync(join(folder, "sub"))
    await assert.rejects(openSource(join(folder, "sub")), unreadable(/sub is a folder; name a file$/))
  })

  test("packed with gzip and cut short, or damaged, is an error once what it holds was read", async () => {
    const packed = gzipSync(text, { level: 1 })
    const damaged = Buffer.from(packed)
    damaged.fill(0x55, packed.length / 2, packed.length / 2 + 20)
    const begun = text.slice(0, 1_000)
    for (const [contents, message] of [
      [packed.subarray(0, packed.length - 4), /is packed as gzip, and is cut short$/],
      [packed.subarray(0, packed.length / 2), /is packed as gzip, and is cut short$/],
      [damaged, /is packed as gzip, and is damaged$/],
      [Buffer.concat([packed, Buffer.from("more")]), /is packed as gzip, and is damaged$/],
    ] as const) {
      const source = await openSource(file("keys", contents))
      const pieces = source.pieces(0)
      const first = await pieces.next()
      assert.ok(first.done !== true && first.value.text.startsWith(begun))
      const rest = async (): Promise<void> => {
        for await (const _ of pieces);
      }
      await assert.rejects(rest, unreadable(message))
      await source.close()
    }
  })

  for (const [how, change] of [
    ["grows", (path: string) => appendFileSync(path, "more\n")],
    ["shrinks", (path: string) => truncateSync(path, 700_000)],
    ["is written anew at its old length", (path: string) => writeFileSync(path, text.replaceAll("1", "2"))],
    ["is touched", (path: string) => utimesSync(path, 1, 1)],
  ] as const) {
    test(`that ${how} while it is read is an error that says so`, async () => {
      const path = file("keys", text)
      const source = await openSource(path)
      const pieces = source.pieces(0)
      await pieces.next()
      change(path)
      await assert.rejects(pieces.next(), {
        name: "UserError",
        code: "FILE_CHANGED",
        message: /was changed while it was/,
      })
      await source.close()
    })
  }

  test("is recognised by its size and time", async () => {
    const path = file("keys", text)
    const source = await openSource(path)
    const { size, mtimeNs } = statSync(path, { bigint: true })
    assert.deepEqual(source.stamp, { bytes: Number(size), modified: String(mtimeNs) })
    await source.close()
  })
})

describe("what is piped in", () => {
  const bytes = (contents: string | Uint8Array, size: number): Readable => {
    const all = Buffer.from(contents)
    const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
      all.subarray(i * size, (i + 1) * size),
    )
    return Readable.from(pieces)
  }

  test("is read in whatever pieces it comes, packed or not, and cannot be recognised", async () => {
    for (const size of [1, 2, 1_000, 10_000_000]) {
      const short = text.slice(0, 3_000)
      for (const contents of [short, gzipSync(short)]) {
        const source = await openSource("-", bytes(contents, size))
        assert.equal(source.stamp, undefined)
        assert.equal(await readAll(source), short)
      }
    }
    assert.equal(await readAll(await openSource("-", bytes("", 1))), "")
    assert.equal(await readAll(await openSource("-", bytes("k", 1))), "k")
  })

  test("is let go when nobody reads on", async () => {
    const input = Readable.from(bytes(text, 100))
    const source = await openSource("-", input)
    await source.pieces(0).next()
    await source.close()
    assert.ok(input.destroyed)
  })

  test("that breaks off is an error", async () => {
    const input = new Readable({ read() {} })
    input.push("begun\n")
    const pieces = (await openSource("-", input)).pieces(0)
    await pieces.next()
    input.destroy(Object.assign(new Error("gone"), { code: "EPIPE" }))
    await assert.rejects(pieces.next(), unreadable(/^standard input cannot be read \(EPIPE\)$/))
  })
})
