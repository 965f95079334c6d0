import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
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

/** What a program prints that ends well; undefined where it is not installed, which the report says, and CI does not pass. */
function said(context: TestContext, command: string, ...args: readonly string[]): string | undefined {
  const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, HOME: folder }
  const ran = spawnSync(command, args, { cwd: folder, env, encoding: "utf8" })
  if (ran.error !== undefined) {
    assert.notEqual(process.env["CI"], "true", `${command} is not installed here`)
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

/** Prints what each shell's own machinery offers after `line`; in place of a list of files, FILES. */
const shells = {
  bash: (script: string, line: string) => `
    compopt() { printf 'FILES\\n'; }
    source ${script} && source ${script}
    COMP_WORDS=(${splitByBash(line).map(quoted).join(" ")}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    __event_client_complete
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (script: string, line: string) => `
    compdef() { :; }; compset() { :; }; _files() { print FILES; }
    _describe() { for each in "\${(@P)2}"; do print -r -- "\${each%%:*}"; done; }
    source ${script}
    words=(${line.split(" ").map(quoted).join(" ")}); CURRENT=\${#words}
    _event-client`,
  fish: (script: string, line: string) => `source ${script}; complete -C ${quoted(line)}`,
} as const

/** As COMP_WORDBREAKS has it, by which `=` and `:` are words of their own. */
function splitByBash(line: string): readonly string[] {
  return line.split(" ").flatMap((word) => (word === "" ? [""] : word.split(/([=:]+)/).filter((each) => each !== "")))
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  const { [shell]: program } = shells
  const offered = (context: TestContext, line: string): readonly string[] | undefined => {
    const file = join(
      folder,
      "completions",
      { bash: "event-client", zsh: "_event-client", fish: "event-client.fish" }[shell],
    )
    return said(context, shell, "-c", program(file, line))
      ?.split("\n")
      .map((each) => each.split("\t")[0]?.trim() ?? "")
  }

  test(`completion in ${shell} offers identities, commands, types, choices and files`, (context) => {
    const identities = offered(context, "event-client A")
    if (identities === undefined) return
    assert.ok(identities.includes("ALICE"), identities.join())
    const after = (line: string): string => offered(context, `event-client ALICE ${line}`)?.join() ?? ""
    assert.match(after("who"), /whoami/)
    assert.match(after("create-computation Avg m"), /max/)
    assert.match(after("-s http://localhost:9999 create-computation --matches "), /told/)
    assert.match(after("get-matches --format=t"), shell === "fish" ? /--format=table/ : /table/)
    for (const line of ["submit-keys Claims ", "get-result Avg --save ", "verify-result --config-file "]) {
      assert.match(after(line), shell === "fish" ? /ALICE\.identity\.pem/ : /FILES/, line)
    }
    assert.doesNotMatch(after("whoami "), shell === "fish" ? /ALICE\.identity\.pem/ : /FILES/)
  })

  test(`completion in ${shell} runs nothing of what is on the line, and nothing that a file is called`, (context) => {
    const hostile = ["$(touch${IFS}RUN)", "`touch RUN`", ";touch RUN;", "a[$(touch${IFS}RUN)]"]
    const files = hostile.map((each) => join(folder, `${each}.identity.pem`))
    for (const file of files) writeFileSync(file, "")
    context.after(() => files.forEach((file) => rmSync(file)))
    const lines = [
      "event-client ",
      ...hostile.flatMap((each) => [
        `event-client ${each}`,
        `event-client ALICE submit-value X ${each} --js`,
        `event-client ALICE submit-value X --${each}=`,
        `event-client ALICE get-matches --format=${each}`,
      ]),
    ]
    for (const line of lines) offered(context, line)
    assert.ok(!readdirSync(folder).includes("RUN"))
    const words = offered(context, "event-client ") ?? []
    assert.deepEqual(
      words.filter((each) => each.includes("RUN")),
      [],
    )
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
