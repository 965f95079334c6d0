import { RootCommand, script } from "@bomb.sh/tab"
import { readdirSync } from "node:fs"
import { commonFlags, splitName, toolFlags, type FlagTable } from "./commandLine.ts"
import type { Usage } from "./commands/command.ts"
import { commands, tools } from "./commands/index.ts"

const shells = ["bash", "zsh", "fish", "powershell"]
const IDENTITY_SUFFIX = ".identity.pem"

/**
 * `complete SHELL` prints a script for that shell, `complete -- WORDS` what the script asks for: what may come next.
 * Returns whether the arguments were either; otherwise `complete` is somebody's name.
 */
export function complete(args: readonly string[]): boolean {
  const [first, second = "", ...words] = args
  if (first !== "complete") return false
  if (shells.includes(second)) script(second, "event-client", "event-client")
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
  root.parse([...rest, typed])
}

function addUsage(root: RootCommand, usage: Usage, shared: FlagTable): void {
  const sub = root.command(usage.name, usage.summary)
  for (const [syntax] of usage.parameters) {
    sub.argument(syntax.slice(1, -1), syntax === "<type>" ? (add) => types.forEach((type) => add(type, "")) : undefined)
  }
  for (const [flags, description] of [...usage.flags, ...shared]) addOption(sub, flags, description)
}

const types = ["avg", "min", "max", "key"]

function addOption(to: Pick<RootCommand, "option">, flags: string, description: string): void {
  const long = /--([a-z-]+)/.exec(flags)?.[1] ?? ""
  const short = /^-([a-z]),/.exec(flags)?.[1]
  const value = /<(.*)>/.exec(flags)?.[1]
  // Where its value is one of several, its syntax names them.
  const choices = value?.includes("|") === true ? value.split("|") : []
  const offer = (add: (choice: string, description: string) => void): void => choices.forEach((each) => add(each, ""))
  const handler = value === undefined ? undefined : offer
  if (handler === undefined) to.option(long, description, short)
  else to.option(long, description, handler, short)
}

function identities(): string[] {
  return readdirSync(".")
    .filter((file) => file.endsWith(IDENTITY_SUFFIX))
    .map((file) => file.slice(0, -IDENTITY_SUFFIX.length))
}
