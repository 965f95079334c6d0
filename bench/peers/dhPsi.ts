/**
 * Diffie-Hellman private set intersection (Meadows 1986; Huberman, Franklin and Hogg 1999) over ristretto255, both
 * parties in one process and nothing sent over a network. Each raises its own keys, hashed to the group, to its secret
 * exponent, and then the other's; what both sets hold comes out equal. Each side keeps the order of the other's list,
 * so that both are told which keys they have in common. It holds against curious parties, not against those who cheat.
 */
import { BenchError } from "../benchError.ts"
import { contend, timed } from "../contender.ts"
import { answerOf, keySets } from "../data.ts"
import { load } from "./load.ts"

interface Sodium {
  readonly ready: Promise<void>
  crypto_core_ristretto255_from_hash(hash: Uint8Array): Uint8Array
  crypto_core_ristretto255_scalar_random(): Uint8Array
  crypto_generichash(length: number, message: string): Uint8Array
  crypto_scalarmult_ristretto255(scalar: Uint8Array, element: Uint8Array): Uint8Array
}

const HASH_BYTES = 64
const sodium = load<Sodium>("libsodium-wrappers-sumo")

contend(async ({ seed, size }) => {
  await sodium.ready
  const { mine, theirs } = keySets(seed, size)
  const { seconds, value } = await timed(() => intersect(mine, theirs))
  const [found, foundByOther] = value.map(answerOf)
  if (found !== foundByOther) throw new BenchError("the two parties were told different keys")
  return { seconds, answer: found ?? "" }
})

function intersect(mine: readonly string[], theirs: readonly string[]): [string[], string[]] {
  const [a, b] = [sodium.crypto_core_ristretto255_scalar_random(), sodium.crypto_core_ristretto255_scalar_random()]
  const mineTwice = raise(raise(mine.map(hashToGroup), a), b).map(text)
  const theirsTwice = raise(raise(theirs.map(hashToGroup), b), a).map(text)
  const [inMine, inTheirs] = [new Set(mineTwice), new Set(theirsTwice)]
  return [
    mine.filter((_, at) => inTheirs.has(mineTwice[at] ?? "")),
    theirs.filter((_, at) => inMine.has(theirsTwice[at] ?? "")),
  ]
}

function hashToGroup(key: string): Uint8Array {
  return sodium.crypto_core_ristretto255_from_hash(sodium.crypto_generichash(HASH_BYTES, key))
}

function raise(elements: readonly Uint8Array[], exponent: Uint8Array): Uint8Array[] {
  return elements.map((element) => sodium.crypto_scalarmult_ristretto255(exponent, element))
}

function text(element: Uint8Array): string {
  return Buffer.from(element).toString("latin1")
}
