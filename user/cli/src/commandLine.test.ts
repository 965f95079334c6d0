import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { readCommandLine, splitName } from "./commandLine.ts"
import { commands, tools } from "./commands/index.ts"
import type { Streams } from "./report.ts"
import { version } from "./version.ts"

function streams(): Streams & { said: string } {
  const to = { said: "", out: (text: string) => void (to.said += text), err: () => assert.fail("errors are thrown") }
  return to
}

/** What a command line asks for: NAME, the command, its parameters, and all options. */
function asked(line: string | readonly string[]): readonly unknown[] {
  const read = readCommandLine(typeof line === "string" ? line.split(" ") : line, streams())
  assert.ok(read.kind === "command")
  return [read.name, read.command.name, read.parameters, { ...read.options }]
}

function wrong(line: string | readonly string[], message: RegExp): void {
  const args = typeof line === "string" ? line.split(" ") : line
  assert.throws(() => readCommandLine(args, streams()), { name: "UsageError", code: "USAGE", message }, args.join(" "))
}

test("NAME is the first word that is neither an option nor an option's value", () => {
  const rows: readonly (readonly [string, string | undefined, string])[] = [
    ["ALICE lc", "ALICE", "lc"],
    ["-s URL ALICE lc", "ALICE", "-s URL lc"],
    ["--server URL -c FILE --json ALICE lc -s X", "ALICE", "--server URL -c FILE --json lc -s X"],
    ["--server=URL ALICE lc", "ALICE", "--server=URL lc"],
    ["--passphrase-file F --accept-new-enclave P ALICE", "ALICE", "--passphrase-file F --accept-new-enclave P"],
    ["--json ALICE ALICE", "ALICE", "--json ALICE"],
    ["--json", undefined, "--json"],
    ["-s URL", undefined, "-s URL"],
    ["-s", undefined, "-s"],
  ]
  for (const [line, name, rest] of rows)
    assert.deepEqual(splitName(line.split(" ")), { name, rest: rest.split(" ") }, line)
  assert.deepEqual(splitName([]), { name: undefined, rest: [] })
})

test("every command answers to its name and to CONTRACT's aliases", () => {
  const aliases: Readonly<Record<string, readonly string[]>> = {
    "create-computation": ["cc"],
    "submit-value": ["sv", "submit"],
    "list-computations": ["lc", "list"],
    "get-result": ["gr", "get"],
    "get-matches": ["gm", "match"],
    "share-identity": ["si", "share"],
  }
  for (const [name, others] of Object.entries(aliases)) {
    const command = commands.find((each) => each.name === name) ?? assert.fail(name)
    for (const other of others) assert.ok(command.aliases.includes(other), `${name}: ${other}`)
  }
  for (const { name, aliases: others, parameters } of commands) {
    const values = parameters.map((_, i) => `v${i}`)
    for (const word of [name, ...others]) assert.deepEqual(asked(["A", word, ...values]), ["A", name, values, {}])
  }
  const words = commands.flatMap(({ name, aliases: others }) => [name, ...others])
  assert.equal(new Set(words).size, words.length, "no two commands share a word")
})

test("every example in the help is one", () => {
  for (const { name, examples } of [...commands, ...tools]) {
    assert.ok(examples.length > 0, name)
    for (const example of examples) {
      const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "")
      const read = readCommandLine(words, streams())
      assert.ok(read.kind !== "shown")
      assert.equal(read.kind === "tool" ? read.tool.name : read.command.name, name, example)
    }
  }
})

test("options may stand anywhere, and mean the same", () => {
  const expected = ["ALICE", "submit-value", ["Avg", "5", undefined], { server: "U", configFile: "F", json: true }]
  for (const line of [
    "-s U -c F --json ALICE submit-value Avg 5",
    "--server U --config-file F --json ALICE sv Avg 5",
    "ALICE -s U -c F --json sv Avg 5",
    "ALICE sv -s U Avg -c F 5 --json",
    "ALICE submit Avg 5 --json --config-file=F --server=U",
    "--json ALICE sv Avg 5 -sU -cF",
  ]) {
    assert.deepEqual(asked(line), expected, line)
  }
})

