/*
 * A type of computation, added as docs/adding-a-computation.md says, compiles and computes: in a copy of the sources.
 */
import assert from "node:assert/strict"
import { test } from "node:test"
import { blocksOf } from "./blocks.ts"
import { rehearse } from "./rehearsal.ts"

test("docs/adding-a-computation.md adds a computation", async () => {
  const { commands } = await rehearse(blocksOf("docs/adding-a-computation.md"), { changesSources: true })
  assert.ok(commands > 10, `${commands} command lines were run`)
})
