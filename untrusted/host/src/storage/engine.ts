import type { Store } from "@event-manager/protocol/frame"

/**
 * A store that the host has opened. Its promises reject with StoreError. Beyond what `Store` says: bytes are copied on
 * the way in and on the way out, and a call of which the contract forbids any part (ORDER, TOO_LARGE, NO_SUCH_PART)
 * changes nothing.
 */
export interface ClosableStore extends Store {
  /** Frees the file for another host. Every later call but this one rejects with STORE_CLOSED. */
  close(): Promise<void>
}

export interface Engine {
  /** Whether what is stored is there when the file is opened again. */
  readonly isDurable: boolean
  /** Rejects with StoreError. */
  readonly open: (path: string) => Promise<ClosableStore>
}
