import { Spec, Validation } from "@cyclonedx/cyclonedx-library"
import { AttestationError } from "@event-manager/client"
import { readRelease } from "@event-manager/client/attestation"
import assert from "node:assert/strict"
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process"
import { createHash, createPublicKey, verify } from "node:crypto"
import { once } from "node:events"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { createInterface } from "node:readline"
import { after, before, describe, test } from "node:test"
import { published } from "../packages/published.ts"
import { sbomOf } from "./sbom.ts"
import { checkVersions } from "./versions.ts"

const root = join(import.meta.dirname, "../..")
let release: string
let said: string

before(() => {
  release = mkdtempSync(join(tmpdir(), "event-manager-release-"))
  const ran = runScript("--out", release)
  assert.equal(ran.status, 0, ran.stderr)
  said = ran.stdout
})
after(() => rmSync(release, { recursive: true }))

function runScript(...args: readonly string[]): SpawnSyncReturns<string> {
  const script = join(root, "scripts/release-dry.ts")
  const options = ["--disable-warning=ExperimentalWarning", script, ...args]
  return spawnSync(process.execPath, options, { cwd: tmpdir(), encoding: "utf8" })
}

function hashOf(file: string): string {
  return createHash("sha256")
    .update(readFileSync(join(release, file)))
    .digest("hex")
}

test("a release: every file but the sums has its true sum, and each is named as it is made", () => {
  const files = readdirSync(release)
  const sums = readFileSync(join(release, "SHA256SUMS"), "utf8").trimEnd().split("\n")
  assert.deepEqual(
    sums,
    files
      .filter((file) => !file.startsWith("SHA256SUMS"))
      .toSorted()
      .map((file) => `${hashOf(file)}  ${file}`),
  )
  for (const file of files) assert.ok(said.includes(`${basename(release)}/${file}\n`), file)
  assert.equal(files.filter((file) => file.endsWith(".tgz")).length, published.length)
})

test("a release: the manifest verifies, is of the bundle beside it, and says that its key is for practice", async () => {
  const text = readFileSync(join(release, "event-enclave.release"), "utf8")
  const { manifest, signer } = await readRelease(text)
  assert.equal(manifest.codeHash.toHex(), hashOf("event-enclave.mjs"))
  assert.ok(said.includes(`S:${signer} PROD:1`) && said.includes("a key that is thrown away"))
  // In the first line of its body, where the code hash is.
  const at = text.indexOf("\n") + 40
  const changed = text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1)
  await assert.rejects(readRelease(changed), AttestationError)
})

test("a release: the sums are signed by the signer of the manifest, whose key is beside them", async () => {
  const sums = readFileSync(join(release, "SHA256SUMS"))
  const signature = readFileSync(join(release, "SHA256SUMS.sig"))
  const key = createPublicKey(readFileSync(join(release, "event-manager-signer.pem")))
  assert.equal(verify(null, sums, key, signature), true)
  assert.equal(verify(null, Buffer.concat([sums, sums]), key, signature), false)
  const raw = Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url")
  const { signer } = await readRelease(readFileSync(join(release, "event-enclave.release"), "utf8"))
  assert.equal(createHash("sha256").update(raw).digest("hex"), signer)
})

test("a release: nothing is deleted that no release has made", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "event-manager-kept-"))
  context.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, "kept"), "kept")
  const { status, stdout, stderr } = runScript("--out", folder)
  assert.deepEqual([status, stdout], [1, ""])
  assert.match(stderr, /^release: --out .* has something in it that is no release/)
  assert.deepEqual(readdirSync(folder), ["kept"])
})

test("a release: a key without launches, or no key at all, is said before anything is made", () => {
  for (const [args, said] of [
    [["--key", "absent"], /^release: --launches and --key go together\n$/],
    [["--key", "absent", "--launches", "absent"], /^release: ENOENT/],
  ] as const) {
    const { status, stdout, stderr } = runScript("--out", join(release, "none"), ...args)
    assert.deepEqual([status, stdout], [1, ""])
    assert.match(stderr, said)
  }
})

test("a release: the native client runs by itself", () => {
  const client = join(release, `event-client-${process.platform}-${process.arch}`)
  const ran = spawnSync(client, ["--version"], { env: {}, encoding: "utf8" })
  assert.deepEqual([ran.status, ran.stdout], [0, `${checkVersions(root).version}\n`])
})

