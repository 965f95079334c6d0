import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { readManifest } from "./manifest.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, "release.txt")

function armored(bytes: Uint8Array, label = "EVENT MANAGER RELEASE"): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n")
}

test("A manifest's bytes are what stands in its armor, with the line ends of any system", async () => {
  const manifest = Uint8Array.from({ length: 500 }, (_, i) => i % 256)
  for (const text of [armored(manifest), armored(manifest).replaceAll("\n", "\r\n"), `\n${armored(manifest).trim()}`]) {
    writeFileSync(path, text)
    assert.deepEqual(await readManifest(path), manifest)
  }
})

const wrong: Readonly<Record<string, string>> = {
  nothing: "",
  "another armor": armored(new Uint8Array(9), "CERTIFICATE"),
  "no end": armored(new Uint8Array(9)).slice(0, 60),
  "an empty armor": armored(new Uint8Array(0)),
  "what is not base64": armored(new Uint8Array(9)).replace("AA", "A="),
  "two manifests": armored(new Uint8Array(9)).repeat(2),
  "text before it": `x${armored(new Uint8Array(9))}`,
  "more than any": armored(new Uint8Array(131_000)),
}
for (const [what, text] of Object.entries(wrong)) {
  test(`A file that holds ${what} is no manifest, and is named`, async () => {
    writeFileSync(path, text)
    await assert.rejects(readManifest(path), { name: "HostError", code: "ENDORSEMENTS", message: new RegExp(path) })
  })
}

test("A file that is not there is named", async () => {
  await assert.rejects(readManifest(join(folder, "none")), { code: "ENDORSEMENTS", message: /none \(Error ENOENT\)/ })
})
