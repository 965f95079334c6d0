/*
 * Identities as files: Ed25519 keys as PKCS#8 (RFC 8410 section 7), encrypted as RFC 8018 has it: PBES2 with PBKDF2 over
 * HMAC-SHA256, and AES-256-CBC. It is what event-client writes and reads, so that a person can move between it and the
 * page.
 */
import { DecodeError } from "@event-manager/protocol"
import { readArmor, writeArmor } from "./armor.ts"
import { readWhole, smallInteger, tags, type DerReader } from "./attestation/x509/der.ts"
import { UserError } from "./errors.ts"
import { randomBytes, type Bytes } from "./webCrypto.ts"

const SEED_BYTES = 32
/** A key file is some three hundred bytes long. */
const KEY_FILE_CHARACTERS_MAX = 4_096
const PLAIN = "PRIVATE KEY"
const ENCRYPTED = "ENCRYPTED PRIVATE KEY"

/** OWASP's count of 2023 for PBKDF2-HMAC-SHA256: half a second on a slow machine. */
const ITERATIONS = 600_000
/** A file that demands more would only keep the machine busy. */
const ITERATIONS_MAX = 5_000_000
const SALT_BYTES = 16
const IV_BYTES = 16

/** PKCS#8 of an Ed25519 key, all but the seed: version 0, the algorithm's identifier, and how long the seed is. */
const PREFIX = Uint8Array.fromHex("302e020100300506032b657004220420")

/** The contents of object identifiers, in hexadecimal. */
const oids = {
  pbes2: "2a864886f70d01050d",
  pbkdf2: "2a864886f70d01050c",
  hmacSha256: "2a864886f70d0209",
  aes256Cbc: "60864801650304012a",
} as const

/** Whether a key file needs a passphrase. */
export function isEncryptedKey(pem: string): boolean {
  return pem.trimStart().startsWith(`-----BEGIN ${ENCRYPTED}-----`)
}

/** An Ed25519 seed as an encrypted file. Throws UserError (PASSPHRASE_NEEDED) for an empty passphrase. */
export async function writeEncryptedKey(seed: Bytes, passphrase: string): Promise<string> {
  if (passphrase === "") throw new UserError("PASSPHRASE_NEEDED", "a passphrase has at least one character")
  const salt = randomBytes(SALT_BYTES)
  const iv = randomBytes(IV_BYTES)
  const key = await keyOf(passphrase, salt, ITERATIONS)
  const plain = joined([PREFIX, seed])
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, plain))
  plain.fill(0)
  const prf = sequence([oid(oids.hmacSha256), element(tags.null, [])])
  const kdf = sequence([oid(oids.pbkdf2), sequence([element(tags.octetString, [salt]), integer(ITERATIONS), prf])])
  const cipher = sequence([oid(oids.aes256Cbc), element(tags.octetString, [iv])])
  const algorithm = sequence([oid(oids.pbes2), sequence([kdf, cipher])])
  return writeArmor(ENCRYPTED, sequence([algorithm, element(tags.octetString, [sealed])]))
}

/**
 * The Ed25519 seed in a key file, encrypted or not: 32 bytes, which the caller should overwrite. Throws UserError
 * (IDENTITY_BROKEN, PASSPHRASE_NEEDED, PASSPHRASE_WRONG).
 */
export async function readKeyFile(pem: string, passphrase: string | undefined): Promise<Bytes> {
  if (pem.length > KEY_FILE_CHARACTERS_MAX) throw broken("it is too long for one")
  if (!isEncryptedKey(pem)) return seedIn(readOrBreak(() => readArmor(PLAIN, pem)))
  if (passphrase === undefined || passphrase === "") {
    throw new UserError("PASSPHRASE_NEEDED", "the key file is encrypted: give its passphrase")
  }
  const { salt, iterations, iv, sealed } = readOrBreak(() =>
    readWhole(readArmor(ENCRYPTED, pem), tags.sequence, readEncryption),
  )
  const key = await keyOf(passphrase, salt, iterations)
  const plain = await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, sealed).catch(() => undefined)
  if (plain === undefined) throw wrongPassphrase()
  return seedIn(new Uint8Array(plain))
}

