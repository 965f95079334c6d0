import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test, type TestContext } from "node:test"
import { commonFlags } from "../user/cli/src/commandLine.ts"
import { commands, tools } from "../user/cli/src/commands/index.ts"
import { buildManual } from "./build-man.ts"

const root = join(import.meta.dirname, "..")
let folder: string
let page: string

before(() => {
  folder = mkdtempSync(join(tmpdir(), "event-manager-man-"))
  buildManual(root, folder)
  page = readFileSync(join(folder, "man/event-client.1"), "utf8")
  // Scripts for completion ask the command of this name.
  const node = `exec ${process.execPath} --disable-warning=ExperimentalWarning`
  writeFileSync(join(folder, "event-client"), `#!/bin/sh\n${node} ${join(root, "user/cli/src/main.ts")} "$@"\n`)
  chmodSync(join(folder, "event-client"), 0o755)
  writeFileSync(join(folder, "ALICE.identity.pem"), "")
})
after(() => rmSync(folder, { recursive: true }))

/** What a program prints that ends well; undefined where it is not installed, which the report says. */
function said(context: TestContext, command: string, ...args: readonly string[]): string | undefined {
  const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, HOME: folder }
  const ran = spawnSync(command, args, { cwd: folder, env, encoding: "utf8" })
  if (ran.error !== undefined) {
    context.diagnostic(`${command} is not installed here`)
    return undefined
  }
  assert.equal(ran.status, 0, `${command}: ${ran.stdout}${ran.stderr}`)
  return ran.stdout
}

test("the manual page names every command, alias, parameter, option and example that help does", () => {
  const plain = page.replaceAll("\\-", "-").replaceAll("\n", " ").replaceAll("\\&", "")
  for (const { name, aliases, parameters, flags, examples } of [...commands, ...tools]) {
    assert.ok(plain.includes(`.Ss ${name} `), name)
    for (const alias of aliases) assert.match(plain, new RegExp(`Also: [^.]*\\b${alias}\\b`))
    for (const [syntax, meaning] of parameters) {
      assert.ok(plain.includes(`.It Ar ${syntax.slice(1, -1)} ${meaning}`), `${name} ${syntax}`)
    }
    for (const [written, meaning] of flags) {
      const [, long = ""] = /-(-[a-z-]+)/.exec(written) ?? []
      assert.ok(plain.includes(`Fl ${long} `) && plain.includes(` ${meaning} .`), `${name} ${written}`)
    }
    for (const example of examples) assert.ok(plain.includes(`event-client ${example} `), example)
  }
  for (const [, meaning] of commonFlags) assert.ok(plain.includes(` ${meaning} .`), meaning)
})

test("the manual page is mdoc without fault, and shows what is in it", (context) => {
  const file = join(folder, "man/event-client.1")
  if (said(context, "mandoc", "-T", "lint", "-W", "warning", file) === undefined) return
  const shown = said(context, "mandoc", "-T", "ascii", file)?.replaceAll(/.\u0008/g, "") ?? ""
  assert.match(shown, /^ {5}event-client \[options\] NAME command \[argument \.\.\.\]$/m)
  assert.match(shown, /^ {5}-s, --server url$/m)
  assert.match(shown, /^ {5}event-client NAME submit-value computation value \[message\]$/m)
})

/** What is offered after `line`, by each shell's own machinery. */
const shells = {
  bash: (script: string, line: string) => `
    _get_comp_words_by_ref() {
      words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${COMP_WORDS[COMP_CWORD]}; prev=\${COMP_WORDS[COMP_CWORD-1]}
    }
    compopt() { :; }
    source ${script}
    COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    __event_client_complete
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: (script: string, line: string) => `source ${script}; complete -C "${line}"`,
} as const

for (const [shell, program] of Object.entries(shells)) {
  test(`completion in ${shell} offers identities, commands and types`, (context) => {
    const file = join(folder, "completions", shell === "fish" ? "event-client.fish" : "event-client")
    const offered = (line: string): readonly string[] | undefined =>
      said(context, shell, "-c", program(file, line))
        ?.split("\n")
        .map((each) => each.split("\t")[0]?.trim() ?? "")
    const identities = offered("event-client A")
    if (identities === undefined) return
    assert.ok(identities.includes("ALICE"), identities.join())
    assert.ok(offered("event-client ALICE who")?.includes("whoami"))
    assert.ok(offered("event-client ALICE create-computation Avg m")?.includes("max"))
  })
}

test("the scripts for completion are of their shells' syntax", (context) => {
  for (const [shell, file] of [
    ["bash", "event-client"],
    ["zsh", "_event-client"],
    ["fish", "event-client.fish"],
  ] as const) {
    said(context, shell, "-n", join(folder, "completions", file))
  }
  assert.match(readFileSync(join(folder, "completions/_event-client"), "utf8"), /^#compdef event-client\n/)
})
