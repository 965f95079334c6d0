import { AttestationError } from "../../errors.ts"
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

/** What can be read of a part; undefined where it cannot, for the proof to say. All else is shown none the less. */
export async function ifReadable<T>(read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof AttestationError) return undefined
    throw error
  }
}
