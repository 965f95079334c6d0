import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test, type TestContext } from "node:test"

type Packages = Record<string, object>

const wanted: Packages = {
  "": { name: "root" },
  "node_modules/one": { version: "1.0.0", integrity: "sha512-one" },
  "node_modules/other-system": { version: "1.0.0", integrity: "sha512-other", optional: true },
  "node_modules/ours": { resolved: "packages/ours", link: true },
}
const present: Packages = {
  "node_modules/one": wanted["node_modules/one"] ?? {},
  "node_modules/ours": wanted["node_modules/ours"] ?? {},
}

/** A clone with a stand-in for npm, which notes how it was called and then does what it is told to. */
function clone(
  context: TestContext,
  npm: string,
): { folder: string; install: () => { status: number | null; errors: string } } {
  const folder = mkdtempSync(join(tmpdir(), "event-manager-install-"))
  context.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, "scripts"))
  copyFileSync(join(import.meta.dirname, "install.mjs"), join(folder, "scripts/install.mjs"))
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: wanted }))
  const program = join(folder, "npm-cli.js")
  writeFileSync(program, `require("node:fs").writeFileSync("called", process.argv.slice(2).join(" "));${npm}`)
  const env = { ...process.env, npm_execpath: program, npm_node_execpath: process.execPath }
  const install = (): { status: number | null; errors: string } => {
    const ran = spawnSync(process.execPath, [join(folder, "scripts/install.mjs")], { env, encoding: "utf8" })
    return { status: ran.status, errors: ran.stderr }
  }
  return { folder, install }
}

function putModules(folder: string, packages: Packages): void {
  mkdirSync(join(folder, "node_modules/node/bin"), { recursive: true })
  writeFileSync(join(folder, "node_modules/node/bin/node"), "")
  writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages }))
}

const SUCCEEDS = `
  const { mkdirSync, writeFileSync } = require("node:fs")
  mkdirSync("node_modules/node/bin", { recursive: true })
  writeFileSync("node_modules/node/bin/node", "")`

test("install: nothing is done, and nothing said, where all is there but what is for other systems", (context) => {
  const { folder, install } = clone(context, SUCCEEDS)
  putModules(folder, present)
  assert.deepEqual(install(), { status: 0, errors: "" })
  assert.ok(!existsSync(join(folder, "called")))
})

const lacking: Record<string, Packages | undefined> = {
  "there is nothing": undefined,
  "a package is missing": { "node_modules/ours": present["node_modules/ours"] ?? {} },
  "a package is of another version": { ...present, "node_modules/one": { version: "1.0.1", integrity: "sha512-one" } },
  "a package has other contents": { ...present, "node_modules/one": { version: "1.0.0", integrity: "sha512-two" } },
  "there is a package too many": { ...present, "node_modules/two": { version: "1.0.0" } },
}

for (const [what, packages] of Object.entries(lacking)) {
  test(`install: npm ci runs where ${what}`, (context) => {
    const { folder, install } = clone(context, SUCCEEDS)
    if (packages !== undefined) putModules(folder, packages)
    assert.equal(install().status, 0)
    assert.match(readFileSync(join(folder, "called"), "utf8"), /^ci /)
  })
}

test("install: why npm failed is said on one line", (context) => {
  const { install } = clone(
    context,
    'console.error("npm error code ENOTFOUND\\nnpm error no network\\nnpm error A complete log"); process.exit(1)',
  )
  const { status, errors } = install()
  assert.equal(status, 1)
  assert.equal(errors.trim().split("\n").at(-1), "event-manager: npm ci failed: code ENOTFOUND; no network")
})

test("install: an npm that does not run install scripts is noticed", (context) => {
  const { status, errors } = clone(context, "").install()
  assert.equal(status, 1)
  assert.match(errors, /npm ci left no node_modules\/node\/bin\/node/)
})

test("install: a clone without its lockfile is named as such", (context) => {
  const { folder, install } = clone(context, SUCCEEDS)
  rmSync(join(folder, "package-lock.json"))
  const { status, errors } = install()
  assert.deepEqual(
    [status, errors],
    [1, "event-manager: package-lock.json is missing or cannot be read: get a whole clone\n"],
  )
})

/** CONTRIBUTING.md says that these come after `npm ci`. */
const CHECKS = ["test:run", "coverage", "check:imports", "check:packages", "api:update", "vectors"]

test("install: whatever builds, or tries the whole, does it first", () => {
  const file = join(import.meta.dirname, "../package.json")
  const { scripts } = JSON.parse(readFileSync(file, "utf8")) as { scripts: Readonly<Record<string, string>> }
  const programs = Object.entries(scripts).filter(([, command]) => /^(?:exec )?node .*\.ts\b/.test(command))
  const lacking = programs.filter(([name]) => scripts[`pre${name}`]?.startsWith("node scripts/install.mjs") !== true)
  const names = lacking.map(([name]) => name).filter((name) => !name.startsWith("pre"))
  assert.deepEqual(names.toSorted(), CHECKS.toSorted())
  // A shell that has found the machine's node keeps to it, so what comes after in a `pre` script needs another.
  for (const [name, command] of Object.entries(scripts)) assert.doesNotMatch(command, /install\.mjs.*&& node /, name)
})
