import { bytesOf, type PartyKey } from "@event-manager/protocol"

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
const GROUPS = 5
const GROUP_LETTERS = 4

/**
 * The printed form of a key: its first 100 bits in base32 (RFC 4648 section 6), in groups of four. An Ed25519 public
 * key is as good as random, so its beginning serves as well as a hash's.
 */
export function fingerprint(key: PartyKey): string {
  const bits = [...bytesOf(key)].map((byte) => byte.toString(2).padStart(8, "0")).join("")
  const letters = Array.from(
    { length: GROUPS * GROUP_LETTERS },
    (_, i) => ALPHABET[parseInt(bits.slice(5 * i, 5 * i + 5), 2)],
  )
  return Array.from({ length: GROUPS }, (_, i) =>
    letters.slice(GROUP_LETTERS * i, GROUP_LETTERS * (i + 1)).join(""),
  ).join("-")
}
