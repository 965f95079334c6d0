/*
 * A small state as a version of the enclave has left it on disk: makeOldState.ts writes it once for each format, and
 * oldState.test.ts asserts that this version still gives the same answers from it.
 */
import { frozenSigned, name, PackedMatches, partyKey, type EnclaveCrossing } from "@event-manager/protocol"
import { signerFromSeed } from "../../trusted/enclave/src/shell/ed25519.ts"
import { Pair, type People } from "./people.ts"
import { bytesAsDigits } from "./protocolVectors.ts"
import type { Identity } from "./testClient.ts"
import { all, expectKind, key, number, witnessed } from "./world.ts"

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
}

/** What its people are told, as JSON: signatures too, which follow from the enclave's identity. */
export async function answersOf(enclave: EnclaveCrossing): Promise<unknown> {
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
    answers[`${who} Gone`] = await client.askWhole({ kind: "describe", computation: name("Gone") })
  }
  const retried = await pair.retry(1, "Answered")
  return JSON.parse(JSON.stringify({ ...answers, "ALICE's first creation again": retried }, asFirstWritten))
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
