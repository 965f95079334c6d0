import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { test } from "node:test"
import { checkImports, describe } from "./check-imports.ts"

const manifest = (name: string, exports: object, dependencies: readonly string[] = []): string =>
  JSON.stringify({ name, exports, dependencies: Object.fromEntries(dependencies.map((each) => [each, "1"])) })

/** A small house in which every rule is kept. */
const house: Record<string, string> = {
  "package.json": JSON.stringify({
    workspaces: ["trusted/protocol", "trusted/enclave", "untrusted/host", "user/client", "user/cli", "testing"],
    devDependencies: { "fast-check": "1" },
  }),
  "trusted/protocol/package.json": manifest("@event-manager/protocol", {
    ".": "./src/index.ts",
    "./frame": "./src/frame.ts",
  }),
  "trusted/enclave/package.json": manifest("@event-manager/enclave", { ".": "./src/index.ts" }, ["hpke"]),
  "untrusted/host/package.json": manifest("@event-manager/host", { ".": "./src/index.ts" }, ["fastify"]),
  "user/client/package.json": JSON.stringify({
    name: "@event-manager/client",
    exports: { ".": "./src/index.ts", "./node": "./src/node/index.ts" },
    imports: {
      "#platform": { node: "./src/node/platform.ts", default: "./src/browser.ts" },
      "#files": { default: "./src/node/index.ts" },
    },
  }),
  "user/cli/package.json": manifest("@event-manager/cli", { ".": "./src/index.ts" }, ["commander"]),
  "testing/package.json": manifest("@event-manager/testing", {}),
  "trusted/protocol/src/index.ts": 'import "hpke"\nexport * from "./frame.ts"\n',
  "trusted/protocol/src/frame.ts": "export const frame = 1\n",
  "trusted/protocol/src/frame.test.ts": 'import "node:test"\nimport "fast-check"\nimport "./frame.ts"\n',
  "trusted/enclave/src/index.ts": 'export * from "./shell/enclave.ts"\n',
  "trusted/enclave/src/core/decide.ts":
    'import type { Frame } from "@event-manager/protocol"\n' +
    "interface Row { Date: Frame; process(): number }\n" +
    "export const floor = (row: Row): number => Math.floor(row.process())\n",
  "trusted/enclave/src/shell/enclave.ts": 'import "node:crypto"\nimport "../core/decide.ts"\nawait Promise.resolve()\n',
  "untrusted/host/src/index.ts":
    'import "fastify"\nimport "@event-manager/protocol/frame"\nimport "./enclave/mock.ts"\n',
  "untrusted/host/src/enclave/mock.ts": 'export const load = () => import("@event-manager/enclave")\n',
  "untrusted/host/src/enclave/child.ts":
    'export const at = new URL("../../../../trusted/enclave/dist/e.mjs", import.meta.url)\n',
  "user/client/src/index.ts": 'import "@event-manager/protocol"\nimport "#platform"\n',
  "user/client/src/browser.ts": 'import "@event-manager/protocol"\n',
  "user/client/src/node/index.ts": 'import "node:fs"\nimport "../index.ts"\n',
  "user/cli/src/index.ts":
    'import "commander"\nimport "@event-manager/client"\nimport "@event-manager/client/node"\n' +
    'process.getBuiltinModule("node:http")\n',
  "testing/suite.ts":
    'import "fast-check"\nimport "@event-manager/enclave"\nimport "../trusted/enclave/src/core/decide.ts"\n',
  "scripts/install.mjs": 'import "node:fs"\n',
  "scripts/tool.ts": 'import "fast-check"\nimport "node:module"\n',
}

