/*
 * The same sources, loaded several times over into one process: as they are, with ideal primitives, with a planted
 * defect. Every module of a variant carries the variant's name in its URL, so that variants share nothing.
 */
import { InvariantError } from "@event-manager/protocol"
import { registerHooks } from "node:module"
import type * as Simulation from "./simulation.ts"

/** `full`: every primitive is the real one. `ideal`: signatures and key encapsulation are ideal. */
export type Level = "full" | "ideal"

/** A change of one source: the text, which stands there exactly once, and what stands in its place. */
interface Patch {
  readonly file: string
  readonly find: string
  readonly replace: string
}

export interface Defect {
  readonly name: string
  /** Found only after more runs than a test has time for. */
  readonly isSubtle?: boolean
  readonly patches: readonly Patch[]
}

interface Variant {
  readonly level: Level
  readonly patches: readonly Patch[]
  readonly applied: Set<Patch>
}

const ROOT = new URL("../../", import.meta.url).href
const HERE = new URL(".", import.meta.url).href
const PARAMETER = "variant"
const variants = new Map<string, Variant>()

/** What is loaded from where, in place of what a source asks for. */
const everywhere: Readonly<Record<string, string>> = {
  "trusted/enclave/src/core/step.ts": "watch/step.ts",
  "user/client/src/session.ts": "watch/session.ts",
}
const idealOnly: Readonly<Record<string, string>> = {
  "trusted/enclave/src/shell/ed25519.ts": "ideal/ed25519.ts",
  "user/client/src/webCrypto.ts": "ideal/webCrypto.ts",
}

registerHooks({
  resolve(specifier, context, next) {
    const from = context.parentURL ?? ""
    const name = new URL(from === "" ? HERE : from).searchParams.get(PARAMETER)
    const variant = name === null ? undefined : variants.get(name)
    if (name === null || variant === undefined) return next(specifier, context)
    const instead = replacement(specifier, from, variant.level)
    if (instead !== undefined) return next(marked(new URL(instead, HERE).href, name), context)
    const found = next(specifier, context)
    return isOurs(found.url) ? { ...found, url: marked(found.url, name) } : found
  },
  load(url, context, next) {
    const loaded = next(url, context)
    const variant = variants.get(URL.parse(url)?.searchParams.get(PARAMETER) ?? "")
    const patches = variant?.patches.filter(({ file }) => url.startsWith(`${ROOT}${file}?`)) ?? []
    if (variant === undefined || patches.length === 0 || loaded.source === undefined) return loaded
    return { ...loaded, source: patches.reduce((text, patch) => patched(text, patch, variant), textOf(loaded.source)) }
  },
})

/** Loads the simulator and all that it simulates. Throws InvariantError where a defect's text is not found. */
export async function load(level: Level, defect?: Defect): Promise<typeof Simulation> {
  const name = [level, ...(defect === undefined ? [] : [defect.name])].join(":")
  const variant = { level, patches: defect?.patches ?? [], applied: new Set<Patch>() }
  variants.set(name, variant)
  const loaded = (await import(marked(new URL("simulation.ts", HERE).href, name))) as typeof Simulation
  for (const patch of variant.patches) {
    if (!variant.applied.has(patch)) throw new InvariantError(`${patch.file} was not loaded, so it was not changed`)
  }
  return loaded
}

function replacement(specifier: string, from: string, level: Level): string | undefined {
  // What stands in place of a source may load that source.
  if (from.startsWith(`${HERE}watch/`) || from.startsWith(`${HERE}ideal/`)) return undefined
  if (level === "ideal" && specifier === "hpke") return "ideal/hpke.ts"
  if (level === "ideal" && specifier === "#platform") return "ideal/platform.ts"
  if (specifier === "node:crypto" && from.startsWith(`${ROOT}trusted/`)) return "watch/nodeCrypto.ts"
  if (!specifier.startsWith(".")) return undefined
  const path = new URL(specifier, from).pathname.slice(new URL(ROOT).pathname.length)
  return everywhere[path] ?? (level === "ideal" ? idealOnly[path] : undefined)
}

function isOurs(url: string): boolean {
  return url.startsWith(ROOT) && !url.includes("/node_modules/")
}

function marked(url: string, name: string): string {
  const variantUrl = new URL(url)
  variantUrl.searchParams.set(PARAMETER, name)
  return variantUrl.href
}

function patched(text: string, patch: Patch, { applied }: Variant): string {
  if (text.split(patch.find).length !== 2) {
    throw new InvariantError(`${patch.file} does not hold this text exactly once: ${patch.find}`)
  }
  applied.add(patch)
  return text.replace(patch.find, () => patch.replace)
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray): string {
  return typeof source === "string" ? source : new TextDecoder().decode(source)
}
