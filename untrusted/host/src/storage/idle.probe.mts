/* Opens a store, stores a record, and does nothing more: `idle.probe.mts PATH`. */
import { engines } from "./index.ts"
import { sampleRecord } from "./samples.ts"

const store = await engines.sqlite.open(process.argv[2] ?? "")
await store.append(0, sampleRecord(0))
