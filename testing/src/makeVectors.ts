/*
 * Writes testing/vectors/protocol anew. A difference that this makes is a change of the protocol.
 */
import { writeFileSync } from "node:fs"
import { protocolVectors, written } from "./protocolVectors.ts"

for (const [file, vectors] of Object.entries(await protocolVectors())) {
  writeFileSync(new URL(`../vectors/protocol/${file}.json`, import.meta.url), written(vectors))
}
