import {
  AttestationError,
  fingerprint,
  securityLevels,
  type PartyKey,
  type SecurityLevel,
  type Transport,
} from "@event-manager/client"
import type { Found } from "./found.ts"
import { PageError } from "./pageError.ts"

/**
 * Holds every evidence on which something is sent against what its user was shown: a host may show good evidence to whoever
 * looks, and other evidence, that the constraint accepts too, to whoever sends.
 */
export class Watch {
  readonly #judge: (evidence: Uint8Array) => Promise<Found>
  #shown: { readonly level: SecurityLevel; readonly identity: PartyKey } | undefined
  #answered: Found | undefined
  #lowered: Found | undefined

  constructor(judge: (evidence: Uint8Array) => Promise<Found>) {
    this.#judge = judge
  }

  /** The enclave as it was when it was last accepted for something to be sent. */
  get answered(): Found | undefined {
    return this.#answered
  }

  /** Evidence that was lower than what was shown, and for which nothing was sent. */
  get lowered(): Found | undefined {
    return this.#lowered
  }

  /** What was looked at is shown; says whether it is lower than before, which by itself accepts nothing. */
  show(found: Found): Found {
    if (found.refusal !== undefined) return found
    const { level, identity } = found.facts
    const was = this.#shown?.level
    if (was !== undefined && isWorse(level, was)) {
      this.#lower(found)
      this.#shown = { level: was, identity }
      return { ...found, was }
    }
    this.#shown = { level, identity }
    return found
  }

  /** The user accepts the lower level. */
  accept(): void {
    if (this.#lowered === undefined) return
    const { level, identity } = this.#lowered.facts
    this.#shown = { level, identity }
    this.#lowered = undefined
  }

  /** The same way to the host, on which evidence that is not what was shown goes no further. */
  over(transport: Transport): Transport {
    return {
      address: transport.address,
      evidence: async () => {
        const evidence = await transport.evidence()
        this.#require(await this.#judge(evidence))
        return evidence
      },
      mail: async (frame) => transport.mail(frame),
      wakeUps: (signal) => transport.wakeUps(signal),
    }
  }

  /** Of two that were not accepted yet, the better one is what may be: the user may not have seen the other. */
  #lower(found: Found): void {
    const before = this.#lowered
    if (before === undefined || !isWorse(found.facts.level, before.facts.level)) this.#lowered = found
  }

  /** What the constraint or the pin refuses is refused by the library. Throws PageError LEVEL_LOWER, AttestationError. */
  #require(found: Found): void {
    if (found.refusal !== undefined) return
    const { level, identity } = found.facts
    const shown = this.#shown ?? { level, identity }
    if (isWorse(level, shown.level)) {
      this.#lower(found)
      throw new PageError("LEVEL_LOWER", `it was shown as ${shown.level}, and answers as ${level}`)
    }
    if (found.pin.kind === "first" && identity !== shown.identity) {
      const keys = `${fingerprint(shown.identity)} was shown, and ${fingerprint(identity)} answers`
      throw new AttestationError("ENCLAVE_CHANGED", `the enclave is not the one that was looked at: ${keys}`)
    }
    this.#shown = { level, identity }
    this.#answered = found
    this.#lowered = undefined
  }
}

function isWorse(level: SecurityLevel, than: SecurityLevel): boolean {
  return securityLevels.indexOf(level) > securityLevels.indexOf(than)
}
