import { inspectEvidence, type Inspection, type InspectionInput } from "@event-manager/client/attestation"
import { Dice, seedOf } from "../simulator/dice.ts"
import { mutate } from "./mutate.ts"

/** A good inspection, and which of its inputs may be changed. */
export interface Sample {
  readonly name: string
  readonly input: InspectionInput
}

export interface FuzzReport {
  readonly lines: readonly string[]
  readonly failures: readonly string[]
}

type Part = "bytes" | "endorsement" | "crl" | "collateral" | "eventLog"
const parts: readonly Part[] = ["bytes", "bytes", "endorsement", "crl", "collateral", "eventLog"]

const MS_MAX = 1_000
const FAILURES_MAX = 5

/** Inspects changed samples for as long as `goesOn` says so. The run numbered i of a seed can be had again by both. */
export async function fuzz(
  samples: readonly Sample[],
  seed: number,
  goesOn: () => boolean,
  inspect: typeof inspectEvidence = inspectEvidence,
): Promise<FuzzReport> {
  const originals = new Map<Sample, Inspection>()
  for (const sample of samples) originals.set(sample, await inspect(sample.input))
  const outcomes = new Map<string, number>()
  const failures: string[] = []
  let runs = 0
  let slowestMs = 0
  for (; goesOn() && failures.length < FAILURES_MAX; runs++) {
    const dice = new Dice(seedOf(seed, runs))
    const sample = dice.pick(samples)
    const start = performance.now()
    const { outcome, failure } = await tryOne(dice, { sample, original: originals.get(sample), samples, inspect })
    const ms = performance.now() - start
    slowestMs = Math.max(slowestMs, ms)
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    const found = failure ?? (ms > MS_MAX ? `took ${ms.toFixed(0)} ms` : undefined)
    if (found !== undefined) failures.push(`FAILED: seed ${seed}, run ${runs}, ${sample.name}: ${found}`)
  }
  const counts = [...outcomes].toSorted(([, a], [, b]) => b - a).map(([outcome, times]) => `  ${outcome}: ${times}`)
  const head = `seed ${seed}: ${runs} changed pieces of evidence, ${failures.length} failures, slowest ${slowestMs.toFixed(0)} ms`
  return { lines: [head, ...counts, ...failures], failures }
}

interface Trial {
  readonly sample: Sample
  readonly original: Inspection | undefined
  readonly samples: readonly Sample[]
  readonly inspect: typeof inspectEvidence
}

async function tryOne(dice: Dice, trial: Trial): Promise<{ outcome: string; failure?: string }> {
  const { sample, original, samples, inspect } = trial
  const part = dice.pick(parts.filter((each) => sample.input[each] !== undefined))
  const other = dice.pick(samples).input
  const bytes = sample.input[part] ?? new Uint8Array()
  const changed = mutate(dice, bytes, other[part] ?? other.bytes)
  if (changed.toHex() === bytes.toHex()) return { outcome: "unchanged" }
  try {
    const found = await inspect({ ...sample.input, [part]: changed })
    if (found.outcome.verdict === "reject") return { outcome: found.outcome.code }
    // Zeros behind a quote, white space in PEM or JSON: what changes nothing that is read may stand.
    const left = leftOut(found)
    if (said(found, left) === said(original, left))
      return { outcome: `accepted, as nothing that is read has changed (${part})` }
    return { outcome: "accepted", failure: `accepted with a change to ${part}` }
  } catch (error) {
    return { outcome: "threw", failure: `threw ${error instanceof Error ? (error.stack ?? error.message) : "a value"}` }
  }
}

/** How many zeros follow; what a log says of an event beside its digest, which is its writer's word; what a host adds. */
const UNPROTECTED: ReadonlySet<string> = new Set(["trailingBytes", "type", "text", "endorsements"])
/** What stands on endorsements that a host may as well leave out: a release, and what dates a report of SEV-SNP. */
const OPTIONAL = ["release", "codeHash", "releaseSigner", "issuedAt"]

/** Of what is optional, what an inspection of an enclave's own evidence does not have. */
function leftOut({ format, facts, fields }: Inspection): readonly string[] {
  if (format !== "event-manager") return []
  return OPTIONAL.filter((name) => !Object.hasOwn(facts, name) && !Object.hasOwn(fields, name))
}

function said(inspection: Inspection | undefined, besides: readonly string[]): string {
  return JSON.stringify(inspection, (name, value: unknown) =>
    UNPROTECTED.has(name) || besides.includes(name) ? undefined : value,
  )
}
