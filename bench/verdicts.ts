/** Targets held against what was measured. Each is undecided where this run did not measure what it is about. */
import { duration, short } from "./format.ts"
import type { Verdict } from "./scenario.ts"

/** That one took at least so many times as long as the other. */
export function timesFaster(target: string, ours: Measured, theirs: Measured, factor: number): Verdict {
  return judged(target, ours, theirs, (one, other) => ({
    found: `${short(other / one)} times (${duration(one)} against ${duration(other)})`,
    isMet: other >= factor * one,
  }))
}

/** That one took less than so many times as long as the other. */
export function timesSlowerAtMost(target: string, ours: Measured, theirs: Measured, factor: number): Verdict {
  return judged(target, ours, theirs, (one, other) => ({
    found: `${short(one / other)} times (${duration(one)} against ${duration(other)})`,
    isMet: one < factor * other,
  }))
}

/** That something is at least, or at most, so many times as much as something else. */
export function share(target: string, part: Measured, whole: Measured, bound: Bound): Verdict {
  return judged(target, part, whole, (one, other) => ({ found: short(one / other), isMet: holds(one / other, bound) }))
}

/** That something stays within a bound. */
export function within(target: string, value: Measured, bound: Bound, unit: string): Verdict {
  return judged(target, value, 0, (one) => ({ found: `${short(one)} ${unit}`, isMet: holds(one, bound) }))
}

export type Measured = number | undefined

interface Bound {
  readonly atLeast?: number
  readonly atMost?: number
}

function holds(
  value: number,
  { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }: Bound,
): boolean {
  return value >= atLeast && value <= atMost
}

function judged(
  target: string,
  one: Measured,
  other: Measured,
  judge: (one: number, other: number) => Omit<Verdict, "target">,
): Verdict {
  if (one === undefined || other === undefined) return { target, found: "not measured in this run", isMet: undefined }
  return { target, ...judge(one, other) }
}
