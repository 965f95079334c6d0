import { UserError } from "../errors.ts"
import { readText } from "./files.ts"

const CONFIG_BYTES_MAX = 65_536
const KNOWN = new Set(["constraint", "server"])

/** A client's configuration: which enclave to trust, and where its host is. */
export interface Config {
  readonly constraint: string
  readonly server: string | undefined
}

/** Reads `key=value` lines; `#` begins a comment. Undefined where there is no file. Throws UserError. */
export function readConfig(path: string): Config | undefined {
  const text = readText(path, CONFIG_BYTES_MAX)
  if (text === undefined) return undefined
  const values = new Map<string, string>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const [key = "", value] = line.split(/=(.*)/s).map((part) => part.trim())
    if (value === undefined || !KNOWN.has(key)) {
      throw wrong(path, `line ${index + 1} is none of ${[...KNOWN].map((each) => `${each}=…`).join(", ")}`)
    }
    if (values.has(key)) throw wrong(path, `line ${index + 1} gives ${key} a second time`)
    values.set(key, value)
  }
  const constraint = values.get("constraint")
  if (constraint === undefined) throw wrong(path, "it has no line constraint=…")
  return { constraint, server: values.get("server") }
}

function wrong(path: string, why: string): UserError {
  return new UserError("CONFIG_SYNTAX", `${path} cannot be used: ${why}`)
}
