/*
 * Writes testing/vectors/state for the current format. Not to be run again for a format that was released: what is on
 * file is what users have.
 */
import { noAnchor, openEnclave } from "@event-manager/enclave"
import { mkdirSync, writeFileSync } from "node:fs"
import { answersOf, live, OLD_SEALING_KEY, snapshotEvents } from "./oldState.ts"
import { RawStore } from "./rawStore.ts"
import { testPlatform } from "./testPlatform.ts"

const FORMAT = 2
const folder = new URL(`../vectors/state/v${FORMAT}/`, import.meta.url)

const store = new RawStore()
const options = { store, sealingKey: OLD_SEALING_KEY, anchor: noAnchor }
await live(await openEnclave({ ...options, platform: testPlatform(`old state ${FORMAT}`) }))
mkdirSync(folder, { recursive: true })
for (const { index, record } of store.stored) writeFileSync(new URL(`${index}.record`, folder), record)
const answers = await answersOf(await openEnclave({ ...options, platform: testPlatform("later") }), FORMAT)
const written = {
  about: "What ALICE and BOB are told from these records.",
  sealingKey: OLD_SEALING_KEY.toHex(),
  answers,
  /** Encoded events of a snapshot, of every kind that there is. */
  snapshot: snapshotEvents().map((event) => event.toHex()),
}
writeFileSync(new URL("answers.json", folder), `${JSON.stringify(written, undefined, 2)}\n`)
