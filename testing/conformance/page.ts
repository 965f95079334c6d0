/* What the browser runs: the same verifiers, bundled. */
import { inspectEvidence, pinnedRoots } from "@event-manager/client/attestation"
import { inputOf, summaryOf, type Task } from "./task.ts"

async function inspectAll(tasks: readonly Task[]): Promise<string[]> {
  const summaries: string[] = []
  for (const task of tasks) summaries.push(summaryOf(await inspectEvidence({ ...inputOf(task), roots: pinnedRoots })))
  return summaries
}

Object.assign(globalThis, { inspectAll })
