import type { TestContext } from "node:test"
import type { ClosableStore } from "./engine.ts"

/** One store, from its making on. */
interface Subject {
  readonly store: ClosableStore
  /** The same store after a host has closed it and another has opened it. */
  reopen(): Promise<ClosableStore>
}

export type MakeSubject = (t: TestContext) => Promise<Subject>
