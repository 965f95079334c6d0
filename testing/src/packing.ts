import { MatchWriter, type MatchKey, type Message, type Name, type PackedMatches } from "@event-manager/protocol"

/** A match whose participant is a number, as it is on the wire. */
export interface NumberedMatch {
  readonly computation: Name
  readonly party: number
  readonly position: number
  readonly key: MatchKey
  readonly message: Message | undefined
}

const BYTES_MAX = 1_048_576

/** Matches as an enclave packs them: those of one key that follow one another share it. Throws where they do not fit. */
export function packMatches(matches: readonly NumberedMatch[], bytesMax = BYTES_MAX): PackedMatches {
  const writer = new MatchWriter(bytesMax)
  let last: NumberedMatch | undefined
  for (const match of matches) {
    writer.computation(match.computation)
    const key = new TextEncoder().encode(match.key)
    if (last?.computation !== match.computation || last.key !== match.key) writer.key(key, 0, key.length)
    last = match
    const text = match.message === undefined ? undefined : new TextEncoder().encode(match.message)
    if (!writer.add(match.party, match.position, text, 0, text?.length ?? 0)) throw new RangeError("no room")
  }
  return writer.finish()
}
