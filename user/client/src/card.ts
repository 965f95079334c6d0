import {
  bytesOf,
  DecodeError,
  name as checkName,
  partyKey,
  PARTY_KEY_BYTES,
  SIGNATURE_BYTES,
  type Name,
  type PartyKey,
} from "@event-manager/protocol"
import { UserError } from "./errors.ts"
import type { Identity } from "./identity.ts"
import { verifyEd25519 } from "./primitives.ts"

/** A public identity card: a name and a key, signed with that key. */
export interface Card {
  readonly name: Name
  readonly party: PartyKey
  /** Its three lines. */
  readonly text: string
}

export const CARD_BYTES_MAX = 1_024

/** The card by which others learn this identity under this name. */
export async function makeCard(name: Name, identity: Identity): Promise<Card> {
  const key = bytesOf(identity.party).toBase64()
  const signature = await identity.sign(signedText(name, key))
  return { name, party: identity.party, text: textOf(name, key, signature.toBase64()) }
}

/** Reads and verifies a card. Throws UserError (CARD_MALFORMED). */
export async function readCard(text: string): Promise<Card> {
  const [name, key, signature, ...rest] = text.replace(/\r?\n$/, "").split(/\r?\n/)
  if (name === undefined || key === undefined || signature === undefined || rest.length > 0) {
    throw malformed("a card has three lines: a name, a key, a signature")
  }
  const card = parts(name, key)
  const isSigned = await verifyEd25519(bytesOf(card.party), signedText(name, key), base64(signature, SIGNATURE_BYTES))
  if (!isSigned) throw malformed("its signature does not belong to its name and key")
  return { ...card, text: textOf(name, key, signature) }
}

function parts(name: string, key: string): Omit<Card, "text"> {
  try {
    return { name: checkName(name), party: partyKey(base64(key, PARTY_KEY_BYTES)) }
  } catch (cause) {
    if (cause instanceof DecodeError) throw malformed(cause.message)
    throw cause
  }
}

function base64(written: string, length: number): Uint8Array<ArrayBuffer> {
  try {
    const bytes = Uint8Array.fromBase64(written, { lastChunkHandling: "strict" })
    if (bytes.length === length && bytes.toBase64() === written) return bytes
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw malformed(`${length} bytes in base64 expected`)
}

function textOf(name: string, key: string, signature: string): string {
  return `${name}\n${key}\n${signature}\n`
}

function signedText(name: string, key: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`event-manager/1 card\n${name}\n${key}\n`)
}

function malformed(why: string): UserError {
  return new UserError("CARD_MALFORMED", why)
}
