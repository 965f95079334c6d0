/*
 * Every command and program in the documents is run, or says why it cannot be.
 */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { blocksOf, documents } from "./blocks.ts"
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

test("Programs in the documents are typed as the packages are", () => {
  const programs = others.flatMap(blocksOf).filter(({ language }) => language === "ts")
  assert.ok(programs.length >= 6, "there are programs")
  assert.equal(faultsIn(programs), "")
})
