import { strict as assert } from "node:assert"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { describe, test } from "node:test"
import { readInput, unwrapped } from "./evidenceInput.ts"

const BYTES = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 0xff)
const HEX = BYTES.toHex()
const BASE64 = BYTES.toBase64()
const FILE_BYTES_MAX = 4_194_304

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/** Lines of at most 64 letters, as tools write them. */
function inLines(text: string, end: string): string {
  return text.replaceAll(/.{1,64}/g, (line) => line + end)
}

describe("a text is what it stands for", () => {
  const texts: Readonly<Record<string, string>> = {
    "hexadecimal digits": HEX,
    "in capitals, with 0x": `0x${HEX.toUpperCase()}\n`,
    "in lines": inLines(HEX, "\n"),
    base64: BASE64,
    "base64 in lines, from another system": inLines(BASE64, "\r\n"),
    "base64url, without padding": BYTES.toBase64({ alphabet: "base64url", omitPadding: true }),
    "a revocation list in PEM": `-----BEGIN X509 CRL-----\n${inLines(BASE64, "\n")}-----END X509 CRL-----\n`,
  }
  for (const [name, text] of Object.entries(texts)) {
    test(name, () => assert.deepEqual(unwrapped(bytesOf(text)), BYTES))
  }
})

test("all else stays as it is", () => {
  const certificate = `-----BEGIN CERTIFICATE-----\n${BASE64}\n-----END CERTIFICATE-----\n`
  const evidence = `-----BEGIN EVENT MANAGER EVIDENCE-----\n${BASE64}\n-----END EVENT MANAGER EVIDENCE-----\n`
  for (const text of [certificate, evidence, '{"tcb_info":""}', "abcde", "=", "", `${HEX}\u001b`]) {
    assert.deepEqual(unwrapped(bytesOf(text)), bytesOf(text), text)
  }
  const report = bytesOf("30".repeat(600)).with(1, 0)
  for (const binary of [BYTES, report]) assert.equal(unwrapped(binary), binary)
})

describe("an input is read as far as it may go", () => {
  test("from a file, of which one byte more is too many", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "evidence-"))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, "evidence")
    writeFileSync(path, new Uint8Array(FILE_BYTES_MAX))
    assert.equal((await readInput(path)).length, FILE_BYTES_MAX)
    writeFileSync(path, new Uint8Array(FILE_BYTES_MAX + 1))
    await assert.rejects(readInput(path), { code: "FILE_UNREADABLE" })
  })

  test("from the standard input", async () => {
    const pieces = (sizes: readonly number[]): Readable => Readable.from(sizes.map((size) => Buffer.alloc(size, size)))
    assert.deepEqual(await readInput("-", pieces([2, 3])), Uint8Array.of(2, 2, 3, 3, 3))
    await assert.rejects(readInput("-", pieces([FILE_BYTES_MAX, 1])), { code: "FILE_UNREADABLE" })
  })

  test("from what has no end, such as a device", async () => {
    await assert.rejects(readInput("/dev/zero"), { code: "FILE_UNREADABLE", message: /longer than/ })
  })
})