test("a release: the native client serves the page, unpacked beside it as docs/releasing.md says", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "event-manager-ui-"))
  context.after(() => rmSync(folder, { recursive: true }))
  const tarball = join(release, `event-manager-web-${checkVersions(root).version}.tgz`)
  const [, tar = ""] = /^mkdir page && (tar .*)$/m.exec(readFileSync(join(root, "docs/releasing.md"), "utf8")) ?? []
  mkdirSync(join(folder, "page"))
  const command = tar.replace("event-manager-web-*.tgz", tarball)
  const unpack = spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" })
  assert.equal(unpack.status, 0, `${tar}: ${unpack.stderr}`)
  const client = join(folder, "event-client")
  cpSync(join(release, `event-client-${process.platform}-${process.arch}`), client)
  assert.equal(spawnSync(client, ["ALICE", "share-identity"], { cwd: folder }).status, 0)
  const ui = spawn(client, ["ALICE", "ui", "--json"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] })
  context.after(() => ui.kill())
  const closed = once(ui, "close")
  for await (const line of createInterface({ input: ui.stdout })) {
    const [, link] = /"link":"([^"]+)"/.exec(line) ?? []
    if (link === undefined) continue
    const response = await fetch(link)
    assert.match(await response.text(), /<script type="module"/)
    ui.kill("SIGINT")
  }
  assert.deepEqual(await closed, [0, null])
})

interface Component {
  readonly name: string
  readonly group?: string
  readonly version: string
  readonly purl: string
  readonly "bom-ref": string
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
}

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      { readonly dev?: boolean; readonly link?: boolean; readonly version: string; readonly integrity?: string }
    >
  >
}

describe("the bill of materials", () => {
  const text = sbomOf(root, "1.2.3")
  const { components } = JSON.parse(text) as { components: readonly Component[] }
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lockfile

  test("is valid CycloneDX 1.6, and the same each time", async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
    assert.equal(await validator.validate(text), null)
    assert.equal(sbomOf(root, "1.2.3"), text)
    assert.equal(new Set(components.map((each) => each["bom-ref"])).size, components.length)
  })

  test("names what the lockfile has for production with the hash it has, what is published, and the runtime", () => {
    const wanted = Object.entries(packages).flatMap(([path, { dev, link, version, integrity }]) => {
      if (!path.startsWith("node_modules/") || dev === true || link === true) return []
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)
      const hash = Buffer.from((integrity ?? "").slice("sha512-".length), "base64").toString("hex")
      return [`${name}@${version} ${hash}`]
    })
    const ours = published.map(({ name }) => `@event-manager/${name}@${packages[""]?.version} `)
    const named = components.map(({ name, group, version, hashes }) => {
      return `${group === undefined ? "" : `${group}/`}${name}@${version} ${hashes?.[0]?.content ?? ""}`
    })
    const runtime = `bun@${packages["node_modules/bun"]?.version} `
    assert.deepEqual(named.toSorted(), [...new Set([...wanted, ...ours, runtime])].toSorted())
  })

  test("names nothing of this machine, nor of what is here for development", () => {
    assert.ok(!text.includes(root) && !text.includes(tmpdir()))
    assert.doesNotMatch(text, /file:|node_modules|registry|esbuild|@event-manager\/(testing|bench)/)
  })
})

describe("versions", () => {
  let copy: string
  const files = [
    "package.json",
    "package-lock.json",
    "CHANGELOG.md",
    ...published.map(({ folder }) => `${folder}/package.json`),
  ]

  before(() => {
    copy = mkdtempSync(join(tmpdir(), "event-manager-versions-"))
    for (const file of files) cpSync(join(root, file), join(copy, file))
  })
  after(() => rmSync(copy, { recursive: true }))

  /** What is said where one file has `is` in place of `was`. */
  function faults(file: string, was: string | RegExp, is: string): readonly string[] {
    const kept = readFileSync(join(copy, file), "utf8")
    const changed = kept.replace(was, is)
    assert.notEqual(changed, kept)
    writeFileSync(join(copy, file), changed)
    const found = checkVersions(copy).faults
    writeFileSync(join(copy, file), kept)
    return found
  }

  test("agree", () => assert.deepEqual(checkVersions(copy).faults, []))

  test("that do not agree are named", () => {
    const { version } = checkVersions(root)
    const own = `"version": "${version}"`
    assert.match(faults("user/client/package.json", own, '"version": "9.9.9"').join(), /client is 9\.9\.9, and/)
    const needed = `"@event-manager/client": "${version}"`
    assert.match(faults("user/cli/package.json", needed, '"@event-manager/client": "9.9.9"').join(), /cli needs of/)
    assert.match(faults("package-lock.json", own, '"version": "9.9.9"').join(), /package-lock\.json is 9\.9\.9/)
    assert.match(faults("CHANGELOG.md", /^## \[.*$/m, "## [9.9.9] - unreleased").join(), /CHANGELOG\.md has no heading/)
    // The lockfile, the changelog, each package, and what five of them need of one another, eight times.
    assert.equal(faults("package.json", own, '"version": "9.9.9"').length, 2 + published.length + 8)
  })
})
