/*
 * Hosts that do what the client must be proof against: one in front of a real enclave, and an enclave that lies.
 */
import { EventManager, parseConstraint, TransportError, type Pins, type Transport } from "@event-manager/client"
import {
  decode,
  encode,
  InvariantError,
  openFrame,
  requestCodec,
  responseCodec,
  sequenceNonce,
  unpad,
  type Delivery,
  type EnclaveCrossing,
  type Header,
  type HeaderOf,
  type Opened,
  type PartyKey,
  type Request,
  type Response,
} from "@event-manager/protocol"
import { shakeHands } from "../../trusted/enclave/src/shell/handshake.ts"
import { beginLife, type Life } from "../../trusted/enclave/src/shell/life.ts"
import { openSealed, sealFrame } from "../../trusted/enclave/src/shell/seal.ts"
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

/** What a mock enclave meets. */
export const mockConstraint = parseConstraint(`S:${"0".repeat(64)} PROD:1 SEC:INSECURE`)

export interface User {
  readonly identity: Identity
  readonly pins: TestPins
  readonly manager: EventManager
  /** The milliseconds of each pause that was asked for. */
  readonly pauses: readonly number[]
}

/** Somebody with an identity of their own, to whom a pause takes no time. */
export async function newUser(transport: Transport, constraint = mockConstraint): Promise<User> {
  const identity = await newIdentity()
  const pins = new TestPins()
  const pauses: number[] = []
  const pause = async (milliseconds: number): Promise<void> => void pauses.push(milliseconds)
  const now = (): number => CLOCK_MS_FIRST / 1_000
  return { identity, pins, pauses, manager: new EventManager({ transport, identity, constraint, pins, now, pause }) }
}

/** What a lying enclave says: a response, or bytes that are none. */
export type Lie = (request: Request) => Response | Bytes

/**
 * An enclave with keys of its own that seals whatever `lie` says: what a host can set up where nobody vouches for the
 * code, and what a fault in the enclave would look like.
 */
export class LyingEnclave implements Pick<EnclaveCrossing, "evidence" | "deliver"> {
  lie: Lie
  readonly requests: Request[] = []
  readonly #platform = testPlatform("liar")
  readonly #sessions = new Sessions()
  readonly #life: Promise<Life>

  constructor(lie: Lie) {
    this.lie = lie
    this.#life = beginLife(this.#platform)
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
    const request = decode(requestCodec, unpad(openSealed(session.toEnclave, nonce, headerBytes, sealed) ?? frameless))
    this.requests.push(request)
    const said = this.lie(request)
    const content = said instanceof Uint8Array ? said : encode(responseCodec, said)
    return sealFrame(session.toClient, nonce, { ...header, kind: "reply" }, content, 2_048)
  }
}

const frameless = new Uint8Array(0)
