/*
 * The thread that a SQLite store runs in (sqliteThread.ts). Each call runs to its end before the next is taken up.
 */
import { parentPort, workerData } from "node:worker_threads"
import type { ClosableStore } from "./engine.ts"
import { sqliteStore } from "./sqlite.ts"
import { storeErrorOf } from "./sqliteError.ts"
import { OPENED, type Answer, type Call } from "./sqliteThread.ts"

const path = String(workerData)

function serve(store: ClosableStore): void {
  parentPort?.on("message", ({ id, method, args }: Call) => {
    void answerTo(id, async () => Reflect.apply(store[method], store, args) as unknown)
  })
}

async function answerTo(id: number, work: () => Promise<unknown>): Promise<void> {
  parentPort?.postMessage(await answerOf(id, work), [])
}

async function answerOf(id: number, work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { id, value: await work() }
  } catch (cause) {
    const { code, message } = storeErrorOf(path, cause)
    return { id, failure: { code, message } }
  }
}

await answerTo(OPENED, async () => serve(sqliteStore(path)))
