import {
  decode,
  DecodeError,
  digest,
  encode,
  frameSizeFor,
  frameSizes,
  InvariantError,
  openFrame,
  requestCodec,
  responseCodec,
  sequenceNonce,
  unopenedFrame,
  unpad,
  type Delivery,
  type Digest,
  type EnclaveCrossing,
  type FrameSize,
  type HeaderOf,
  type Opened,
} from "@event-manager/protocol"
import { createHash } from "node:crypto"
import { emptyState } from "../core/state.ts"
import { step, type Step } from "../core/step.ts"
import { shakeHands } from "./handshake.ts"
import { beginLife, type Life } from "./life.ts"
import type { Platform } from "./platform/platform.ts"
import { openSealed, sealFrame } from "./seal.ts"
import { Sessions, type Session } from "./sessions.ts"

/** Evidence is made anew when its report is this old, so that clients may ask for a recent one. */
const EVIDENCE_SECONDS_MAX = 3_600

const malformed: Step = {
  events: [],
  response: { kind: "refused", reason: "MALFORMED_REQUEST", parameter: 0 },
  frameSizeMin: frameSizes[0],
}

/** Starts an enclave: a new life with an empty state. */
export async function openEnclave(platform: Platform): Promise<EnclaveCrossing> {
  return new Enclave(platform, await beginLife(platform))
}

class Enclave implements EnclaveCrossing {
  readonly #platform: Platform
  readonly #life: Life
  readonly #sessions = new Sessions()
  readonly #state = emptyState()
  #evidence: { readonly bytes: Uint8Array; readonly issuedAt: number } | undefined
  #latest = 0

  constructor(platform: Platform, life: Life) {
    this.#platform = platform
    this.#life = life
  }

  async evidence(): Promise<Uint8Array> {
    const now = this.#now()
    if (this.#evidence === undefined || now - this.#evidence.issuedAt >= EVIDENCE_SECONDS_MAX) {
      this.#evidence = { bytes: this.#life.evidence(now), issuedAt: now }
    }
    return this.#evidence.bytes
  }

  async deliver(frame: Uint8Array): Promise<Delivery> {
    const opened = orUndefined(() => openFrame(frame))
    if (opened?.header.kind === "hello") return this.#hello(opened.header, opened)
    if (opened?.header.kind === "mail") return this.#mail(opened.header, opened)
    return unopened()
  }

  async close(): Promise<void> {}

  async #hello(header: HeaderOf<"hello">, opened: Opened): Promise<Delivery> {
    try {
      const reply = await shakeHands(this.#life, this.#platform, this.#sessions, header, opened)
      return { reply, changed: false }
    } catch (error) {
      if (error instanceof InvariantError) throw error
      // Whatever is wrong with a hello, its sender learns the same: this is no hello to this life.
      return unopened()
    }
  }

  #mail(header: HeaderOf<"mail">, opened: Opened): Delivery {
    const session = this.#sessions.get(header.session)
    if (session === undefined || session.window.isSpent(header.sequence)) return unopened()
    const nonce = sequenceNonce(header.sequence)
    const padded = openSealed(session.toEnclave, nonce, opened.headerBytes, opened.sealed)
    if (padded === undefined) return unopened()
    session.window.spend(header.sequence)
    this.#sessions.touch(header.session)
    const { events, response, frameSizeMin } = this.#answer(session, padded)
    return {
      reply: sealReply(session, header, encode(responseCodec, response), frameSizeMin),
      changed: events.length > 0,
    }
  }

  #answer(session: Session, padded: Uint8Array): Step {
    const request = orUndefined(() => decode(requestCodec, unpad(padded)))
    if (request === undefined) return malformed
    return step(this.#state, { party: session.party, at: this.#now(), request }, sha256)
  }

  /** Seconds since 1970; never earlier than it was. */
  #now(): number {
    this.#latest = Math.max(this.#latest, Math.floor(this.#platform.nowMs() / 1_000))
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

function sha256(bytes: Uint8Array): Digest {
  return digest(createHash("sha256").update(bytes).digest())
}
