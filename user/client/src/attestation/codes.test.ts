import { strict as assert } from "node:assert"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"

const client = join(import.meta.dirname, "..")

/** The codes of the unions that AttestationError is declared over, as errors.ts writes them. */
function declaredCodes(): readonly string[] {
  const text = readFileSync(join(client, "errors.ts"), "utf8")
  const unions = text.slice(text.indexOf("type EvidenceCode"), text.indexOf("export class AttestationError"))
  return [...unions.matchAll(/"([A-Z_]+)"/g)].flatMap(([, code]) => (code === undefined ? [] : [code]))
}

/** What stands in all files of the client but the one that declares the codes and this one: its tests, or what they test. */
function textOf(areTests: boolean): string {
  return globSync("**/*.ts", { cwd: client })
    .filter((file) => file !== "errors.ts" && !file.endsWith("codes.test.ts"))
    .filter((file) => file.endsWith(".test.ts") === areTests)
    .map((file) => readFileSync(join(client, file), "utf8"))
    .join("\n")
}

test("every code that evidence can be refused by is given somewhere, and expected by a test", () => {
  const codes = declaredCodes()
  assert.ok(codes.length > 40, `${codes.length} codes`)
  const [tests, others] = [textOf(true), textOf(false)]
  for (const code of codes) {
    assert.ok(others.includes(`"${code}"`), `${code} is never given`)
    assert.match(tests, new RegExp(`\\b${code}\\b`), `${code} has no test`)
  }
})
