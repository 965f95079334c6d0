import type { Visit } from "../model/visit.ts"

const asked = new WeakSet<Visit>()

/** Sees to it that a visit knows the reader's other computations, on which its advice rests. False where it cannot be. */
export async function listOnce(visit: Visit): Promise<boolean> {
  if (asked.has(visit)) return true
  const { kind } = await visit.list()
  if (kind === "done") asked.add(visit)
  return kind === "done"
}
