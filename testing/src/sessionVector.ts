import {
  encode,
  EXPORT_CONTEXT,
  frameSizes,
  headerOf,
  helloCodec,
  helloInfo,
  helloSigned,
  joinFrame,
  pad,
  partyKey,
  replyCodec,
  requestCodec,
  SECRET_BYTES,
  sequenceNonce,
  sessionKeyLabels,
  welcomeCodec,
} from "@event-manager/protocol"
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core"
import { XWing } from "@hpke/hybridkem-x-wing"
import { createPrivateKey, createPublicKey, hkdfSync, sign } from "node:crypto"
import { sealFrame, ZERO_NONCE } from "../../trusted/enclave/src/shell/seal.ts"
import xwing from "../vectors/hpke/xwing.json" with { type: "json" }

type Bytes = Uint8Array<ArrayBuffer>

const SIZE = frameSizes[0]
/** RFC 8032 section 7.1, the secret key of test 1; RFC 8410 section 7 for what stands before it. */
const PARTY_SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
const PKCS8_PREFIX = "302e020100300506032b657004220420"

const statementHash = new Uint8Array(32).fill(0x5a)
const salt = new Uint8Array(32).fill(0xa5)
const session = new Uint8Array(16).fill(0x3c)
const sequence = 2 ** 32 + 1

/** A whole session under fixed secrets, each step with what it is made from. */
export async function sessionVector(): Promise<object> {
  const hello = await sealedHello()
  const keyFor = (label: Uint8Array): Bytes =>
    new Uint8Array(hkdfSync("sha256", hello.secret, salt, label, SECRET_BYTES))
  const toEnclave = keyFor(sessionKeyLabels.toEnclave)
  const toClient = keyFor(sessionKeyLabels.toClient)
  const welcomeKey = keyFor(sessionKeyLabels.welcome)
  const request = encode(requestCodec, { kind: "list", after: 0 })
  const response = { kind: "listed", descriptors: [], next: 0, more: false } as const
  const answer = encode(replyCodec, { head: undefined, signature: undefined, response })
  const nonce = sequenceNonce(sequence)
  const welcomed = encode(welcomeCodec, { session })
  return {
    ...hello,
    salt,
    session,
    keys: { welcome: welcomeKey, toEnclave, toClient },
    welcome: sealFrame(welcomeKey, ZERO_NONCE, { kind: "welcome", salt }, welcomed, SIZE),
    sequence,
    nonce,
    request,
    mail: sealFrame(toEnclave, nonce, { kind: "mail", session, sequence }, request, SIZE),
    response: answer,
    reply: sealFrame(toClient, nonce, { kind: "reply", session, sequence }, answer, SIZE),
  }
}

async function sealedHello() {
  const [kem] = xwing.vectors
  if (kem === undefined) throw new TypeError("the X-Wing vectors are missing")
  const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
  const recipientPublicKey = await suite.kem.deserializePublicKey(Uint8Array.fromHex(kem.pk).buffer)
  const info = helloInfo(statementHash)
  const sender = await suite.createSenderContext({
    recipientPublicKey,
    info,
    ekm: Uint8Array.fromHex(kem.eseed).buffer,
  })
  const encapsulated = new Uint8Array(sender.enc)
  const signed = helloSigned(statementHash, encapsulated)
  const { party, signature } = signedBy(signed)
  const content = encode(helloCodec, { party, signature })
  const header = headerOf({ kind: "hello", encapsulated })
  const sealed = new Uint8Array(await sender.seal(pad("hello", content, SIZE), header))
  const secret = new Uint8Array(await sender.export(EXPORT_CONTEXT, SECRET_BYTES))
  const secrets = { mailPrivateKey: kem.sk, mailKey: kem.pk, encapsulationSeed: kem.eseed, partySeed: PARTY_SEED }
  return { ...secrets, statementHash, info, signed, party, signature, hello: joinFrame(header, sealed), secret }
}

function signedBy(signed: Uint8Array): { party: ReturnType<typeof partyKey>; signature: Bytes } {
  const key = createPrivateKey({ key: Buffer.from(PKCS8_PREFIX + PARTY_SEED, "hex"), format: "der", type: "pkcs8" })
  const { x } = createPublicKey(key).export({ format: "jwk" })
  const party = partyKey(Uint8Array.fromBase64(x ?? "", { alphabet: "base64url" }))
  return { party, signature: new Uint8Array(sign(null, signed, key)) }
}
