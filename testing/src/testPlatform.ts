import { mockPlatform, type Platform } from "@event-manager/enclave"
import { createHash } from "node:crypto"

export interface TestPlatform extends Platform {
  /** What the clock shows, in milliseconds since 1970; a test sets it. */
  clockMs: number
}

export const CLOCK_MS_FIRST = 1_800_000_000_000

/** A mock platform whose clock a test turns, and whose entropy follows from `seed`: two of one seed give the same. */
export function testPlatform(seed = "test"): TestPlatform {
  let drawn = 0
  const platform: TestPlatform = {
    ...mockPlatform,
    clockMs: CLOCK_MS_FIRST,
    nowMs: () => platform.clockMs,
    entropy(length) {
      drawn += 1
      return new Uint8Array(createHash("shake256", { outputLength: length }).update(`${seed} ${drawn}`).digest())
    },
  }
  return platform
}
