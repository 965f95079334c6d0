import type { Engine } from "./engine.ts"
import { memoryStore } from "./memory.ts"
import { openSqliteThread } from "./sqliteThread.ts"

export const storageEngines = ["memory", "sqlite"] as const
export type StorageEngine = (typeof storageEngines)[number]

/** One engine, one file. */
export const engines = {
  memory: { isDurable: false, open: async () => memoryStore() },
  sqlite: { isDurable: true, open: openSqliteThread },
} satisfies Record<StorageEngine, Engine>

export type { ClosableStore, Engine } from "./engine.ts"
export { memoryStore } from "./memory.ts"
export { sqliteStore } from "./sqlite.ts"
export { StoreError } from "./storeError.ts"
