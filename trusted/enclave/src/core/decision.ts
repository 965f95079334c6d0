import { frameSizes, type FrameSize, type Reason, type Response } from "@event-manager/protocol"
import type { Event } from "./event.ts"

/** What a request leads to: a refusal is a value. */
export type Decision = Accepted | Refused

export interface Accepted {
  readonly kind: "accepted"
  readonly events: readonly Event[]
  readonly response: Response
  /** The least size of the reply's frame, where the reply's own length would give something away. */
  readonly frameSizeMin: FrameSize
}

export interface Refused {
  readonly kind: "refused"
  readonly reason: Reason
  readonly parameter: number
}

export function accepted(
  events: readonly Event[],
  response: Response,
  frameSizeMin: FrameSize = frameSizes[0],
): Accepted {
  return { kind: "accepted", events, response, frameSizeMin }
}

export function refused(reason: Reason, parameter = 0): Refused {
  return { kind: "refused", reason, parameter }
}
