/*
 * Hosts that do what the client must be proof against: one in front of a real enclave, and an enclave that lies.
 */
import {
  EventManager,
  parseConstraint,
  TransportError,
  type Note,
  type Notebook,
  type Pins,
  type Released,
  type Transport,
} from "@event-manager/client"
import {
  decode,
  encode,
  InvariantError,
  openFrame,
  replyCodec,
  requestCodec,
  sequenceNonce,
  unpad,
  type Delivery,
  type Digest,
  type EnclaveCrossing,
  type Header,
  type HeaderOf,
  type Opened,
  type PartyKey,
  type Reply,
  type Request,
  type Response,
} from "@event-manager/protocol"
import { openAes } from "@event-manager/protocol/node"
import { strict as assert } from "node:assert"
import { signerFromSeed } from "../../trusted/enclave/src/shell/ed25519.ts"
import { shakeHands } from "../../trusted/enclave/src/shell/handshake.ts"
import { beginLife, type Life } from "../../trusted/enclave/src/shell/life.ts"
import { sealFrame } from "../../trusted/enclave/src/shell/seal.ts"
import { Sessions } from "../../trusted/enclave/src/shell/sessions.ts"
import { newIdentity, type Identity } from "./testClient.ts"
import { CLOCK_MS_FIRST, testPlatform } from "./testPlatform.ts"

type Bytes = Uint8Array<ArrayBuffer>

/** What a host does with a frame. `honest` delivers it, each time it is called, and brings the enclave's reply. */
export type OnMail = (frame: Bytes, honest: (frame?: Bytes) => Promise<Uint8Array>) => Promise<Uint8Array>

/** A host that relays as it should, until a test gives it something else to do. It keeps all that it sees. */
export class HostileHost implements Transport {
  readonly address: string
  /** Where frames and questions for evidence go. */
  enclave: Pick<EnclaveCrossing, "evidence" | "deliver">
  onMail: OnMail = (_frame, honest) => honest()
  onEvidence: (honest: () => Promise<Uint8Array>) => Promise<Uint8Array> = (honest) => honest()
  /** What clients handed over, and what the enclave answered, in order. */
  readonly frames: Bytes[] = []
  readonly replies: Uint8Array[] = []
  evidenceAsked = 0

  constructor(enclave: HostileHost["enclave"], address = "http://host.test/") {
    this.enclave = enclave
    this.address = address
  }

  evidence(): Promise<Uint8Array> {
    this.evidenceAsked += 1
    return this.onEvidence(() => this.enclave.evidence())
  }

  mail(frame: Bytes): Promise<Uint8Array> {
    this.frames.push(frame)
    return this.onMail(frame, async (delivered = frame) => {
      const { reply } = await this.enclave.deliver(delivered)
      this.replies.push(reply)
      return reply
    })
  }

  async *wakeUps(): AsyncGenerator<void> {}

  /** The kinds of the frames that clients handed over. */
  kinds(): readonly string[] {
    return this.frames.map(kindOf)
  }
}

export function kindOf(frame: Uint8Array): Header["kind"] {
  return openFrame(frame).header.kind
}

/** Does `act` with the mail frames for which `when` is true, and is honest with all others, hellos among them. */
export function onMails(when: (count: number) => boolean, act: OnMail): OnMail {
  let count = 0
  return (frame, honest) => {
    if (kindOf(frame) !== "mail") return honest()
    count += 1
    return when(count) ? act(frame, honest) : honest()
  }
}

export function unreachable(): TransportError {
  return new TransportError("HOST_UNREACHABLE", "no answer")
}

