import {
  decode,
  encode,
  replyCodec,
  requestCodec,
  type FrameSize,
  type Reply,
  type Request,
} from "@event-manager/protocol"
import { verifyEvidence, type Attested } from "./attestation/evidence.ts"
import type { Roots } from "./attestation/roots.ts"
import type { Constraint } from "./constraint.ts"
import { TransportError } from "./errors.ts"
import type { Identity } from "./identity.ts"
import { requirePin, type Pins } from "./pins.ts"
import { requireConstraint } from "./policy.ts"
import { readSealed, Session } from "./session.ts"
import type { Transport } from "./transport.ts"

export interface CorrespondenceOptions {
  readonly transport: Transport
  readonly identity: Identity
  readonly constraint: Constraint
  readonly pins: Pins
  /** Whom evidence must lead to; the makers' own by default. */
  readonly roots?: Roots
  /** Seconds since 1970. */
  readonly now: () => number
  /** How often a request is sent whose reply does not come, each time after twice the wait: 4 times by default. */
  readonly attemptsMax?: number
  /** Waits for so many milliseconds before another attempt. */
  readonly pause: (milliseconds: number) => Promise<void>
}

/** A life of an enclave, accepted by constraint and pin. */
export interface Accepted {
  readonly attested: Attested
  /** What vouches for it, as it came. */
  readonly evidence: Uint8Array<ArrayBuffer>
}

/** A reply, and whose it is. Another request may meanwhile have met the enclave's next life. */
export interface Answer extends Reply {
  readonly by: Accepted
}

/** A session, and with whom. */
interface Open {
  readonly session: Session
  readonly by: Accepted
}

const ATTEMPTS_MAX_DEFAULT = 4
const PAUSE_MS = 250

/**
 * Requests and their replies. Before anything is sent, the enclave's evidence is held against the constraint and the
 * pin. A request whose reply is lost is sent again as it was. Methods reject with TransportError, AttestationError.
 */
export class Correspondence {
  readonly #options: CorrespondenceOptions
  readonly #attemptsMax: number
  #latest: Accepted | undefined
  #open: Open | undefined
  /** A host that was never there will not be there in a moment; one that was may restart, or have lost a reply. */
  #wasReached = false

  constructor(options: CorrespondenceOptions) {
    this.#options = options
    this.#attemptsMax = options.attemptsMax ?? ATTEMPTS_MAX_DEFAULT
  }

  /** The life that was accepted last. */
  get latest(): Accepted | undefined {
    return this.#latest
  }

  async attest(): Promise<Accepted> {
    const { transport, constraint, pins, roots, now } = this.#options
    const evidence = await transport.evidence()
    const attested = await verifyEvidence(evidence, now(), roots)
    requireConstraint(attested, constraint, now())
    await requirePin(pins, transport.address, attested.statement.identity)
    this.#latest = { attested, evidence: new Uint8Array(evidence) }
    return this.#latest
  }

  /** The reply to a request that is sent in a frame no smaller than `sizeMin`. */
  async ask(request: Request, sizeMin?: FrameSize): Promise<Answer> {
    const content = encode(requestCodec, request)
    for (let attempt = 1; ; attempt++) {
      let used: Open | undefined
      try {
        used = this.#open ??= await this.#shakeHands()
        this.#wasReached = true
        const { session, by } = used
        const reply = await session.exchange(content, sizeMin)
        return { ...readSealed(() => decode(replyCodec, reply)), by }
      } catch (error) {
        if (!(error instanceof TransportError) || error.code === "WRONG_REPLY") throw error
        this.#wasReached ||= error.code !== "HOST_UNREACHABLE"
        if (!this.#wasReached || error.code === "HOST_REFUSED" || attempt >= this.#attemptsMax) throw error
        // Another request may have shaken hands anew meanwhile.
        if (this.#open === used) this.#open = undefined
        if (error.code !== "NO_SESSION") await this.#options.pause(PAUSE_MS * 2 ** attempt)
      }
    }
  }

  async #shakeHands(): Promise<Open> {
    const by = await this.attest()
    return { session: await Session.open(this.#options.transport, by.attested, this.#options.identity), by }
  }
}
