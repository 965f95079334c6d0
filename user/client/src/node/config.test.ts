import { strict as assert } from "node:assert"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { readConfig, type Config } from "./config.ts"

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "config-"))
  path = join(folder, "EventManagerClient.properties")
})
afterEach(() => rmSync(folder, { recursive: true }))

function read(text: string): Config | undefined {
  writeFileSync(path, text)
  return readConfig(path)
}

test("no file, no configuration", () => assert.equal(readConfig(path), undefined))

describe("what it says", () => {
  const rows: readonly (readonly [string, Config])[] = [
    ["constraint=C:1", { constraint: "C:1", server: undefined }],
    ["constraint=C:1\nserver=http://h\n", { constraint: "C:1", server: "http://h" }],
    [
      "# which\r\n\r\n  # enclave\r\nserver = http://h \r\n constraint =  C:1 S:2 \r\n",
      { constraint: "C:1 S:2", server: "http://h" },
    ],
    ["constraint=a=b=c", { constraint: "a=b=c", server: undefined }],
    ["constraint=", { constraint: "", server: undefined }],
    ["\ufeffconstraint=C:1", { constraint: "C:1", server: undefined }],
  ]
  for (const [text, expected] of rows) test(JSON.stringify(text), () => assert.deepEqual(read(text), expected))
})

describe("what it may not say", () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ["", /it has no line constraint=/],
    ["# constraint=C:1", /it has no line constraint=/],
    ["server=http://h", /it has no line constraint=/],
    ["constraint=a\nconstraint=b", /line 2 gives constraint a second time/],
    ["constraint=a\n\nserver=x\nserver=x", /line 4 gives server a second time/],
    ["constraint=a\ncolour=red", /line 2 is none of constraint=…, server=…/],
    ["constraint=a\n=b", /line 2 is none of/],
    ["constraint", /line 1 is none of/],
    ["Constraint=a", /line 1 is none of/],
    ["constraint:a", /line 1 is none of/],
    ["constraint=a\n__proto__=b", /line 2 is none of/],
  ]
  for (const [text, message] of rows) {
    test(JSON.stringify(text), () =>
      assert.throws(() => read(text), { name: "UserError", code: "CONFIG_SYNTAX", message }),
    )
  }

  test("too much", () => assert.throws(() => read("#".repeat(70_000)), { code: "FILE_UNREADABLE" }))
})
