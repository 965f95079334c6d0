import {
  checkpointSigned,
  decode,
  DecodeError,
  encode,
  frameSizeFor,
  frameSizes,
  InvariantError,
  LIFE_BYTES,
  openFrame,
  replyCodec,
  requestCodec,
  resultSigned,
  sequenceNonce,
  unopenedFrame,
  unpad,
  type Delivery,
  type EnclaveCrossing,
  type FrameSize,
  type HeaderOf,
  type Opened,
  type Request,
  type Store,
} from "@event-manager/protocol"
import { openAes } from "@event-manager/protocol/node"
import type { Primitives } from "../core/primitives.ts"
import { eventsOf } from "../core/snapshot.ts"
import { evolve } from "../core/evolve.ts"
import { emptyState, type State } from "../core/state.ts"
import { step, type Step } from "../core/step.ts"
import type { Anchor } from "./anchor/anchor.ts"
import { SEED_BYTES, signerFromSeed, type Signer } from "./ed25519.ts"
import { shakeHands } from "./handshake.ts"
import { Journal, SNAPSHOT_BYTES_MIN } from "./journal.ts"
import { beginLife, type Life } from "./life.ts"
import type { Platform } from "./platform/platform.ts"
import { nodePrimitives } from "./primitives.ts"
import { HASH_BYTES, RecordKeys, type Genesis } from "./record.ts"
import { recover } from "./recovery.ts"
import { sealFrame } from "./seal.ts"
import { Sessions, type Session } from "./sessions.ts"

export interface EnclaveOptions {
  readonly platform: Platform
  readonly store: Store
  /** 32 bytes, known to this enclave alone, the same at each start. */
  readonly sealingKey: Uint8Array
  readonly anchor: Anchor
  /** How many bytes of records make a snapshot worth its while. */
  readonly snapshotBytesMin?: number
}

/** What keys are hashed under in one life: nothing of it is kept, since an index is made anew at each start. */
const INDEX_KEY_BYTES = 16

/** Evidence is made anew when its report is this old, so that clients may ask for a recent one. */
const EVIDENCE_SECONDS_MAX = 3_600

const malformed: Step = {
  events: [],
  response: { kind: "refused", reason: "MALFORMED_REQUEST", parameter: 0 },
  head: undefined,
  frameSizeMin: frameSizes[0],
}

/** Starts an enclave: a new life, on the state that is stored or a new one. Throws RecoveryError, AnchorError. */
export async function openEnclave(options: EnclaveOptions): Promise<EnclaveCrossing> {
  const { platform, store, anchor, snapshotBytesMin = SNAPSHOT_BYTES_MIN } = options
  const keys = new RecordKeys(options.sealingKey)
  const id = platform.entropy(LIFE_BYTES)
  const state = emptyState(new Uint32Array(platform.entropy(INDEX_KEY_BYTES).buffer))
  const found = await recover(store, keys, anchor, (event) => evolve(state, event))
  const end = found ?? {
    genesis: newGenesis(platform),
    next: 0,
    last: new Uint8Array(HASH_BYTES),
    register: await anchor.read(),
    recordBytes: 0,
  }
  const snapshot = (): ReturnType<typeof eventsOf> => eventsOf(state)
  const journal = new Journal({ store, anchor, keys, life: id, snapshot, snapshotBytesMin }, end)
  if (found === undefined) await journal.begin()
  const signer = signerFromSeed(end.genesis.identitySeed)
  const life = await beginLife(platform, id, signer.publicKey, anchor.name)
  const primitives = nodePrimitives(signer.publicKey, end.genesis.historyKey)
  return new Enclave({ platform, life, state, journal, signer, primitives })
}

function newGenesis(platform: Platform): Genesis {
  return { identitySeed: platform.entropy(SEED_BYTES), historyKey: platform.entropy(HASH_BYTES) }
}

interface Parts {
  readonly platform: Platform
  readonly life: Life
  readonly state: State
  readonly journal: Journal
  readonly signer: Signer
  readonly primitives: Primitives
}