function seedIn(pkcs8: Bytes): Bytes {
  const prefix = pkcs8.subarray(0, PREFIX.length)
  const seed = pkcs8.slice(PREFIX.length)
  pkcs8.fill(0, PREFIX.length)
  if (prefix.toHex() === PREFIX.toHex() && seed.length === SEED_BYTES) return seed
  throw broken("it holds no Ed25519 private key")
}

interface Encryption {
  readonly salt: Bytes
  readonly iterations: number
  readonly iv: Bytes
  readonly sealed: Bytes
}

function readEncryption(file: DerReader): Encryption {
  const algorithm = file.enter(tags.sequence)
  requireOid(algorithm, oids.pbes2)
  const parameters = algorithm.enter(tags.sequence)
  algorithm.end()
  const derivation = parameters.enter(tags.sequence)
  requireOid(derivation, oids.pbkdf2)
  const { salt, iterations } = readDerivation(derivation.enter(tags.sequence))
  const cipher = parameters.enter(tags.sequence)
  requireOid(cipher, oids.aes256Cbc)
  const iv = cipher.take(tags.octetString).content
  if (iv.length !== IV_BYTES) throw new DecodeError("LENGTH_OUT_OF_RANGE", "an initialisation vector")
  return { salt, iterations, iv, sealed: file.take(tags.octetString).content }
}

function readDerivation(parameters: DerReader): Pick<Encryption, "salt" | "iterations"> {
  const salt = parameters.take(tags.octetString).content
  const iterations = smallInteger(parameters.take(tags.integer))
  if (iterations < 1 || iterations > ITERATIONS_MAX) {
    throw new DecodeError("NUMBER_OUT_OF_RANGE", `${ITERATIONS_MAX} iterations at most`)
  }
  parameters.optional(tags.integer)
  // Where it is not said, RFC 8018 means HMAC-SHA1: nobody writes that today.
  requireOid(parameters.enter(tags.sequence), oids.hmacSha256)
  return { salt, iterations }
}

function requireOid(reader: DerReader, expected: string): void {
  if (reader.take(tags.objectIdentifier).content.toHex() === expected) return
  throw new DecodeError("UNKNOWN_VARIANT", "another kind of encryption")
}

function readOrBreak<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    if (cause.code !== "UNKNOWN_VARIANT") throw broken("it holds no private key, or was cut or changed")
    throw broken(
      "it is encrypted in another way than PBES2 with PBKDF2 (HMAC-SHA256) and AES-256-CBC; " +
        "event-client's set-passphrase writes that",
    )
  }
}

async function keyOf(passphrase: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(passphrase)
  const input = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"])
  const target = { name: "AES-CBC", length: 256 }
  const method = { name: "PBKDF2", hash: "SHA-256", salt, iterations }
  return crypto.subtle.deriveKey(method, input, target, false, ["encrypt", "decrypt"])
}

/** X.690 section 8.1: identifier, length in its shortest form, content. */
function element(tag: number, parts: readonly Uint8Array[]): Bytes {
  const content = joined(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return joined([new Uint8Array([tag, ...size]), content])
}

function sequence(parts: readonly Uint8Array[]): Bytes {
  return element(tags.sequence, parts)
}

function oid(hex: string): Bytes {
  return element(tags.objectIdentifier, [Uint8Array.fromHex(hex)])
}

/** A positive integer, with an octet of zero before one whose first bit is set. */
function integer(value: number): Bytes {
  const digits = value.toString(16)
  const bytes = Uint8Array.fromHex(digits.length % 2 === 0 ? digits : `0${digits}`)
  return element(tags.integer, (bytes[0] ?? 0) < 0x80 ? [bytes] : [new Uint8Array(1), bytes])
}

function joined(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function broken(why: string): UserError {
  return new UserError("IDENTITY_BROKEN", `this is no key file that can be used: ${why}`)
}

function wrongPassphrase(): UserError {
  return new UserError("PASSPHRASE_WRONG", "the key file does not open with this passphrase")
}
