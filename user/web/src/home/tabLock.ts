import { PageError } from "../model/pageError.ts"
import { storageError } from "./database.ts"

/** An identity's lock among this browser's tabs. */
export interface TabLock {
  /** Comes true when another tab takes it. */
  readonly lost: Promise<void>
  /** Resolves once others can take it. */
  release(): Promise<void>
}

/**
 * Takes the lock (Web Locks API). Rejects with PageError IDENTITY_ELSEWHERE where another tab holds it, unless it is to be
 * taken over.
 */
export async function takeTabLock(name: string, takeOver: boolean): Promise<TabLock> {
  const lost = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<boolean>()
  const options = takeOver ? { steal: true } : { ifAvailable: true }
  const whole = navigator.locks.request(`event-manager identity ${name}`, options, async (lock) => {
    taken.resolve(lock !== null)
    if (lock !== null) await held.promise
  })
  // It rejects where another tab steals the lock, or where the browser gives none at all.
  const over = whole.catch((cause: unknown) => {
    taken.reject(storageError(cause))
    lost.resolve()
  })
  const release = async (): Promise<void> => {
    held.resolve()
    await over
  }
  if (await taken.promise) return { lost: lost.promise, release }
  throw new PageError("IDENTITY_ELSEWHERE", "another tab of this browser works as this identity")
}
