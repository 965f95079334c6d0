import { CodedError, type Batch, type Descriptor, type EventManager, type Refused } from "@event-manager/client"
import type { KeyJob } from "@event-manager/client/node"
import { unlessAborted, type Interruption } from "./interruption.ts"
import type { Preparation, Prepared } from "./preparation.ts"
import type { Progress } from "./progress.ts"

/** A batch's outcome: what it came to, as the enclave counts it, or why it was refused. */
type Outcome = { readonly kind: "taken"; readonly counted: number } | Refused

/** Sends batches, so many at a time, and brings their outcomes in order. */
export type Send = (
  manager: EventManager,
  descriptor: Descriptor,
  batches: AsyncIterable<Batch>,
  inFlight: number,
) => AsyncGenerator<Outcome>

/** How sending ended. */
export interface Sent {
  readonly refusal: { readonly refused: Refused; readonly line: number } | undefined
  /** What else stopped it: an error. */
  readonly failure: CodedError<string> | undefined
  /** Keys that were sent, of which nobody said whether they arrived. */
  readonly unsettled: number
}

export interface SendingOptions {
  readonly preparation: Preparation
  readonly job: KeyJob
  readonly interruption: Interruption
  readonly progress: Progress
  /** Called at a refusal: nothing more need be prepared. */
  readonly onRefusal: () => void
  /** Makes durable what a job's mark says is there. */
  readonly sync: () => void
  readonly send: (batches: AsyncIterable<Batch>) => AsyncGenerator<Outcome>
}

/** Sends what was prepared, and keeps what is acknowledged. Does not throw what can go wrong on the way. */
export async function sendPrepared(options: SendingOptions): Promise<Sent> {
  const { preparation, job, interruption, onRefusal, send } = options
  const underWay: Prepared[] = []
  let refusal: Sent["refusal"]
  const outcomes = send(handedOut(preparation, job, underWay))
  const before = job.tally.keys
  let failure: Sent["failure"]
  try {
    for (;;) {
      const next = await unlessAborted(outcomes.next(), interruption.insisted)
      const batch = underWay[0]
      if (next === undefined || next.done === true || batch === undefined) break
      if (next.value.kind === "taken") acknowledge(options, batch, next.value.counted, refusal === undefined, before)
      else {
        refusal ??= { refused: next.value, line: batch.line }
        onRefusal()
      }
      underWay.shift()
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    failure = error
  }
  const unsettled = underWay.reduce((sum, { keys }) => sum + keys.count, 0)
  return { refusal, failure: failure ?? preparation.failure, unsettled }
}

function acknowledge(
  { job, progress, sync }: SendingOptions,
  batch: Prepared,
  counted: number,
  isNext: boolean,
  before: number,
): void {
  sync()
  job.acknowledge(batch, counted, isNext ? batch.end : undefined)
  progress.show({ keys: job.tally.keys - before, share: batch.share })
}

async function* handedOut(preparation: Preparation, job: KeyJob, underWay: Prepared[]): AsyncGenerator<Batch> {
  let isBegun = false
  for await (const batch of preparation.batches()) {
    // Before the first request is sent, what its id and those of all later ones follow from is durable.
    if (!isBegun) job.begin()
    isBegun = true
    underWay.push(batch)
    yield batch
  }
}
