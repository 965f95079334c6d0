import type { Digest, Head, Name } from "@event-manager/protocol"

/** What a participant remembers of one computation, to notice when it is told another story. */
export interface Note {
  readonly computation: Name
  /** The latest place in its history that was seen, and that the enclave has confirmed to extend those before. */
  readonly head: Head | undefined
  /** Where the latest acknowledged submission stands. */
  readonly receipt: Head | undefined
  /** Whether a submission was sent whose reply has not been seen: it may count or not. */
  readonly isUnacknowledged: boolean
  /** Of the latest submission, acknowledged or not. */
  readonly revision: number
  /** SHA-256 of the frozen inputs that were accepted, and perhaps signed: there is never a second. */
  readonly frozen: Digest | undefined
}

/** Notes by the digest of a computation's terms. They outlive the process, as pins do. */
export interface Notebook {
  note(terms: Digest): Note | undefined
  /** Durable when it resolves; `note` shows it from the call on, so that requests in flight see one another's. */
  write(terms: Digest, note: Note): Promise<void>
}

export function emptyNote(computation: Name): Note {
  return {
    computation,
    head: undefined,
    receipt: undefined,
    isUnacknowledged: false,
    revision: 0,
    frozen: undefined,
  }
}
