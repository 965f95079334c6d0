import { BenchError } from "./benchError.ts"

/** The middle value, or the mean of the two in the middle. Throws BenchError where there are none. */
export function median(values: readonly number[]): number {
  const sorted = inOrder(values)
  const half = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]]
  if (low === undefined || high === undefined) throw new BenchError("there is no median of nothing")
  return (low + high) / 2
}

/** The smallest value that so many per cent of all do not exceed (nearest rank). Throws BenchError for no values. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = inOrder(values)
  const found = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]
  if (found === undefined) throw new BenchError("there is no percentile of nothing")
  return found
}

function inOrder(values: readonly number[]): number[] {
  return values.toSorted((one, other) => one - other)
}
