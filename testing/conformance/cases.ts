/*
 * The vectors' cases, and how an inspection of each is held against what it must say.
 */
import type { Inspection } from "@event-manager/client/attestation"
import type { Task } from "./task.ts"
import { secondsOf, type AttestationCase, type AttestationVectors } from "../src/attestationVectors.ts"

export function taskOf(each: AttestationCase, vectors: AttestationVectors): Task {
  const read = (path: string): string => vectors.read(path).toBase64()
  const evidence = each.report ?? each.quote ?? each.document ?? ""
  return {
    name: each.name,
    format: each.format,
    bytes: read(evidence),
    ...(each.endorsementKey === undefined ? {} : { endorsement: read(each.endorsementKey) }),
    ...(each.collateral === undefined ? {} : { collateral: read(each.collateral) }),
    ...(each.eventLog === undefined ? {} : { eventLog: read(each.eventLog) }),
    at: secondsOf(each),
  }
}

/** How an inspection differs from what the case expects; nothing where it does not. */
export function differences(each: AttestationCase, inspection: Inspection): string[] {
  const verdict =
    inspection.outcome.verdict === each.verdict ? [] : [`verdict ${said(inspection)}, not ${each.verdict}`]
  const facts = Object.entries(each.expect).flatMap(([name, expected]) => {
    const found = inspection.facts[name]
    return includes(found, expected) ? [] : [`${name} ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`]
  })
  return [...verdict, ...facts]
}

export function said({ outcome }: Inspection): string {
  return outcome.verdict === "reject" ? `reject (${outcome.code})` : `${outcome.verdict} (${outcome.level})`
}

/** Whether `found` has all that `expected` has: of objects, the vectors name the fields they know. */
function includes(found: unknown, expected: unknown): boolean {
  if (typeof expected !== "object" || expected === null) return found === expected
  if (typeof found !== "object" || found === null) return false
  return Object.entries(expected).every(([name, value]) => includes(Reflect.get(found, name), value))
}
