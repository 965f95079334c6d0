/*
 * Every command and program in the documents is run, or says why it cannot be.
 */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { blocksOf, documents, root } from "./blocks.ts"
import { rehearse } from "./rehearsal.ts"

/** What it says is done in a copy of the sources, by a test of its own. */
const CHANGES_SOURCES = "docs/adding-a-computation.md"

describe("What documents say to do is done", () => {
  for (const path of documents.filter((each) => each !== CHANGES_SOURCES)) {
    test(path, async (t) => {
      const { commands, left } = await rehearse(blocksOf(path))
      t.diagnostic(`${commands} command lines of ${path} were run`)
      for (const each of left) t.diagnostic(each)
    })
  }
})

test("Programs in the documents are typed as the packages are", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "event-manager-docs-"))
  t.after(() => rmSync(folder, { recursive: true }))
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  writeFileSync(join(folder, "package.json"), '{"type":"module"}')
  const programs = documents
    .filter((each) => each !== CHANGES_SOURCES)
    .flatMap(blocksOf)
    .filter(({ language }) => language === "ts")
  for (const { path, line, text } of programs) {
    const place = join(folder, path.replaceAll("/", "-"))
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, `block-${line}.ts`), text)
  }
  const options = { extends: join(root, "tsconfig.json"), compilerOptions: { rootDir: "/" }, include: ["."] }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options))
  const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["--pretty", "false", "-p", folder], {
    encoding: "utf8",
  })
  assert.equal(status, 0, stdout)
  assert.ok(programs.length >= 2, "there are programs")
})
