import { strict as assert } from "node:assert"
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { readText, removeFile, writeText } from "./files.ts"

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"))
  path = join(folder, "file")
})
afterEach(() => rmSync(folder, { recursive: true }))

describe("writeText", () => {
  test("puts the text there with its mode, and leaves nothing beside it", () => {
    for (const [mode, text] of [
      [0o600, "secret\n"],
      [0o644, "public ü\n"],
    ] as const) {
      writeText(path, text, mode)
      assert.equal(readFileSync(path, "utf8"), text)
      assert.equal(statSync(path).mode & 0o777, mode)
      assert.deepEqual(readdirSync(folder), ["file"])
    }
  })

  test("replaces the file as a whole: who had the old one open still reads the old one", () => {
    writeText(path, "old", 0o600)
    const before = statSync(path).ino
    writeText(path, "new", 0o600)
    assert.notEqual(statSync(path).ino, before)
  })

  test("exclusively, keeps what is there, and says so", () => {
    writeText(path, "first", 0o600, true)
    assert.throws(() => writeText(path, "second", 0o600, true), {
      name: "UserError",
      code: "FILE_UNWRITABLE",
      message: `${path} cannot be written: it exists already`,
    })
    assert.equal(readFileSync(path, "utf8"), "first")
    assert.deepEqual(readdirSync(folder), ["file"])
  })

  test("fails without a trace: in a folder that is not there, or in place of a folder", () => {
    const missing = join(folder, "missing", "file")
    assert.throws(() => writeText(missing, "x", 0o600), {
      code: "FILE_UNWRITABLE",
      message: /its folder does not exist$/,
    })
    mkdirSync(path)
    assert.throws(() => writeText(path, "x", 0o600), {
      code: "FILE_UNWRITABLE",
      message: /cannot be written: it is a folder$/,
    })
    assert.deepEqual(readdirSync(folder), ["file"])
  })

  test("in place of a link, leaves what it leads to as it is", () => {
    const target = join(folder, "target")
    writeFileSync(target, "target")
    symlinkSync(target, path)
    writeText(path, "new", 0o600)
    assert.deepEqual([readFileSync(target, "utf8"), readFileSync(path, "utf8")], ["target", "new"])
    symlinkSync(target, join(folder, "link"))
    assert.throws(() => writeText(join(folder, "link"), "new", 0o600, true), { code: "FILE_UNWRITABLE" })
    assert.equal(readFileSync(target, "utf8"), "target")
  })

  test("whatever the process's umask is, others may not read what is for its owner alone", () => {
    const umask = process.umask(0)
    try {
      writeText(path, "secret", 0o600)
    } finally {
      process.umask(umask)
    }
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })
})

describe("readText", () => {
  test("reads no more than asked for of what has no end", () => {
    assert.throws(() => readText("/dev/zero", 10), { code: "FILE_UNREADABLE", message: /longer than 10 bytes/ })
  })

  test("nothing, where there is no file or a link that leads nowhere", () => {
    assert.equal(readText(path, 10), undefined)
    symlinkSync(join(folder, "nowhere"), path)
    assert.equal(readText(path, 10), undefined)
  })

  test("a file, or what a link leads to, up to its limit", () => {
    const target = join(folder, "target")
    writeFileSync(target, "0123456789")
    symlinkSync(target, path)
    assert.equal(readText(path, 10), "0123456789")
    assert.throws(() => readText(path, 9), {
      name: "UserError",
      code: "FILE_UNREADABLE",
      message: /longer than 9 bytes/,
    })
  })

  test("a folder, and a path through a file, are no files", () => {
    assert.throws(() => readText(folder, 100_000), { code: "FILE_UNREADABLE", message: /it is a folder$/ })
    writeFileSync(path, "")
    assert.throws(() => readText(join(path, "x"), 10), { code: "FILE_UNREADABLE" })
  })
})

test("removeFile removes a file that may be gone already", () => {
  writeFileSync(path, "")
  chmodSync(path, 0o000)
  removeFile(path)
  removeFile(path)
  assert.deepEqual(readdirSync(folder), [])
})
