import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, test } from "node:test"
import { checkOut } from "./outFolder.ts"

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "event-manager-out-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

function refused(out: string, message: RegExp, ...kept: readonly string[]): void {
  assert.throws(() => checkOut(out, kept, false), { name: "TypeError", message })
}

test("a release goes into a folder that is not there, is empty, or has a release in it", () => {
  checkOut(join(folder, "new/er"), [undefined], false)
  checkOut(folder, [undefined], false)
  writeFileSync(join(folder, "SHA256SUMS"), `${"0".repeat(64)}  event-enclave.mjs\n`)
  checkOut(folder, [undefined], false)
})

test("a release does not go into a folder with anything else in it, but where only releases are made", () => {
  writeFileSync(join(folder, "thesis.tex"), "")
  refused(folder, /no release: empty it/)
  writeFileSync(join(folder, "SHA256SUMS"), `${"0".repeat(64)}  debian.iso\n`)
  refused(folder, /no release: empty it/)
  checkOut(folder, [undefined], true)
})

test("a release does not go where it would delete the repository, the working folder, its key or its launches", () => {
  const inside = join(folder, "a/b")
  mkdirSync(inside, { recursive: true })
  for (const out of [folder, join(folder, "a"), inside, join(folder, "a/../a/b/")]) refused(out, /would delete/, inside)
  refused(folder, /would delete/, join(folder, "key.pem"))
  assert.throws(() => checkOut(folder, [join(folder, "key.pem")], true), /would delete/)
  for (const out of [join(inside, "c"), join(folder, "a/bc"), join(folder, "..b")]) checkOut(out, [inside], false)
})

test("a release does not go where it would delete these by a symbolic link", () => {
  mkdirSync(join(folder, "real/key"), { recursive: true })
  symlinkSync(join(folder, "real"), join(folder, "link"))
  refused(join(folder, "link"), /would delete/, join(folder, "real/key"))
  refused(join(folder, "real"), /would delete/, join(folder, "link/key/absent.pem"))
})
