/** What a scenario is: which programs do the same thing, at which sizes, and what is expected of ours. */
import type { Rows } from "./rows.ts"

/** How large a run: a check that everything works, a first impression, what is published, and what takes hours. */
export const scales = ["smoke", "quick", "usual", "long"] as const
export type Scale = (typeof scales)[number]

export interface Contender {
  readonly name: string
  /** Whom its users must trust with their data. */
  readonly trusts: string
  /** Seen from this folder. */
  readonly program: string
  readonly option?: string
  /** Whether it needs the packages of `peers/package.json`. */
  readonly isInstalled?: boolean
  /** The largest size that it is put to, at each scale; any without. */
  readonly sizeMax?: Partial<Readonly<Record<Scale, number>>>
}

export interface Verdict {
  readonly target: string
  readonly found: string
  /** Undefined where this run did not measure it. */
  readonly isMet: boolean | undefined
}

export interface Scenario {
  readonly name: string
  readonly title: string
  /** What a size counts. */
  readonly unit: string
  readonly sizes: Readonly<Record<Scale, readonly number[]>>
  /** Ours first. */
  readonly contenders: readonly [Contender, ...Contender[]]
  readonly judge: (rows: Rows) => readonly Verdict[]
}

/** The contenders that take part at this scale and size. */
export function contendersAt({ contenders }: Scenario, scale: Scale, size: number): readonly Contender[] {
  return contenders.filter(
    ({ isInstalled = false, sizeMax }) =>
      !(scale === "smoke" && isInstalled) && size <= (sizeMax?.[scale] ?? Number.POSITIVE_INFINITY),
  )
}
