/** One file against the rules of its zone. */
import { isBuiltin } from "node:module"
import { dirname, join } from "node:path/posix"
import { packageName, type Packages } from "./packages.ts"
import type { Mention, Reference, Source } from "./source.ts"
import { isTest, LOADER_BUILTIN, zoneOf, type Zone } from "./zones.ts"

type Rule =
  | "unreadable"
  | "no zone"
  | "computed"
  | "tests are not imported"
  | "other zone"
  | "deep import"
  | "our packages"
  | "node builtin"
  | "dependency"
  | "banned name"
  | "cycle"

export interface Violation {
  readonly file: string
  readonly line: number
  readonly rule: Rule
  readonly text: string
}

type Finding = Pick<Violation, "rule" | "text"> | undefined

const OURS = "@event-manager/"

export function violationsIn(file: string, source: Source, packages: Packages): Violation[] {
  if (source.problem !== undefined) return [{ file, line: 1, rule: "unreadable", text: source.problem }]
  const zone = zoneOf(file)
  if (zone === undefined) return [{ file, line: 1, rule: "no zone", text: "this folder is no part of the house" }]
  const findings = [
    ...source.references.map(({ specifier, line }) => ({ line, found: referred(file, zone, specifier, packages) })),
    ...source.mentions.map((mention) => ({ line: mention.line, found: named(file, zone, mention) })),
  ]
  return findings.flatMap(({ line, found }) => (found === undefined ? [] : [{ file, line, ...found }]))
}

/** The file that a reference leads to, if it is one of ours. */
export function target(
  file: string,
  { specifier }: Pick<Reference, "specifier">,
  packages: Packages,
): string | undefined {
  if (specifier === undefined) return undefined
  if (specifier.startsWith("#")) return packages.internal(file, specifier)
  return specifier.startsWith(".") ? join(dirname(file), specifier) : packages.entry(specifier)
}

function referred(file: string, zone: Zone, specifier: string | undefined, packages: Packages): Finding {
  const leads = target(file, { specifier }, packages)
  if (leads !== undefined && isTest(leads)) {
    return { rule: "tests are not imported", text: `${specifier} is a test; move what is shared to testing/` }
  }
  if (isTest(file)) return undefined
  if (specifier === undefined) return computed(zone)
  if (specifier.startsWith(".")) return relative(zone, specifier, leads)
  if (specifier.startsWith("#") && leads !== undefined) return relative(zone, specifier, leads)
  if (isBuiltin(specifier)) return builtin(zone, specifier)
  if (specifier.startsWith(OURS)) return ours(zone, specifier, leads)
  return dependency(file, zone, specifier, packages)
}

function computed(zone: Zone): Finding {
  if (isTool(zone)) return undefined
  return { rule: "computed", text: "the module must be named by a plain string, where it is loaded" }
}

function relative(zone: Zone, specifier: string, leads: string | undefined): Finding {
  if (zone.relative === "any" || leads === undefined) return undefined
  const there = zoneOf(leads)?.name ?? "the root"
  if (there === zone.name || zone.relative.includes(there)) return undefined
  return { rule: "other zone", text: `${zone.name} may not reach into ${there} (${specifier})` }
}

function builtin(zone: Zone, specifier: string): Finding {
  const full = specifier.startsWith("node:") ? specifier : `node:${specifier}`
  const loads = full === LOADER_BUILTIN && !isTool(zone)
  if (!loads && (zone.builtins === "any" || zone.builtins.includes(full))) return undefined
  return { rule: "node builtin", text: `${zone.name} may not import ${full}; allowed: ${list(zone.builtins)}` }
}

function ours(zone: Zone, specifier: string, leads: string | undefined): Finding {
  if (leads === undefined) return { rule: "deep import", text: `${specifier} is no entry point of its package` }
  if (zone.ours === "any" || zone.ours.includes(specifier)) return undefined
  return { rule: "our packages", text: `${zone.name} may not import ${specifier}; allowed: ${list(zone.ours)}` }
}

function dependency(file: string, zone: Zone, specifier: string, packages: Packages): Finding {
  const wanted = packageName(specifier)
  if (allowed(file, zone, packages).has(wanted)) return undefined
  const why = Array.isArray(zone.others) ? `allowed: ${list(zone.others)}` : "its package.json does not declare it"
  return { rule: "dependency", text: `${zone.name} may not import ${specifier}; ${why}` }
}

function allowed(file: string, { others }: Zone, packages: Packages): ReadonlySet<string> {
  if (others === "tools") return packages.tools.union(packages.dependenciesOf(file))
  return others === "dependencies" ? packages.dependenciesOf(file) : new Set(others)
}

function named(file: string, zone: Zone, { name }: Mention): Finding {
  if (isTest(file) || !zone.banned.includes(name)) return undefined
  return { rule: "banned name", text: `${zone.name} may not use ${name}` }
}

function isTool(zone: Zone): boolean {
  return zone.others === "tools"
}

function list(names: readonly string[] | "any"): string {
  if (names === "any") return "all others"
  return names.length === 0 ? "none" : names.join(", ")
}
