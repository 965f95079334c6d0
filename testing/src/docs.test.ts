/*
 * What the documents name exists: files that they link to, scripts of npm, options of the three programs.
 */
import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { test } from "node:test"
import { readOptions } from "../../trusted/enclave/src/shell/options.ts"
import { readArguments } from "../../untrusted/host/src/command.ts"
import { commonFlags } from "../../user/cli/src/commandLine.ts"
import { commands, tools } from "../../user/cli/src/commands/index.ts"
import { documents as paths, readBlocks, root } from "../docs/blocks.ts"

const documents = paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))

const OPTION = /--[a-z][a-z0-9-]*/g
const allOptions = (text: string): string[] => text.match(OPTION) ?? []

function hostOptions(): ReadonlySet<string> {
  let help = ""
  readArguments(["--help"], { out: (text) => (help += text), error: () => {} })
  return new Set(allOptions(help))
}

/** The enclave has no help: it names its options to whoever gives one that it does not have. */
function enclaveOptions(): ReadonlySet<string> {
  try {
    readOptions(["--no-such-option"])
  } catch (error) {
    if (error instanceof Error) return new Set(allOptions(error.message))
  }
  return assert.fail("the enclave takes any option")
}

function clientOptions(): ReadonlySet<string> {
  const flags = [...commonFlags, ...[...commands, ...tools].flatMap((each) => each.flags)]
  return new Set(["--help", "--version", ...flags.flatMap(([written]) => allOptions(written))])
}

/** By the words that stand for a program in a command line; with `npm start`, everything behind is the host's. */
const programs = [
  { name: /^(?:event-host|start)$/, options: hostOptions() },
  { name: /^[\w./]*event-enclave(?:\.mjs)?$/, options: enclaveOptions() },
  { name: /^event-client$/, options: clientOptions() },
]

/** Lines of a text's code blocks; those that go on behind a backslash, or within brackets, as one. */
function commandLines(text: string): string[] {
  return readBlocks("", text).flatMap((block) =>
    block.text
      .replaceAll(/\\\n/g, " ")
      .replaceAll(/= \[[^\]]*\]/g, (array) => array.replaceAll("\n", " "))
      .split("\n"),
  )
}

/** Of each option the program before it is asked. What stands in comments and quoted commands is not the line's. */
function unknownOptions(line: string): string[] {
  const bare = line.replace(/(^|\s)#.*$/, "").replaceAll(/'([^']*)'|"([^"]*)"/g, (_, one = "", two = "") => {
    const quoted = String(one) + String(two)
    return quoted.includes(" ") ? "" : ` ${quoted} `
  })
  let known: ReadonlySet<string> | undefined
  return bare.split(/[\s,|]+/).filter((word) => {
    known = programs.find(({ name }) => name.test(word))?.options ?? known
    const [option] = allOptions(word)
    return option !== undefined && word.startsWith("--") && known?.has(option) === false
  })
}

test("Each relative link leads to a file, and to a heading where it names one", () => {
  const dead = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
      .filter(([, file = "", heading]) => !leads(file === "" ? path : join(dirname(path), file), heading))
      .map(([link]) => `${path}: ${link}`),
  )
  assert.deepEqual(dead, [])
})

function leads(path: string, heading: string | undefined): boolean {
  if (!existsSync(join(root, path))) return false
  return heading === undefined || anchors(readFileSync(join(root, path), "utf8")).includes(heading)
}

/** Headings as the usual renderers name them. */
function anchors(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading.toLowerCase())
  return headings.map((heading) => heading.replaceAll(/[^\w\s-]/g, "").replaceAll(" ", "-"))
}

test("Each script of npm's that is named exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object }
  const missing = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/npm\s+run\s+([a-z][\w:-]*)/g)]
      .map(([, script = ""]) => script)
      .filter((script) => !(script in scripts))
      .map((script) => `${path}: npm run ${script}`),
  )
  assert.deepEqual(missing, [])
})

test("Each option of host, enclave and client in a code block exists", () => {
  const wrong = documents.flatMap(({ path, text }) =>
    commandLines(text).flatMap((line) => unknownOptions(line).map((option) => `${path}: ${option} in ${line}`)),
  )
  assert.deepEqual(wrong, [])
  const seen = documents.flatMap(({ text }) => commandLines(text)).filter((line) => /--platform/.test(line))
  assert.ok(seen.length >= 4, "command lines of the enclave are found")
})

test("Each test that the threat model names is there under that title, and each promise has some", () => {
  const { text } = documents.find(({ path }) => path === "docs/threat-model.md") ?? assert.fail("it is not there")
  const promises = [...text.matchAll(/^## (P\d)$([^]*?)(?=^## )/gm)]
  assert.deepEqual(
    promises.map(([, promise]) => promise),
    ["P1", "P2", "P3", "P4", "P5", "P6", "P7"],
  )
  for (const [, promise, section = ""] of promises) {
    for (const what of ["Against", "How.", "Tested.", "Remains."])
      assert.ok(section.includes(`- *${what}*`), `${promise}: ${what}`)
    assert.ok(section.split(".test.ts)").length > 3, `${promise} has tests`)
  }
  for (const [, title = "", path = ""] of text.matchAll(/\[([^\]]+)\]\(([^)\s]+\.test\.ts)\)/g)) {
    const file = readFileSync(join(root, "docs", path), "utf8")
    assert.match(file, new RegExp(`["\`]${RegExp.escape(title)}["\`]`), path)
  }
})

test("Each source that the architecture names is linked to, and by its own name", () => {
  const { text } = documents.find(({ path }) => path === "docs/architecture.md") ?? assert.fail("it is not there")
  assert.doesNotMatch(text.replaceAll(/\[[^\]]*\]\([^)]*\)/g, ""), /\w\.ts\b/)
  const links = [...text.matchAll(/\[([\w/]+\.ts)\]\(([^)#]+)\)/g)]
  assert.ok(links.length > 30)
  for (const [, shown = "", path = ""] of links) assert.ok(path.endsWith(`/${shown}`), `${shown}: ${path}`)
})
