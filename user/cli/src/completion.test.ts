import { strict as assert } from "node:assert"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test, type TestContext } from "node:test"
import { commands } from "./commands/index.ts"
import { complete } from "./completion.ts"

const home = process.cwd()
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "completion-"))
  for (const file of ["ALICE.identity.pem", "BOB.identity.pem", "EVE.conclave"]) writeFileSync(join(folder, file), "")
  process.chdir(folder)
})
afterEach(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
})

/** What is offered after these words, of which the last is being typed. */
function offered(t: TestContext, ...words: readonly string[]): readonly string[] {
  const log = t.mock.method(console, "log", () => undefined)
  assert.equal(complete(["complete", "--", ...words]), true)
  const lines = log.mock.calls.map(({ arguments: [line] }) => String(line).split("\t")[0] ?? "")
  log.mock.restore()
  return lines.filter((line) => !line.startsWith(":"))
}

describe("completion", () => {
  test("offers identities in place of NAME, and not those of others' cards; and what needs no NAME", (t) => {
    assert.deepEqual(offered(t, ""), ["ALICE", "BOB", "inspect-evidence"])
    assert.deepEqual(offered(t, "A"), ["ALICE"])
    assert.deepEqual(offered(t, "--server", "http://x", ""), ["ALICE", "BOB", "inspect-evidence"])
  })

  test("offers every command after NAME", (t) => {
    const names = commands.map(({ name }) => name)
    assert.deepEqual(offered(t, "ALICE", "").toSorted(), names.toSorted())
    assert.deepEqual(offered(t, "--json", "ALICE", "sub"), ["submit-value", "submit-keys"])
  })

  test("offers the types of a computation, and options", (t) => {
    assert.deepEqual(offered(t, "ALICE", "create-computation", "Avg", ""), ["avg", "min", "max", "key"])
    assert.ok(offered(t, "ALICE", "create-computation", "--").includes("--expires"))
    assert.ok(offered(t, "ALICE", "list-computations", "--").includes("--json"))
    assert.ok(offered(t, "ALICE", "get-matches", "--f").includes("--follow"))
    assert.deepEqual(offered(t, "ALICE", "get-matches", "--format", ""), ["table", "csv", "jsonl"])
    assert.deepEqual(offered(t, "ALICE", "create-computation", "--matches", ""), ["told", "count"])
    const normalisations = offered(t, "ALICE", "submit-keys", "K", "keys.csv", "--normalise", "")
    assert.deepEqual(normalisations, ["none", "trim", "upper", "vin", "email"])
    assert.deepEqual(offered(t, "ALICE", "create-computation", "--release", ""), ["first", "all", "witnessed:"])
    assert.deepEqual(offered(t, "ALICE", "submit-keys", "--rejects", ""), [])
  })

  test("offers the options of what needs no NAME, and none that act for somebody", (t) => {
    const options = offered(t, "inspect-evidence", "--")
    assert.ok(options.includes("--collateral") && options.includes("--json"))
  })

  test("leaves every other command line alone, even where somebody is called complete", () => {
    for (const args of [
      [],
      ["ALICE", "lc"],
      ["complete"],
      ["complete", "list-computations"],
      ["complete", "powershell"],
    ]) {
      assert.equal(complete(args), false)
    }
  })
})