/** A copy with one bit of the byte at `at` turned over. */
export function flipped(bytes: Uint8Array, at: number): Bytes {
  const copy = new Uint8Array(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
  return copy
}

export class TestPins implements Pins {
  readonly pinned = new Map<string, PartyKey>()
  accepted: string | undefined

  get(address: string): PartyKey | undefined {
    return this.pinned.get(address)
  }

  async set(address: string, identity: PartyKey): Promise<void> {
    this.pinned.set(address, identity)
  }
}

/** What a client remembers, until the test is over. */
class TestNotebook implements Notebook {
  readonly notes = new Map<Digest, Note>()
  /** Called before a note is durable: where it rejects, the note is not written. */
  onWrite: (note: Note) => Promise<void> = async () => {}

  note(terms: Digest): Note | undefined {
    return this.notes.get(terms)
  }

  async write(terms: Digest, note: Note): Promise<void> {
    const before = this.notes.get(terms)
    this.notes.set(terms, note)
    try {
      await this.onWrite(note)
    } catch (error) {
      if (before === undefined) this.notes.delete(terms)
      else this.notes.set(terms, before)
      throw error
    }
  }
}

/** What a mock enclave meets. */
export const mockConstraint = parseConstraint(`S:${"0".repeat(64)} PROD:1 SEC:INSECURE`)

/** What outlives a client's process. */
export interface Kept {
  readonly identity: Identity
  readonly pins: TestPins
  readonly notebook: TestNotebook
}

export interface User extends Kept {
  readonly manager: EventManager
  /** The milliseconds of each pause that was asked for. */
  readonly pauses: readonly number[]
}

/** Somebody with an identity of their own, to whom a pause takes no time. */
export async function newUser(transport: Transport, constraint = mockConstraint): Promise<User> {
  return userOf(
    transport,
    { identity: await newIdentity(), pins: new TestPins(), notebook: new TestNotebook() },
    constraint,
  )
}

/** Somebody who has been there before, in another process: what they keep, and nothing else, is as it was. */
export function userOf(transport: Transport, kept: Kept, constraint = mockConstraint): User {
  const { identity, pins, notebook } = kept
  const pauses: number[] = []
  const pause = async (milliseconds: number): Promise<void> => void pauses.push(milliseconds)
  const now = (): number => CLOCK_MS_FIRST / 1_000
  const manager = new EventManager({ transport, identity, constraint, pins, notebook, now, pause })
  return { identity, pins, notebook, pauses, manager }
}

/** What a lying enclave says: a whole reply, a response with nothing beside it, or bytes that are neither. */
export type Lie = (request: Request) => Reply | Response | Bytes

/**
 * An enclave with keys of its own that seals whatever `lie` says: what a host can set up where nobody vouches for the
 * code, and what a fault in the enclave would look like.
 */
export class LyingEnclave implements Pick<EnclaveCrossing, "evidence" | "deliver"> {
  lie: Lie
  readonly requests: Request[] = []
  readonly #platform = testPlatform("liar")
  /** Its identity's, with which it may sign its lies. */
  readonly signer = signerFromSeed(this.#platform.entropy(32))
  readonly #sessions = new Sessions()
  readonly #life: Promise<Life>

  constructor(lie: Lie) {
    this.lie = lie
    this.#life = beginLife(this.#platform, this.#platform.entropy(32), this.signer.publicKey, "none")
  }

  async evidence(): Promise<Uint8Array> {
    return (await this.#life).evidence(CLOCK_MS_FIRST / 1_000)
  }

  async deliver(frame: Uint8Array): Promise<Delivery> {
    const opened = openFrame(frame)
    const { header } = opened
    if (header.kind === "mail") return { reply: this.#answer(header, opened), changed: false }
    if (header.kind !== "hello") throw new InvariantError("clients send hellos and mail")
    return { reply: await shakeHands(await this.#life, this.#platform, this.#sessions, header, opened), changed: false }
  }

  #answer(header: HeaderOf<"mail">, { headerBytes, sealed }: Opened): Uint8Array {
    const session = this.#sessions.get(header.session)
    if (session === undefined) throw new InvariantError("a session of this enclave")
    const nonce = sequenceNonce(header.sequence)
    const request = decode(requestCodec, unpad(openAes(session.toEnclave, nonce, headerBytes, sealed) ?? frameless))
    this.requests.push(request)
    const said = this.lie(request)
    const content = said instanceof Uint8Array ? said : encode(replyCodec, replyOf(said))
    return sealFrame(session.toClient, nonce, { ...header, kind: "reply" }, content, 2_048)
  }
}

/** Asserts that a result was released. */
export function expectReleased(said: Awaited<ReturnType<EventManager["result"]>>): Released {
  assert.ok(said.kind === "released", `released expected: ${JSON.stringify(said)}`)
  return said
}

function replyOf(said: Reply | Response): Reply {
  return "response" in said ? said : { head: undefined, signature: undefined, response: said }
}

const frameless = new Uint8Array(0)
