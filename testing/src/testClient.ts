/*
 * A small client for tests: WebCrypto and HPKE, and nothing of user/client, so that it is a second opinion on the
 * protocol. Every step is open to a test that wants to get it wrong.
 */
import {
  decode,
  encode,
  evidenceCodec,
  EXPORT_CONTEXT,
  frameSizes,
  frameSizeFor,
  headerOf,
  helloCodec,
  helloInfo,
  helloSigned,
  hpkeSuite,
  joinFrame,
  openFrame,
  pad,
  partyKey,
  replyCodec,
  requestCodec,
  SECRET_BYTES,
  sequenceNonce,
  sessionKeyLabels,
  statementCodec,
  unpad,
  welcomeCodec,
  type EnclaveCrossing,
  type FrameSize,
  type PartyKey,
  type Reply,
  type Request,
  type Response,
  type Statement,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"

type Bytes = Uint8Array<ArrayBuffer>

export interface Identity {
  readonly party: PartyKey
  sign(bytes: Bytes): Promise<Bytes>
}

export interface EnclaveView {
  readonly statement: Statement
  readonly statementHash: Bytes
}

export interface SentHello {
  readonly frame: Bytes
  /** HPKE's exporter secret. */
  readonly secret: Bytes
}

export interface TestSession {
  readonly id: Bytes
  readonly toEnclave: CryptoKey
  readonly toClient: CryptoKey
}

/** What a test gets wrong on purpose. */
export interface HelloChanges {
  readonly info?: Bytes
  readonly version?: number
  /** The padded content in place of the right one. */
  readonly padded?: (right: Bytes) => Bytes
}

export async function newIdentity(): Promise<Identity> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])
  assert.ok("privateKey" in pair)
  const party = partyKey(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)))
  return { party, sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, bytes)) }
}

export async function viewOf(enclave: EnclaveCrossing): Promise<EnclaveView> {
  const { statement } = decode(evidenceCodec, await enclave.evidence())
  const statementHash = new Uint8Array(await crypto.subtle.digest("SHA-256", statement))
  return { statement: decode(statementCodec, statement), statementHash }
}

/** A hello to the enclave in `view`, by `party`, signed by `signer`: of course the same, except in a cruel test. */
export async function sealHello(
  view: EnclaveView,
  { party }: Identity,
  signer: Identity,
  changes: HelloChanges = {},
): Promise<SentHello> {
  const info = changes.info ?? helloInfo(view.statementHash)
  const publicKey = await hpkeSuite.DeserializePublicKey(view.statement.mailKey)
  const { encapsulatedSecret, ctx } = await hpkeSuite.SetupSender(publicKey, { info })
  const encapsulated = new Uint8Array(encapsulatedSecret)
  const signature = await signer.sign(helloSigned(view.statementHash, encapsulated))
  const header = headerOf({ kind: "hello", encapsulated })
  header[0] = changes.version ?? 1
  const padded = pad("hello", encode(helloCodec, { party, signature }), frameSizes[0])
  const sealed = await ctx.Seal(changes.padded?.(padded) ?? padded, header)
  const secret = new Uint8Array(await ctx.Export(EXPORT_CONTEXT, SECRET_BYTES))
  return { frame: joinFrame(header, sealed), secret }
}

/** The session that a welcome opens. Throws where it is not the welcome to this hello. */
export async function openWelcome(frame: Uint8Array, secret: Bytes): Promise<TestSession> {
  const opened = openFrame(new Uint8Array(frame))
  assert.equal(opened.header.kind, "welcome")
  assert.ok(opened.header.kind === "welcome")
  const { salt } = opened.header
  const key = await sessionKey(secret, salt, sessionKeyLabels.welcome)
  const zeros = sequenceNonce(0)
  const { session } = decode(welcomeCodec, unpad(await openAead(key, zeros, opened.headerBytes, opened.sealed)))
  return {
    id: session,
    toEnclave: await sessionKey(secret, salt, sessionKeyLabels.toEnclave),
    toClient: await sessionKey(secret, salt, sessionKeyLabels.toClient),
  }
}

/** A mail frame with these padded bytes in it. `version` is 1 except in a cruel test. */
export async function sealMail(session: TestSession, sequence: number, padded: Bytes, version = 1): Promise<Bytes> {
  const header = headerOf({ kind: "mail", session: session.id, sequence })
  header[0] = version
  const sealed = await sealAead(session.toEnclave, sequenceNonce(sequence), header, padded)
  return joinFrame(header, sealed)
}

/** The bytes of `request` as a mail carries them, in a frame no smaller than `sizeMin`. */
export function paddedRequest(request: Request, sizeMin: FrameSize = frameSizes[0]): Bytes {
  const content = encode(requestCodec, request)
  const needed = frameSizeFor("mail", content.length)
  return pad("mail", content, needed > sizeMin ? needed : sizeMin)
}

/** The response in a reply. Throws where it is not the reply to this session's request of this sequence. */
export async function openReply(session: TestSession, sequence: number, frame: Uint8Array): Promise<Response> {
  return (await openWholeReply(session, sequence, frame)).response
}

/** The same, with the head and the signature beside the response. */
export async function openWholeReply(session: TestSession, sequence: number, frame: Uint8Array): Promise<Reply> {
  const opened = openFrame(new Uint8Array(frame))
  const expected = headerOf({ kind: "reply", session: session.id, sequence })
  assert.deepEqual(opened.headerBytes, expected, "a reply to this request")
  const padded = await openAead(session.toClient, sequenceNonce(sequence), expected, opened.sealed)
  return decode(replyCodec, unpad(padded))
}

export class TestClient {
  readonly party: PartyKey
  readonly session: TestSession
  readonly #enclave: EnclaveCrossing
  #sequence = 0

  private constructor(enclave: EnclaveCrossing, party: PartyKey, session: TestSession) {
    this.#enclave = enclave
    this.party = party
    this.session = session
  }

  static async connect(enclave: EnclaveCrossing, identity: Identity): Promise<TestClient> {
    const { frame, secret } = await sealHello(await viewOf(enclave), identity, identity)
    const { reply, changed } = await enclave.deliver(frame)
    assert.equal(changed, false, "a hello changes nothing")
    return new TestClient(enclave, identity.party, await openWelcome(reply, secret))
  }

  async ask(request: Request, sizeMin?: FrameSize): Promise<Response> {
    return (await this.askWhole(request, sizeMin)).response
  }

  async askWhole(request: Request, sizeMin?: FrameSize): Promise<Reply> {
    const sequence = this.#sequence
    this.#sequence += 1
    const { reply } = await this.#enclave.deliver(
      await sealMail(this.session, sequence, paddedRequest(request, sizeMin)),
    )
    return openWholeReply(this.session, sequence, reply)
  }
}

export async function sealAead(key: CryptoKey, iv: Bytes, additionalData: Bytes, plaintext: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plaintext))
}

export async function openAead(key: CryptoKey, iv: Bytes, additionalData: Bytes, sealed: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed))
}

export async function aeadKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", true, ["encrypt", "decrypt"])
}

async function sessionKey(secret: Bytes, salt: Bytes, info: Bytes): Promise<CryptoKey> {
  const input = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"])
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, input, 256)
  return aeadKey(new Uint8Array(bits))
}
