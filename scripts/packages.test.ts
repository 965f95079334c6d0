import assert from "node:assert/strict"
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process"
import { once } from "node:events"
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { after, before, test, type TestContext } from "node:test"
import { assemblePackages, buildPackages } from "./build-packages.ts"
import { npm, pack } from "./packages/npm.ts"

/*
 * The packages as their users get them: tarballs, installed into an empty project. What they depend on of others' comes
 * from this checkout, so that nothing is fetched.
 */
const root = join(import.meta.dirname, "..")
const bundle = join(root, "trusted/enclave/dist/event-enclave.mjs")
const [, example = ""] = /^```ts.*\n([^]*?)^```$/m.exec(readFileSync(join(root, "README.md"), "utf8")) ?? []
let project: string
let tarballs: readonly string[]
/** The repository's own page, before and after the packages were built; undefined where it is not built. */
let pages: readonly (number | undefined)[]

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly link?: boolean }>>
}

before(async () => {
  project = mkdtempSync(join(tmpdir(), "event-manager-project-"))
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lockfile
  for (const [path, { dev, link }] of Object.entries(packages)) {
    if (!path.startsWith("node_modules/") || dev === true || link === true) continue
    cpSync(join(root, path), join(project, path), { recursive: true })
  }
  const out = join(project, "built")
  const pageBefore = inodeOfPage()
  tarballs = pack(await buildPackages(root, out), project)
  pages = [pageBefore, inodeOfPage()]
  writeFileSync(join(project, "package.json"), '{ "name": "project", "private": true, "type": "module" }\n')
  npm(project, "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", ...tarballs)
})
after(() => rmSync(project, { recursive: true }))

function inodeOfPage(): number | undefined {
  return statSync(join(root, "user/web/dist"), { throwIfNoEntry: false })?.ino
}

function run(command: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(join(project, "node_modules/.bin", command), args, { cwd: project, encoding: "utf8" })
}

function succeeds(command: string, line: string): string {
  const { status, stdout, stderr } = run(command, ...line.split(" "))
  assert.equal(status, 0, `${command} ${line}: ${stderr}`)
  return stdout
}

/** A host in simulation mode, whose state lasts. Answers with its address and the code hash that it names. */
async function startHost(context: TestContext): Promise<{ url: string; codeHash: string }> {
  const options = "--port 0 --data state --log-level warn --enclave-mode simulation --simulation-key host.key".split(
    " ",
  )
  const host = spawn(join(project, "node_modules/.bin/event-host"), options, {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
  })
  const closed = once(host, "close")
  context.after(async () => {
    host.kill("SIGTERM")
    assert.deepEqual(await closed, [0, null])
  })
  for await (const line of createInterface({ input: host.stdout })) {
    const [, url = "", codeHash = ""] = /listening on (\S+), .*code hash (\w+)/.exec(line) ?? []
    return { url, codeHash }
  }
  return assert.fail("the host said nothing")
}

test("the README's library example compiles and runs against the packed host, with the packed client", async (context) => {
  const { url, codeHash } = await startHost(context)
  const constraint = `C:${codeHash} SEC:INSECURE`
  writeFileSync(join(project, "EventManagerClient.properties"), `constraint=${constraint}\nserver=${url}\n`)
  for (const name of ["ALICE", "BOB"]) succeeds("event-client", `${name} share-identity`)
  succeeds("event-client", "ALICE create-computation Salaries avg 2 ALICE,BOB")
  const source = example.replace("http://localhost:9999", url).replace("S:… PROD:1 SEC:SECURE", constraint)
  assert.ok(source.includes(url) && !source.includes("S:…"))
  writeFileSync(join(project, "example.ts"), source)
  const compilerOptions = {
    module: "nodenext",
    target: "esnext",
    lib: ["esnext", "dom"],
    strict: true,
    skipLibCheck: true,
    typeRoots: [join(root, "node_modules/@types")],
    types: ["node"],
    outDir: "compiled",
  }
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["example.ts"] }))
  const compile = spawnSync(join(root, "node_modules/.bin/tsc"), { cwd: project, encoding: "utf8" })
  assert.equal(compile.status, 0, compile.stdout)
  const node = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", "compiled/example.js"], {
    cwd: project,
    encoding: "utf8",
  })
  assert.deepEqual([node.status, node.stderr], [0, ""])
  succeeds("event-client", "BOB submit-value Salaries 3900")
  assert.equal(succeeds("event-client", "BOB get-result Salaries"), "Computation: Salaries. SUCCESS. Result: 4000.25\n")
})

test("the tarballs are the same bytes whatever the umask of whoever packs them", (context) => {
  const out = join(project, "built")
  const built = ["compiled", "man", "completions", "page"].flatMap((each) => globSync(`${each}/**`, { cwd: out }))
  assert.ok(built.length > 100)
  // As a build leaves them under this umask.
  for (const each of built) chmodSync(join(out, each), statSync(join(out, each)).isDirectory() ? 0o700 : 0o600)
  const before = process.umask(0o077)
  context.after(() => process.umask(before))
  const again = join(project, "again")
  mkdirSync(again)
  const packed = pack(assemblePackages(root, out), again)
  const different = packed.filter((each, i) => !readFileSync(each).equals(readFileSync(tarballs[i] ?? "")))
  assert.deepEqual(different, [])
})

test("building the packages leaves the repository's page alone, which others read meanwhile", () => {
  assert.equal(pages[1], pages[0])
})

test("the commands start, and say the version of their package", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }
  assert.equal(succeeds("event-client", "--version"), `${version}\n`)
  assert.equal(succeeds("event-host", "--version"), `${version}\n`)
  const { status, stderr } = run("event-enclave", "--no-such-option")
  assert.equal(status, 2)
  assert.match(stderr, /^event-enclave: argument 1 is unknown; there are --platform/)
})

test("the enclave's package has the very bundle that is measured", () => {
  const packed = join(project, "node_modules/@event-manager/enclave/dist/event-enclave.mjs")
  assert.ok(readFileSync(packed).equals(readFileSync(bundle)))
})

test("packages hold code, types, README and licence: no sources, and no tests", () => {
  const folder = join(project, "node_modules/@event-manager")
  for (const name of readdirSync(folder)) {
    const files = globSync("**/*", { cwd: join(folder, name) })
    for (const needed of ["LICENSE", "README.md", "package.json"]) assert.ok(files.includes(needed), needed)
    assert.deepEqual(
      files.filter((file) => /\.test\.|\.probe\.|(?<!\.d)\.ts$/.test(file)),
      [],
    )
  }
})

test("the command's package has its manual page, where npm tells man of it, and scripts for completion", () => {
  const folder = join(project, "node_modules/@event-manager/cli")
  const { man } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { man: readonly string[] }
  assert.deepEqual(man, ["./man/event-client.1"])
  assert.match(readFileSync(join(folder, "man/event-client.1"), "utf8"), /^\.Dd /)
  assert.deepEqual(readdirSync(join(folder, "completions")).toSorted(), [
    "_event-client",
    "event-client",
    "event-client.fish",
  ])
})

test("the README of the client's package has the examples of the repository's", () => {
  const readme = readFileSync(join(project, "node_modules/@event-manager/client/README.md"), "utf8")
  assert.ok(example.length > 500 && readme.includes(`\`\`\`ts\n${example}`))
  assert.match(readme, /^import .*verifySevSnp/m)
  assert.doesNotMatch(readme, /<!--/)
})
