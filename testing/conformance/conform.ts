import { inspectEvidence, pinnedRoots } from "@event-manager/client/attestation"
import type { AttestationVectors } from "../src/attestationVectors.ts"
import { inspectInBrowser } from "./browser.ts"
import { differences, said, taskOf } from "./cases.ts"
import { inputOf, summaryOf } from "./task.ts"

export interface Conformance {
  /** One for each case: its name, what was said of it, and what was wrong with that. */
  readonly lines: readonly string[]
  readonly failures: number
}

/** Inspects every case here, and again in the browser if there is one. */
export async function conform(vectors: AttestationVectors, browser: string | undefined): Promise<Conformance> {
  const tasks = vectors.cases.map((each) => taskOf(each, vectors))
  const there = browser === undefined ? undefined : await inspectInBrowser(browser, tasks)
  const lines: string[] = []
  let failures = 0
  for (const [i, each] of vectors.cases.entries()) {
    const task = tasks[i] ?? taskOf(each, vectors)
    const inspection = await inspectEvidence({ ...inputOf(task), roots: pinnedRoots })
    const found = differences(each, inspection)
    if (there !== undefined && there[i] !== summaryOf(inspection)) found.push(`in the browser: ${there[i]}`)
    if (found.length > 0) failures += 1
    lines.push(
      [`${found.length === 0 ? "ok    " : "FAILED"} ${each.format} ${each.name}: ${said(inspection)}`, ...found].join(
        "; ",
      ),
    )
  }
  return { lines, failures }
}