/** By file, what is written there and what must be said of it. The last line is the guilty one. */
const plants: Record<string, Record<string, string>> = {
  "trusted/protocol/src/a.ts": {
    'import "node:crypto"': "node builtin: protocol may not import node:crypto",
    'import "crypto"': "node builtin: protocol",
    'import type { Hash } from "node:crypto"': "node builtin: protocol",
    'type H = import("node:crypto").Hash': "node builtin: protocol",
    'export { join } from "node:path"': "node builtin: protocol",
    '\n\nexport * from "node:path"': "node builtin: protocol",
    'export const m = import("node:fs")': "node builtin: protocol",
    "export const m = import(`node:fs`)": "node builtin: protocol",
    'import fs = require("node:fs")': "node builtin: protocol",
    'require("node:fs")': "node builtin: protocol",
    'import.meta.resolve("node:fs")': "node builtin: protocol",
    "export const a = Buffer.alloc(1)": "banned name: protocol may not use Buffer",
    'import "cborg"': "dependency: protocol may not import cborg; allowed: hpke",
    'import "@event-manager/enclave"': "our packages: protocol",
    'import "../../enclave/src/shell/enclave.ts"': "other zone: protocol may not reach into shell",
    'new URL("../../enclave/src/index.ts", import.meta.url)': "other zone: protocol may not reach into shell",
    'import "./frame.test.ts"': "tests are not imported: ",
    'import "./frame.probe.mts"': "tests are not imported: ",
  },
  "trusted/enclave/src/core/a.ts": {
    'import "node:crypto"': "node builtin: core",
    'import "hpke"': "dependency: core may not import hpke; allowed: none",
    'import "../shell/enclave.ts"': "other zone: core may not reach into shell",
    "export const now = () => Date.now()": "banned name: core may not use Date",
    "export const r = Math.random()": "banned name: core may not use Math.random",
    'export const r = Math["random"]()': "banned name: core may not use Math.random",
    "export const { random } = Math": "banned name: core may not use Math",
    "export const t = performance.now()": "banned name: core may not use performance",
    "export const id = crypto.randomUUID()": "banned name: core may not use crypto",
    "export const e = { process }": "banned name: core may not use process",
    'export const d = globalThis["Date"]': "banned name: core may not use globalThis",
    "export const a = await 1": "banned name: core may not use await",
    "export {}\nfor await (const _ of []);": "banned name: core may not use await",
    "export const a = async () => 1": "banned name: core may not use async",
    "export class A { async m() {} }": "banned name: core may not use async",
    "export const a = Promise.resolve(1)": "banned name: core may not use Promise",
    'export const o = "a".localeCompare("b")': "banned name: core may not use .localeCompare",
  },
  "trusted/enclave/src/shell/a.ts": {
    'import "node:fs"': "node builtin: shell may not import node:fs; allowed: node:crypto",
    'process.getBuiltinModule("node:net")': "node builtin: shell may not import node:net",
    "export const { getBuiltinModule } = process": "computed: ",
    "export const load = process.getBuiltinModule": "computed: ",
    'export const m = import("node:" + "fs")': "computed: ",
  },
  "trusted/enclave/src/shell/platform/files.ts": {
    'import "node:net"': "node builtin: way to evidence may not import node:net; allowed: node:fs/promises",
  },
  "trusted/enclave/src/shell/helper.ts": {
    'import "node:fs/promises"': "node builtin: way to a helper may not import node:fs/promises",
  },
  "trusted/enclave/src/shell/listen.ts": {
    'import "node:child_process"': "node builtin: way to the host may not import node:child_process",
  },
  "untrusted/host/src/a.ts": {
    'import "@event-manager/protocol"': "our packages: host may not import @event-manager/protocol;",
    'import type { Request } from "@event-manager/protocol"': "our packages: host",
    'import "@event-manager/enclave"': "our packages: host may not import @event-manager/enclave",
    'import "@event-manager/client"': "our packages: host",
    'import "express/lib/router"':
      "dependency: host may not import express/lib/router; its package.json does not declare it",
    'import { createRequire } from "node:module"': "node builtin: host may not import node:module",
  },
  "user/client/src/a.ts": {
    'import "node:fs"': "node builtin: client may not import node:fs",
    'import "./node/index.ts"': "other zone: client may not reach into client in Node",
    'import "#files"': "other zone: client may not reach into client in Node",
    'import "#nowhere"': "dependency: client may not import #nowhere; its package.json does not declare it",
  },
  "user/cli/src/a.ts": {
    'import "@event-manager/protocol"': "our packages: cli may not import @event-manager/protocol;",
    'import "@event-manager/testing/suite"': "deep import: ",
    'import "../../../testing/suite.ts"': "other zone: cli may not reach into testing",
    'import "@event-manager/client/src/index.ts"': "deep import: @event-manager/client/src/index.ts is no entry point",
    "export const = 1": "unreadable: ",
    'import "./a.ts"': "cycle: user/cli/src/a.ts -> user/cli/src/a.ts",
  },
  "user/web/src/a.ts": {
    'import "node:fs"': "node builtin: web",
  },
  "scripts/a.ts": {
    'import "../testing/suite.ts"': "other zone: scripts may not reach into testing",
  },
  "testing/a.ts": {
    'import "@event-manager/host/src/index.ts"': "deep import: ",
  },
  "testing/a.test.ts": {
    'import "../trusted/protocol/src/frame.test.ts"': "tests are not imported: ",
  },
  "scripts/install.mjs": {
    'import "fast-check"': "dependency: bootstrap",
  },
  "untrusted/proxy/src/a.ts": {
    "export const a = 1": "no zone: ",
  },
}

function inHouse(extra: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), "event-manager-imports-"))
  try {
    for (const [file, text] of Object.entries({ ...house, ...extra })) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    }
    return checkImports(root).violations.map(describe)
  } finally {
    rmSync(root, { recursive: true })
  }
}

test("a house that keeps the rules has no violation", () => assert.deepEqual(inHouse({}), []))

for (const [file, texts] of Object.entries(plants)) {
  for (const [text, says] of Object.entries(texts)) {
    test(`import rules: ${file}: ${text.trim().replace("\n", " ")}`, () => {
      const [found, ...others] = inHouse({ [file]: text })
      assert.ok(
        (found ?? "nothing").startsWith(`${file}:${text.split("\n").length}: ${says}`),
        found ?? "nothing was found",
      )
      assert.deepEqual(others, [])
    })
  }
}

test("import rules: a circle through types, a directory and an entry point is named file by file", () => {
  const circle = inHouse({
    "user/cli/src/a.ts": 'import type { B } from "./b.ts"\n',
    "user/cli/src/b.ts": '\nexport { c } from "./deep/c.ts"\n',
    "user/cli/src/deep/c.ts": 'import "../a.ts"\n',
    "trusted/protocol/src/frame.ts": 'import "./index.ts"\n',
  })
  assert.deepEqual(circle, [
    "trusted/protocol/src/frame.ts:1: cycle: trusted/protocol/src/frame.ts -> trusted/protocol/src/index.ts -> trusted/protocol/src/frame.ts",
    "user/cli/src/deep/c.ts:1: cycle: user/cli/src/deep/c.ts -> user/cli/src/a.ts -> user/cli/src/b.ts -> user/cli/src/deep/c.ts",
  ])
})

test("import rules: one line for each violation of a file, in order", () => {
  const found = inHouse({
    "trusted/enclave/src/core/a.ts": 'import "node:fs"\nimport "node:net"\nexport const t = Date.now()',
  })
  assert.deepEqual(
    found.map((line) => line.split(":")[1]),
    ["1", "2", "3"],
  )
})
