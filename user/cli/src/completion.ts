import { RootCommand, ShellCompDirective } from "@bomb.sh/tab"
import { readdirSync } from "node:fs"
import { commonFlags, splitName, toolFlags, type FlagTable } from "./commandLine.ts"
import type { Usage } from "./commands/command.ts"
import { commands, tools } from "./commands/index.ts"
import { printScript, shells } from "./completionScripts.ts"

const IDENTITY_SUFFIX = ".identity.pem"

/**
 * `complete SHELL` prints a script for that shell, `complete -- WORDS` what the script asks for: what may come next.
 * Returns whether the arguments were either; otherwise `complete` is somebody's name.
 */
export function complete(args: readonly string[]): boolean {
  const [first, second = "", ...words] = args
  if (first !== "complete") return false
  const shell = shells.find((each) => each === second)
  if (shell !== undefined) printScript(shell)
  else if (second === "--") completeWords(words)
  else return false
  return true
}

/** The last of `words` is being typed. */
function completeWords(words: readonly string[]): void {
  const { name, rest } = splitName(words.slice(0, -1))
  const typed = words.at(-1) ?? ""
  const root = new RootCommand()
  if (name === undefined) {
    for (const each of identities()) root.command(each, "identity")
    for (const tool of tools) addUsage(root, tool, toolFlags)
  } else for (const command of commands) addUsage(root, command, commonFlags)
  for (const [flags, description] of commonFlags) addOption(root, flags, description)
  try {
    root.parse([...rest, typed])
  } catch (error) {
    if (!(error instanceof FileWanted)) throw error
    console.log(`:${ShellCompDirective.ShellCompDirectiveDefault}`)
  }
}

/** Ends the library's parsing, which by itself tells the shell of every place that files have none in it. */
class FileWanted extends Error {}

function wantFile(): never {
  throw new FileWanted("the shell offers files")
}

function addUsage(root: RootCommand, usage: Usage, shared: FlagTable): void {
  const sub = root.command(usage.name, usage.summary)
  for (const [syntax] of usage.parameters) {
    sub.argument(syntax.slice(1, -1), offerFor(syntax))
  }
  for (const [flags, description] of [...usage.flags, ...shared]) addOption(sub, flags, description)
}

type Offer = (add: (choice: string, description: string) => void) => void

function offerFor(syntax: string): Offer | undefined {
  if (syntax === "<type>") return offerAll(types)
  return syntax === "<file>" ? wantFile : undefined
}

function offerAll(choices: readonly string[]): Offer {
  return (add) => choices.forEach((each) => add(each, ""))
}

const types = ["avg", "min", "max", "key"]

function addOption(to: Pick<RootCommand, "option">, flags: string, description: string): void {
  const long = /--([a-z-]+)/.exec(flags)?.[1] ?? ""
  const short = /^-([a-z]),/.exec(flags)?.[1]
  const value = /<(.*)>/.exec(flags)?.[1]
  if (value === undefined) to.option(long, description, short)
  else to.option(long, description, value === "file" ? wantFile : offerAll(choicesOf(value)), short)
}

/** Where a value is one of several, its syntax names them; a capital in it stands for what is typed. */
function choicesOf(value: string): readonly string[] {
  return value.includes("|") ? value.split("|").map((each) => each.replace(/[A-Z]$/, "")) : []
}

/** What a shell would read as more than a word is not offered: it would be on the line, and run. */
const WORD = /^[\p{L}\p{N}_.@+-]+$/u

function identities(): string[] {
  return readdirSync(".")
    .filter((file) => file.endsWith(IDENTITY_SUFFIX))
    .map((file) => file.slice(0, -IDENTITY_SUFFIX.length))
    .filter((name) => WORD.test(name))
}
