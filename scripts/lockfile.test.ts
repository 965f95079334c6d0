import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"

interface Entry {
  readonly integrity?: string
  readonly link?: boolean
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
type Packages = Readonly<Record<string, Entry>>

/** What makes `npm ci` fail, here or on another system, or install what nobody has vouched for. */
function faultsIn(packages: Packages): string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const missing = Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    )
    const isInstalled = path.includes("node_modules/") && entry.link !== true
    return [
      ...missing.map((name) => `${path}: ${name} is missing`),
      ...(isInstalled && entry.integrity === undefined ? [`${path}: no integrity`] : []),
      ...(entry.resolved?.includes("://") === true ? [`${path}: names a registry`] : []),
    ]
  })
}

test("the lockfile is whole: every package for every system, each with its hash, from any registry", () => {
  const file = join(import.meta.dirname, "../package-lock.json")
  const { packages }: { packages: Packages } = JSON.parse(readFileSync(file, "utf8"))
  assert.deepEqual(faultsIn(packages), [])
})

test("what the lockfile may lack is named", () => {
  const packages = {
    "node_modules/a": { integrity: "sha512-a", optionalDependencies: { "a-linux": "1.0.0", "a-darwin": "1.0.0" } },
    "node_modules/a-linux": { resolved: "https://registry.example/a-linux.tgz" },
    "node_modules/ours": { link: true, resolved: "user/ours" },
  }
  assert.deepEqual(faultsIn(packages), [
    "node_modules/a: a-darwin is missing",
    "node_modules/a-linux: no integrity",
    "node_modules/a-linux: names a registry",
  ])
})
