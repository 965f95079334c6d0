import { inspectEvidence, pinnedRoots } from "@event-manager/client/attestation"
import type { AttestationCase, AttestationVectors } from "../src/attestationVectors.ts"
import { taskOf } from "./cases.ts"
import { inputOf } from "./task.ts"

const WARM_UP = 50
const TIMES = 300

/** How long it takes to read, verify and appraise good evidence of each format, here, one after the other. */
export async function timings(vectors: AttestationVectors): Promise<readonly string[]> {
  const good = vectors.cases.filter(({ verdict }) => verdict !== "reject")
  const firsts = good.filter((each, i) => good.findIndex(({ format }) => format === each.format) === i)
  const lines: string[] = []
  for (const each of firsts) lines.push(await timing(each, vectors))
  return lines
}

async function timing(each: AttestationCase, vectors: AttestationVectors): Promise<string> {
  const input = { ...inputOf(taskOf(each, vectors)), roots: pinnedRoots }
  for (let i = 0; i < WARM_UP; i++) await inspectEvidence(input)
  const ms: number[] = []
  for (let i = 0; i < TIMES; i++) {
    const start = performance.now()
    await inspectEvidence(input)
    ms.push(performance.now() - start)
  }
  ms.sort((a, b) => a - b)
  const at = (part: number): string => (ms[Math.floor(part * TIMES)] ?? 0).toFixed(2)
  return `${each.format} ${each.name}: median ${at(0.5)} ms, p90 ${at(0.9)} ms of ${TIMES}`
}
