import type { Standing } from "../verdict.ts"

type Values = Readonly<Record<string, unknown>>

/** A piece of evidence as it reads, whoever wrote it. */
export interface Reading {
  readonly facts: Values
  readonly fields: Values
  /** Rejects with AttestationError where it is not genuine. */
  prove(): Promise<Proof>
}

/** Of genuine evidence: what that adds. */
export interface Proof {
  readonly facts: Values
  readonly fields: Values
  /** Throws AttestationError where it is nothing to rely on. */
  appraise(): Standing
}
