/* A thread in place of sqliteWorker.ts that opens, and ends with the first call. */
import { parentPort } from "node:worker_threads"

parentPort?.postMessage({ id: 0, value: undefined }, [])
parentPort?.once("message", () => process.exit())
