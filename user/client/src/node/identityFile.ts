import { partyKey } from "@event-manager/protocol"
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto"
import { UserError } from "../errors.ts"
import type { Identity } from "../identity.ts"
import { readText, writeText } from "./files.ts"

const IDENTITY_BYTES_MAX = 4_096
const ENCRYPTED_MARK = "-----BEGIN ENCRYPTED PRIVATE KEY-----"

/** Asks for the passphrase of an encrypted identity. Throws UserError (PASSPHRASE_NEEDED) where there is none to be had. */
export type AskPassphrase = () => Promise<string>

/** Reads an identity (PKCS#8 PEM, RFC 7468), or undefined where there is none. Never writes. Throws UserError. */
export async function readIdentity(path: string, askPassphrase: AskPassphrase): Promise<Identity | undefined> {
  const pem = readText(path, IDENTITY_BYTES_MAX)
  if (pem === undefined) return undefined
  return identityOf(await readKey(path, pem, askPassphrase))
}

/** Makes an identity, readable by its owner alone, encrypted where a passphrase is given. Throws UserError. */
export function createIdentity(path: string, passphrase: string | undefined): Identity {
  const { privateKey } = generateKeyPairSync("ed25519")
  writeText(path, pemOf(privateKey, passphrase), 0o600, true)
  return identityOf(privateKey)
}

/** Encrypts an identity under a new passphrase, or with undefined decrypts it. Throws UserError. */
export async function changePassphrase(
  path: string,
  askPassphrase: AskPassphrase,
  passphrase: string | undefined,
): Promise<void> {
  const pem = readText(path, IDENTITY_BYTES_MAX)
  if (pem === undefined) throw new UserError("FILE_UNREADABLE", `${path} does not exist`)
  writeText(path, pemOf(await readKey(path, pem, askPassphrase), passphrase), 0o600)
}

async function readKey(path: string, pem: string, askPassphrase: AskPassphrase): Promise<KeyObject> {
  const isEncrypted = pem.includes(ENCRYPTED_MARK)
  const passphrase = isEncrypted ? await askPassphrase() : undefined
  try {
    const key = createPrivateKey({
      key: pem,
      format: "pem",
      ...(passphrase === undefined ? {} : { passphrase }),
    })
    if (key.asymmetricKeyType === "ed25519") return key
  } catch (cause) {
    if (isEncrypted) {
      throw new UserError("PASSPHRASE_WRONG", `${path} does not open with this passphrase`, {
        cause,
      })
    }
  }
  const advice = "restore it from a copy, or move it away to begin with a new identity"
  throw new UserError("IDENTITY_BROKEN", `${path} holds no Ed25519 private key; it was left as it is: ${advice}`)
}

function pemOf(key: KeyObject, passphrase: string | undefined): string {
  const format = { type: "pkcs8", format: "pem" } as const
  return passphrase === undefined ? key.export(format) : key.export({ ...format, cipher: "aes-256-cbc", passphrase })
}

function identityOf(key: KeyObject): Identity {
  const { x } = createPublicKey(key).export({ format: "jwk" })
  return {
    party: partyKey(Uint8Array.fromBase64(x ?? "", { alphabet: "base64url" })),
    sign: async (data) => new Uint8Array(sign(null, data, key)),
  }
}
