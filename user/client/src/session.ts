import {
  decode,
  DecodeError,
  encode,
  EXPORT_CONTEXT,
  frameSizeFor,
  frameSizes,
  headerOf,
  helloCodec,
  helloInfo,
  helloSigned,
  joinFrame,
  NONCE_BYTES,
  openFrame,
  pad,
  SECRET_BYTES,
  sequenceNonce,
  sessionKeyLabels,
  unpad,
  welcomeCodec,
  type FrameSize,
  type Opened,
} from "@event-manager/protocol"
import type { Attested } from "./attestation/evidence.ts"
import { AttestationError, TransportError } from "./errors.ts"
import type { Identity } from "./identity.ts"
import type { Cipher, Primitives } from "./platform.ts"
import type { Transport } from "./transport.ts"
import { deriveCipher, hpke } from "./primitives.ts"

/** Thrown where nothing proves that an answer came from the enclave: shake hands again, and conclude nothing else. */
function noSession(why: string): TransportError {
  return new TransportError("NO_SESSION", why)
}

/** One handshake with an attested enclave, and the sealed mail under its keys. */
export class Session {
  readonly #transport: Transport
  readonly #id: Uint8Array<ArrayBuffer>
  readonly #toEnclave: Cipher
  readonly #toClient: Cipher
  #nextSequence = 0

  private constructor(transport: Transport, id: Uint8Array<ArrayBuffer>, toEnclave: Cipher, toClient: Cipher) {
    this.#transport = transport
    this.#id = id
    this.#toEnclave = toEnclave
    this.#toClient = toClient
  }

  /** Shakes hands. `attested` must have met the user's constraint. Throws TransportError. */
  static async open(transport: Transport, attested: Attested, identity: Identity): Promise<Session> {
    const { statementHash } = attested
    const { encapsulatedSecret, ctx } = await setUpSender(attested)
    const encapsulated = new Uint8Array(encapsulatedSecret)
    const signature = await identity.sign(helloSigned(statementHash, encapsulated))
    const header = headerOf({ kind: "hello", encapsulated })
    const content = pad("hello", encode(helloCodec, { party: identity.party, signature }), frameSizes[0])
    const reply = tryOpenFrame(await transport.mail(joinFrame(header, new Uint8Array(await ctx.Seal(content, header)))))
    if (reply.header.kind !== "welcome") throw noSession("the enclave did not take up the handshake")
    const secret = new Uint8Array(await ctx.Export(EXPORT_CONTEXT, SECRET_BYTES))
    const { salt } = reply.header
    const cipherFor = (label: Uint8Array<ArrayBuffer>): Promise<Cipher> => deriveCipher(secret, salt, label)
    const [welcome, toEnclave, toClient] = await Promise.all([
      cipherFor(sessionKeyLabels.welcome),
      cipherFor(sessionKeyLabels.toEnclave),
      cipherFor(sessionKeyLabels.toClient),
    ])
    const welcomed = await openReply(welcome, new Uint8Array(NONCE_BYTES), reply)
    const { session } = readSealed(() => decode(welcomeCodec, welcomed))
    return new Session(transport, session, toEnclave, toClient)
  }

  /**
   * Sends a request's bytes, in a frame no smaller than `sizeMin`, and brings the bytes of the reply to it. Several may
   * be under way. Throws TransportError.
   */
  async exchange(content: Uint8Array, sizeMin: FrameSize = frameSizes[0]): Promise<Uint8Array> {
    const sequence = this.#nextSequence
    this.#nextSequence += 1
    const nonce = sequenceNonce(sequence)
    const header = headerOf({ kind: "mail", session: this.#id, sequence })
    const needed = frameSizeFor("mail", content.length)
    const padded = pad("mail", content, needed > sizeMin ? needed : sizeMin)
    const sealed = await this.#toEnclave.seal(nonce, header, padded)
    const reply = tryOpenFrame(await this.#transport.mail(joinFrame(header, sealed)))
    const { header: found } = reply
    // The sequence stands in the nonce too: a reply to another request would not open.
    if (found.kind !== "reply" || found.sequence !== sequence || found.session.toHex() !== this.#id.toHex()) {
      throw noSession("the enclave does not know this session")
    }
    return openReply(this.#toClient, nonce, reply)
  }
}

function tryOpenFrame(frame: Uint8Array): Opened<ArrayBuffer> {
  try {
    return openFrame(new Uint8Array(frame))
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new TransportError("HOST_NONSENSE", "the host answered with something that is no Event Manager frame", {
      cause,
    })
  }
}

async function openReply(
  cipher: Cipher,
  nonce: Uint8Array<ArrayBuffer>,
  reply: Opened<ArrayBuffer>,
): Promise<Uint8Array> {
  const padded = await cipher.open(nonce, reply.headerBytes, reply.sealed)
  if (padded === undefined) throw noSession("a reply was not sealed by the enclave for this session")
  return readSealed(() => unpad(padded))
}

/** What the enclave itself sealed can be read, or it is of another version than this client. */
export function readSealed<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    const text = "the enclave's reply cannot be read; is this client of its version?"
    throw new TransportError("WRONG_REPLY", text, { cause })
  }
}

type Sender = Awaited<ReturnType<Primitives["hpke"]["SetupSender"]>>

async function setUpSender({ statement, statementHash }: Attested): Promise<Sender> {
  try {
    const publicKey = await hpke().DeserializePublicKey(statement.mailKey)
    return await hpke().SetupSender(publicKey, { info: helloInfo(statementHash) })
  } catch (cause) {
    throw new AttestationError("EVIDENCE_MALFORMED", "the key in the enclave's evidence cannot be used", { cause })
  }
}