class Enclave implements EnclaveCrossing {
  readonly #parts: Parts
  readonly #sessions = new Sessions()
  #evidence: { readonly bytes: Promise<Uint8Array>; readonly issuedAt: number } | undefined
  #latest = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  evidence(): Promise<Uint8Array> {
    const now = this.#now()
    if (this.#evidence === undefined || now - this.#evidence.issuedAt >= EVIDENCE_SECONDS_MAX) {
      const made = { bytes: this.#parts.life.evidence(now), issuedAt: now }
      this.#evidence = made
      made.bytes.catch(() => this.#forget(made))
    }
    return this.#evidence.bytes
  }

  /** A platform that gave nothing is asked again at the next question. */
  #forget(failed: object): void {
    if (this.#evidence === failed) this.#evidence = undefined
  }

  async deliver(frame: Uint8Array): Promise<Delivery> {
    const opened = orUndefined(() => openFrame(frame))
    if (opened?.header.kind === "hello") return this.#hello(opened.header, opened)
    if (opened?.header.kind === "mail") return this.#mail(opened.header, opened)
    return unopened()
  }

  /** Resolves when all that was accepted is stored, and no snapshot is being written. */
  close(): Promise<void> {
    return this.#parts.journal.settled()
  }

  async #hello(header: HeaderOf<"hello">, opened: Opened): Promise<Delivery> {
    try {
      const { life, platform } = this.#parts
      return {
        reply: await shakeHands(life, platform, this.#sessions, header, opened),
        changed: false,
      }
    } catch (error) {
      if (error instanceof InvariantError) throw error
      // Whatever is wrong with a hello, its sender learns the same: this is no hello to this life.
      return unopened()
    }
  }

  async #mail(header: HeaderOf<"mail">, opened: Opened): Promise<Delivery> {
    const session = this.#sessions.get(header.session)
    if (session === undefined || session.window.isSpent(header.sequence)) return unopened()
    const nonce = sequenceNonce(header.sequence)
    const padded = openAes(session.toEnclave, nonce, opened.headerBytes, opened.sealed)
    if (padded === undefined) return unopened()
    session.window.spend(header.sequence)
    this.#sessions.touch(header.session)
    const size = opened.headerBytes.length + opened.sealed.length
    const { content, frameSizeMin, changed } = this.#answer(session, padded, size)
    // A question too: what it tells may rest on what is not stored yet.
    await this.#parts.journal.durable()
    return { reply: sealReply(session, header, content, frameSizeMin), changed }
  }

  #answer(
    session: Session,
    padded: Uint8Array,
    size: number,
  ): { content: Uint8Array; frameSizeMin: FrameSize; changed: boolean } {
    const request = orUndefined(() => decode(requestCodec, unpad(padded)))
    const { state, primitives, journal } = this.#parts
    const frame = frameSizes.find((each) => each === size) ?? frameSizes[0]
    const command = { party: session.party, at: this.#now(), frame }
    const taken = request === undefined ? malformed : step(state, { ...command, request }, primitives)
    journal.add(taken)
    const { response, head, frameSizeMin, events } = taken
    const content = encode(replyCodec, { head, signature: this.#sign(request, taken), response })
    return { content, frameSizeMin, changed: events.length > 0 }
  }

  /** Results are signed, and receipts where that was asked for. */
  #sign(request: Request | undefined, { response }: Step): Uint8Array<ArrayBuffer> | undefined {
    const { signer, life } = this.#parts
    if (response.kind === "result") return signer.sign(resultSigned(response.result))
    const isAsked = request !== undefined && "signed" in request && request.signed
    if (!isAsked || !("receipt" in response)) return undefined
    const { terms, receipt: head } = response
    return signer.sign(checkpointSigned({ identity: signer.publicKey, life: life.id, terms, head }))
  }

  /** Seconds since 1970; never earlier than it was. */
  #now(): number {
    this.#latest = Math.max(this.#latest, Math.floor(this.#parts.platform.nowMs() / 1_000))
    return this.#latest
  }
}

function sealReply(session: Session, mail: HeaderOf<"mail">, content: Uint8Array, sizeMin: FrameSize): Uint8Array {
  const needed = frameSizeFor("reply", content.length)
  const size = needed > sizeMin ? needed : sizeMin
  const header = { kind: "reply", session: mail.session, sequence: mail.sequence } as const
  return sealFrame(session.toClient, sequenceNonce(mail.sequence), header, content, size)
}

function unopened(): Delivery {
  return { reply: unopenedFrame(), changed: false }
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
