import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite, test } from "node:test"

interface Written {
  readonly rows: readonly { readonly contender: string; readonly seconds: readonly number[]; readonly answer: string }[]
  readonly verdicts: readonly { readonly isMet?: boolean }[]
}

function bench(...args: string[]): {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
} {
  const main = join(import.meta.dirname, "main.ts")
  return spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], { encoding: "utf8" })
}

suite("npm run bench", () => {
  test("a smoke run goes through every scenario, end to end, and writes what it found", (t) => {
    const folder = mkdtempSync(join(tmpdir(), "event-manager-smoke-"))
    t.after(() => rmSync(folder, { recursive: true }))
    const { status, stdout, stderr } = bench("--smoke", "--out", folder)
    assert.equal(status, 0, stderr)
    const names = ["average", "capacity", "depth", "match", "singles"]
    assert.deepEqual(
      readdirSync(folder).toSorted(),
      names.map((name) => `${name}.json`),
    )
    for (const name of names) {
      const { rows, verdicts }: Written = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"))
      assert.ok(rows.length > 0 && rows.every(({ seconds }) => seconds.length === 1 && Number(seconds[0]) > 0), name)
      assert.ok(
        verdicts.every(({ isMet }) => isMet === undefined),
        `${name} is too small to judge`,
      )
    }
    const match: Written = JSON.parse(readFileSync(join(folder, "match.json"), "utf8"))
    assert.deepEqual(
      match.rows.map(({ contender }) => contender),
      ["Event Manager", "plain hash join"],
    )
    assert.match(match.rows[0]?.answer ?? "", /^50 keys, /)
    assert.equal(stdout.match(/^## /gm)?.length, names.length)
  })

  for (const [wrong, said] of [
    [["--only", "nothing"], /no scenario 'nothing'; there are average,/],
    [["--runs", "0"], /--runs is a whole number from 1/],
    [["--seed", "1e3"], /--seed is a whole number/],
    [["--quick", "--long"], /exclude each other/],
    [["--fast"], /--fast/],
  ] as const) {
    test(`${wrong.join(" ")} is wrong usage`, () => {
      const { status, stdout, stderr } = bench(...wrong)
      assert.equal(status, 2)
      assert.equal(stdout, "")
      assert.match(stderr, said)
      assert.equal(stderr.trim().split("\n").length, 1)
    })
  }
})

test("the peers' lockfile has each package's hash, and names no registry", () => {
  const file = join(import.meta.dirname, "peers/package-lock.json")
  const { packages }: { packages: Record<string, { integrity?: string; resolved?: string }> } = JSON.parse(
    readFileSync(file, "utf8"),
  )
  const installed = Object.entries(packages).filter(([path]) => path !== "")
  assert.ok(installed.length > 100)
  assert.deepEqual(
    installed.filter(([, { integrity }]) => integrity === undefined),
    [],
  )
  assert.deepEqual(
    installed.filter(([, { resolved }]) => resolved?.includes("://") === true),
    [],
  )
})