test("a negative number is a value; what else begins with '-' is one after '--'", () => {
  for (const value of ["-5", "-0", "-1234.50", "-0.000000000001", `-${"9".repeat(30)}`]) {
    assert.deepEqual(asked(["A", "sv", "Avg", value]), ["A", "submit-value", ["Avg", value, undefined], {}])
  }
  assert.deepEqual(asked("A sv Avg -5 --json"), ["A", "submit-value", ["Avg", "-5", undefined], { json: true }])
  assert.deepEqual(asked("A sv Keys -- -KEY --json"), ["A", "submit-value", ["Keys", "-KEY", "--json"], {}])
  wrong(
    "A sv Keys -KEY",
    /unknown option '-KEY'; a word that begins with '-' stands after '--'; see event-client --help/,
  )
  wrong("A sv Keys K --message", /unknown option '--message'/)
})

test("a message is one word; an empty one is one too", () => {
  assert.deepEqual(asked(["A", "sv", "Keys", "K", "two words"])[2], ["Keys", "K", "two words"])
  assert.deepEqual(asked(["A", "sv", "Keys", "", ""])[2], ["Keys", "", ""])
})

describe("wrong usage", () => {
  const rows: readonly (readonly [string | readonly string[], RegExp])[] = [
    [[], /^say who you act for, and a command: event-client NAME COMMAND/],
    ["--json", /^say who you act for/],
    ["ALICE", /^'ALICE' is taken as the NAME you act for; which command\?/],
    ["submit-value", /^'submit-value' is taken as the NAME/],
    ["ALICE frobnicate", /unknown command 'frobnicate'/],
    ["ALICE submit-valeu", /Did you mean submit-value\?/],
    ["ALICE sv", /missing required argument 'computation'/],
    ["ALICE sv Avg", /missing required argument 'value'/],
    ["ALICE sv Avg 1 hi there", /too many arguments/],
    ["ALICE lc Avg", /too many arguments/],
    ["ALICE cc Avg avg 2", /missing required argument 'participants'/],
    ["ALICE lc -s", /option '-s, --server <url>' argument missing/],
    ["ALICE lc --frob", /unknown option '--frob'/],
    ["ALICE lc -x", /unknown option '-x'/],
    [["\u001b[2J"], /^'\\u\{1b\}\[2J' is taken as the NAME/],
    [["ALICE", "\u001b[2J\nx"], /unknown command '\\u\{1b\}\[2J x'/],
  ]
  for (const [line, message] of rows) test(JSON.stringify(line), () => wrong(line, message))
})

describe("what is shown", () => {
  function shown(line: string): string {
    const to = streams()
    assert.deepEqual(readCommandLine(line.split(" "), to), { kind: "shown" })
    return to.said
  }

  test("the version", () => {
    for (const line of ["-V", "--version", "ALICE --version"]) assert.equal(shown(line), `${version}\n`)
  })

  test("help, with every command, every common option, and the exit status", () => {
    for (const line of ["-h", "--help", "ALICE -h"]) {
      const text = shown(line)
      for (const { name, aliases, summary } of commands) {
        assert.ok(text.includes([name, ...aliases.slice(0, 1)].join("|")), name)
        assert.ok(text.replaceAll(/\s+/g, " ").includes(summary), summary)
      }
      for (const option of ["--server", "--config-file", "--json", "--accept-new-enclave", "http://localhost:9999"]) {
        assert.ok(text.includes(option), option)
      }
      assert.match(text, /EventManagerClient\.properties/)
      assert.match(text, /Exit status: 0 .*1 .*2 /)
    }
  })

  test("a command's help, with its parameters and examples", () => {
    for (const command of commands) {
      const text = shown(`ALICE ${command.name} --help`)
      assert.ok(text.startsWith(`Usage: event-client NAME ${command.name} `))
      for (const [syntax] of command.parameters) assert.ok(text.includes(syntax), syntax)
      for (const example of command.examples) assert.ok(text.includes(`event-client ${example}`))
    }
    for (const tool of tools) {
      const text = shown(`${tool.name} --help`)
      for (const example of tool.examples) assert.ok(text.includes(`event-client ${example}`))
    }
  })
})
