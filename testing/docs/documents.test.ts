/*
 * Every command and program in the documents is run, or says why it cannot be.
 */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { blocksOf, documents, root } from "./blocks.ts"
import { rehearse } from "./rehearsal.ts"
import { faultsIn } from "./types.ts"

/** What it says is done in a copy of the sources, by a test of its own. */
const others = documents.filter((each) => each !== "docs/adding-a-computation.md")

// Most of the time one waits for what it has started.
describe("What documents say to do is done", { concurrency: 2 }, () => {
  for (const path of others) {
    test(path, async (t) => {
      const { commands, left } = await rehearse(blocksOf(path))
      t.diagnostic(`${commands} command lines of ${path} were run`)
      for (const each of left) t.diagnostic(each)
    })
  }
})

test("Each fence is one that is read: none is indented, of another kind, or left open", () => {
  for (const path of documents) {
    const fences = readFileSync(join(root, path), "utf8").match(/^[\s>]*(?:```|~~~)/gm) ?? []
    assert.equal(fences.length, 2 * blocksOf(path).length, path)
  }
})

test("Programs in the documents are typed as the packages are", () => {
  const programs = others.flatMap(blocksOf).filter(({ language }) => language === "ts")
  assert.ok(programs.length >= 6, "there are programs")
  assert.equal(faultsIn(programs), "")
})
