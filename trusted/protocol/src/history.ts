import { count, struct, type Of } from "./codec.ts"
import { digestCodec } from "./keys.ts"

/** A place in a computation's history: how many of its events have been accepted, and the last one's link. */
export const headCodec = struct({ length: count, hash: digestCodec })
export type Head = Of<typeof headCodec>
