/*
 * A small state as a version of the enclave has left it on disk: makeOldState.ts writes it once for each format, and
 * oldState.test.ts asserts that this version still gives the same answers from it.
 */
import { encode, frozenSigned, name, PackedMatches, partyKey, type EnclaveCrossing } from "@event-manager/protocol"
import { signerFromSeed } from "../../trusted/enclave/src/shell/ed25519.ts"
import { Pair, type People } from "./people.ts"
import { eventCodec } from "../../trusted/enclave/src/core/event.ts"
import { eventsOf } from "../../trusted/enclave/src/core/snapshot.ts"
import { bytesAsDigits } from "./protocolVectors.ts"
import type { Identity, TestClient } from "./testClient.ts"
import { ALICE, all, BOB, CHARLEY, expectKind, key, number, packed, witnessed, World } from "./world.ts"

/** The key that it is sealed under, of these tests alone. */
export const OLD_SEALING_KEY = new Uint8Array(32).fill(0x0f)

/** Their private keys are in this file, so that the next version's tests can ask as them. */
const oldPeople: People = { alice: identityOf(0xa1), bob: identityOf(0xb0) }

/** Something of everything: an answer, one that waits for a witness, one that waits for all, keys, what was deleted. */
export async function live(enclave: EnclaveCrossing): Promise<void> {
  const pair = await Pair.connect(enclave, oldPeople)
  const { alice, bob } = pair
  await pair.create("Answered", { type: "min" })
  await pair.create("Seen", { release: witnessed(2) })
  await pair.create("Open", { type: "max", release: all })
  await pair.create("Keys", { type: "key" })
  await pair.create("Gone", { type: "key" })
  for (const value of ["1", "2.50"]) await pair.submit(alice, "Answered", number(value))
  await pair.submit(bob, "Answered", number("2.5"))
  await pair.result(bob, "Answered")
  await pair.submit(alice, "Seen", number("-1"))
  await pair.submit(bob, "Seen", number("0.000000000001"))
  const { frozen } = expectKind((await pair.result(bob, "Seen")).response, "awaiting")
  const signature = await oldPeople.alice.sign(frozenSigned(frozen))
  await alice.ask({ kind: "witness", ...(await pair.about("Seen")), signature })
  await pair.submit(bob, "Open", number("7"))
  for (const each of [alice, bob]) await pair.submit(each, "Keys", key("é", "hi"))
  await pair.submit(alice, "Gone", key("K"))
  await pair.delete("Gone")
  await liveInBulk(pair)
}

/** What format 2 added. */
async function liveInBulk(pair: Pair): Promise<void> {
  await pair.create("Bulk", { type: "key" })
  await pair.create("Counted", { type: "key", keysMax: 9, matches: "counted" })
  for (const computation of ["Bulk", "Counted"]) {
    const about = { ...(await pair.about(computation)), signed: false }
    for (const [n, client] of [pair.alice, pair.bob].entries()) {
      const submissions = packed("K", ["é", "hi"], "L", ["L", ""], `own ${n}`)
      await client.ask({ kind: "submitMany", requestId: pair.freshId(), ...about, submissions }, 8_192)
    }
    await pair.alice.ask({ kind: "retire", requestId: pair.freshId(), ...about, keys: packed("K", "M") })
  }
}

/** A snapshot with something of everything in it, as encoded events. */
export function snapshotEvents(): readonly Uint8Array<ArrayBuffer>[] {
  const world = new World()
  const participants = [ALICE, BOB]
  world.create("Seen", { release: witnessed(2), participants })
  for (const each of participants) world.submit(each, "Seen", number("1"))
  world.submit(ALICE, "Seen", number("2"))
  world.witness(ALICE, "Seen")
  world.create("Keys", { type: "key", keysMax: 9, participants, convenor: CHARLEY })
  world.submitMany(ALICE, "Keys", packed("K", ["é", "hi"], "L"), 8_192)
  world.submit(BOB, "Keys", key("L", ""))
  world.retire(ALICE, "Keys", packed("K"))
  return [...eventsOf(world.state)].map((event) => encode(eventCodec, event))
}

/** What its people are told, as JSON: signatures too, which follow from the enclave's identity. */
export async function answersOf(enclave: EnclaveCrossing, format: number): Promise<unknown> {
  const pair = await Pair.connect(enclave, oldPeople, 1_000)
  const answers: Record<string, unknown> = {}
  for (const [who, client] of [
    ["ALICE", pair.alice],
    ["BOB", pair.bob],
  ] as const) {
    for (const computation of ["Answered", "Seen", "Open", "Keys"]) {
      const about = await pair.about(computation)
      answers[`${who} describe ${computation}`] = await client.askWhole({
        kind: "describe",
        computation: name(computation),
      })
      answers[`${who} result ${computation}`] = await client.askWhole({ kind: "result", ...about })
    }
    answers[`${who} list`] = await client.askWhole({ kind: "list", after: 0 })
    answers[`${who} matches`] = await client.askWhole({ kind: "matches", after: 0, page: 0 })
    if (format >= 2) Object.assign(answers, await bulkAnswersOf(pair, who, client))
    answers[`${who} Gone`] = await client.askWhole({ kind: "describe", computation: name("Gone") })
  }
  const retried = await pair.retry(1, "Answered")
  return JSON.parse(JSON.stringify({ ...answers, "ALICE's first creation again": retried }, asFirstWritten))
}

async function bulkAnswersOf(pair: Pair, who: string, client: TestClient): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  for (const computation of ["Bulk", "Counted"]) {
    const about = await pair.about(computation)
    answers[`${who} describe ${computation}`] = await client.askWhole({
      kind: "describe",
      computation: name(computation),
    })
    answers[`${who} count ${computation}`] = await client.askWhole({ kind: "matchCount", ...about })
  }
  return answers
}

/** Values in the form that the first version wrote them in: matches unpacked, terms for keys only where there are some. */
function asFirstWritten(key: string, value: unknown): unknown {
  const participants = [oldPeople.alice.party, oldPeople.bob.party]
  if (value instanceof PackedMatches) return [...value.matches(() => participants)]
  return key === "matches" && value === "told" ? undefined : bytesAsDigits(key, value)
}

function identityOf(seed: number): Identity {
  const signer = signerFromSeed(new Uint8Array(32).fill(seed))
  return { party: partyKey(Uint8Array.fromHex(signer.publicKey)), sign: async (bytes) => signer.sign(bytes) }
}
