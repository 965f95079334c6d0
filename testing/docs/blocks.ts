/*
 * The fenced blocks of the documents, and what their marks say is to be done with them. A mark stands behind the
 * language, where no renderer shows it; CONTRIBUTING.md lists the marks. A block within an HTML comment is run like any
 * other, and prepares what a reader has anyway.
 */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"

export const root = join(import.meta.dirname, "../..")

type Mark =
  /** Its command lines are run, in order. */
  | { readonly kind: "run"; readonly status: number }
  /** As `run`, but each is a host, and the first stays until the end of the document. */
  | { readonly kind: "host" }
  /** Its text is written to a file, or, with a language of `diff`, changes it. */
  | { readonly kind: "file"; readonly name: string }
  /** It cannot be run in a test. */
  | { readonly kind: "no-run"; readonly reason: string }

export interface Block {
  /** Of the document, from the root. */
  readonly path: string
  /** Of the fence, from 1. */
  readonly line: number
  readonly language: string
  readonly text: string
  /** Undefined where nothing says what the block is. */
  readonly mark: Mark | undefined
}

/** What a language alone says: a transcript is run, and a notation is nothing that runs. */
const byLanguage: Readonly<Record<string, Mark>> = {
  console: { kind: "run", status: 0 },
  text: { kind: "no-run", reason: "it is text" },
  tls: { kind: "no-run", reason: "it is notation" },
}

/** Every document, from the root. */
export const documents = globSync(
  ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**/*.md", "{trusted,untrusted,user}/*/README.md"],
  { cwd: root },
)
  .map((path) => path.replaceAll("\\", "/"))
  .sort()

export function blocksOf(path: string): readonly Block[] {
  return readBlocks(path, readFileSync(join(root, path), "utf8"))
}

/** The blocks of a document's text, in order. Fences stand at the beginning of a line. */
export function readBlocks(path: string, document: string): readonly Block[] {
  return [...document.matchAll(/^```(\S*)[ ]?(.*)\n([^]*?)^```$/gm)].map((found) => {
    const [, language = "", info = "", text = ""] = found
    const line = document.slice(0, found.index).split("\n").length
    return { path, line, language, text, mark: readMark(info) ?? byLanguage[language] }
  })
}

function readMark(info: string): Mark | undefined {
  const [, reason] = /^no-run="([^"]+)"$/.exec(info) ?? []
  if (reason !== undefined) return { kind: "no-run", reason }
  const [, name] = /^file=(\S+)$/.exec(info) ?? []
  if (name !== undefined) return { kind: "file", name }
  if (info === "host") return { kind: "host" }
  const [, status] = /^(?:run|status=(\d+))$/.exec(info) ?? ["", undefined]
  if (info === "run" || status !== undefined) return { kind: "run", status: Number(status ?? 0) }
  return undefined
}

/** One command line, who types it, and what stands below it. */
export interface Entry {
  /** Empty for the one terminal of a document that does not say. */
  readonly terminal: string
  readonly command: string
  /** Undefined where what it prints is not shown. */
  readonly output: string | undefined
}

const PROMPT = /^([a-z]*)\$ (.*)$/

/** The command lines of a block, which a transcript has behind `$ ` or `name$ `. A backslash goes on to the next line. */
export function entriesOf({ language, text }: Block): readonly Entry[] {
  const entries: { terminal: string; command: string; output: string | undefined }[] = []
  let goesOn = false
  for (const line of text.split("\n").slice(0, -1)) {
    const [, terminal, typed] = PROMPT.exec(line) ?? []
    const last = entries.at(-1)
    if (goesOn && last !== undefined) last.command += `\n${line}`
    else if (language !== "console") entries.push({ terminal: "", command: line, output: undefined })
    else if (typed !== undefined) entries.push({ terminal: terminal ?? "", command: typed, output: "" })
    else if (last !== undefined) last.output += `${line}\n`
    goesOn = line.endsWith("\\") && (typed !== undefined || goesOn || language !== "console")
  }
  return entries.filter(({ command }) => !/^\s*(#.*)?$/.test(command))
}

/** What a shell reads of a block. */
export function scriptOf(block: Block): string {
  if (block.language !== "console") return block.text
  return entriesOf(block)
    .map(({ command }) => `${command}\n`)
    .join("")
}
