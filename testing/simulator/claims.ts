/*
 * What a participant claims to hold: its submissions, and the answers it accepted. Held against the chronicle, and
 * against what the other honest participants hold.
 */
import {
  decode,
  frozenCodec,
  labelled,
  type Digest,
  type Head,
  type Match,
  type PackedKeys,
  type PartyKey,
  type Result,
} from "@event-manager/protocol"
import { latestSubmissions, type Place } from "./chronicle.ts"
import { isAnswer, numberIn, revisionIn } from "./expected.ts"
import { matchFault } from "./matches.ts"
import type { Model } from "./model.ts"
import type { Plan, Shape } from "./plan.ts"
import { count, type Tally } from "./tally.ts"

/** One participant's submissions to one computation, in order. */
export interface Sent {
  readonly value: bigint
  state: "sent" | "acknowledged" | "refused"
  /** Once it is acknowledged: which of this participant's submissions it is, in the order that counts. */
  revision: number | undefined
}

/** What signed statements of frozen inputs begin with. */
const STATEMENT = labelled("frozen inputs", new Uint8Array(0))

export class Claims {
  readonly #model: Model
  readonly #plan: Plan
  readonly #tally: Tally
  readonly #shapes = new Map<Digest, Shape>()
  /** By computation: what the first honest participant to hold an answer holds. */
  readonly #held = new Map<Digest, Result>()
  /** By participant and computation: the answer that it accepted. */
  readonly #answers = new Map<string, string>()
  /** By participant and computation: the frozen inputs that it signed. */
  readonly #signed = new Map<string, Uint8Array>()

  constructor(model: Model, plan: Plan, tally: Tally) {
    this.#model = model
    this.#plan = plan
    this.#tally = tally
  }

  /** From here on, answers of this computation are compared. */
  about(terms: Digest, shape: Shape): void {
    this.#shapes.set(terms, shape)
  }

  /** An honest participant has been told where its submission stands. */
  acknowledged(party: PartyKey, sent: Sent, receipt: Head): void {
    const place = this.#model.chronicle.at(receipt)
    const isOwn = place?.entry.kind === "submitted" && place.entry.party === party
    if (place === undefined || !isOwn || numberIn(place.entry) !== sent.value) {
      this.#model.violated("a receipt is not that of the submission it was given for")
      return
    }
    sent.state = "acknowledged"
    sent.revision = revisionIn(place.entry)
  }

  /** An honest participant has been told where its keys stand, or that they are taken out. */
  acknowledgedMany(party: PartyKey, keys: PackedKeys, receipt: Head): void {
    const entry = this.#model.chronicle.at(receipt)?.entry
    const found =
      entry?.kind === "submittedMany" ? entry.submissions : entry?.kind === "retired" ? entry.keys : undefined
    const isOwn = entry !== undefined && "party" in entry && entry.party === party
    if (isOwn && found?.bytes.toHex() === keys.bytes.toHex()) return
    this.#model.violated("a receipt is not that of the keys it was given for")
  }

  /** An honest participant has signed this: of each computation, the frozen inputs once. */
  signed(party: PartyKey, data: Uint8Array): void {
    if (Buffer.compare(data.subarray(0, STATEMENT.length), STATEMENT) !== 0) return
    const { descriptor } = decode(frozenCodec, data.subarray(STATEMENT.length))
    const key = party + descriptor.id
    const before = this.#signed.get(key)
    this.#signed.set(key, data)
    if (before === undefined || Buffer.compare(before, data) === 0) return
    this.#model.violated("an honest participant signed two statements")
  }

  /** An honest participant has accepted an answer. */
  accepted(party: PartyKey, terms: Digest, sent: readonly Sent[], result: Result): void {
    count(this.#tally, "answers accepted")
    const { frozen, answer } = result
    const place = this.#model.chronicle.at(frozen.head)
    if (place === undefined || place.terms !== terms) {
      this.#model.violated("an answer rests on a history that never came about")
      return
    }
    const latest = latestSubmissions(place)
    this.#checkReceipts(place, latest, result)
    if (!isAnswer(place, answer)) this.#model.violated("a client accepted an answer that is not over the frozen inputs")
    this.#checkOwn(latest.get(party), sent)
    this.#checkOnlyAnswer(party + terms, contentOf(result))
    this.#checkAgreement(terms, result)
  }

  /** An honest participant has been told of these matches of one computation. */
  matched(party: PartyKey, matches: readonly Match[]): void {
    const fault = matchFault(this.#model.chronicle, party, matches)
    if (fault !== undefined) this.#model.violated(fault)
  }

  #checkReceipts(place: Place, latest: ReadonlyMap<PartyKey, Place>, { frozen, witnesses }: Result): void {
    const { quorum, participants, release } = place.descriptor
    const isFull = latest.size === frozen.receipts.length
    const isSame = isFull && frozen.receipts.every(({ party, receipt }) => latest.get(party)?.hash === receipt.hash)
    if (!isSame) this.#model.violated("a client accepted receipts that are not everybody's latest")
    if (latest.size < quorum) this.#model.violated("a client accepted an answer below quorum")
    if (release.kind === "all" && latest.size < participants.length)
      this.#model.violated("an answer before all were in")
    const distinct = new Set(witnesses.map(({ party }) => party)).size
    if (release.kind === "witnessed" && distinct < release.witnesses) {
      this.#model.violated(`a client accepted an answer with ${distinct} of ${release.witnesses} witnesses`)
    }
  }

  /** What counts is the latest acknowledged, or one sent after it whose fate its sender does not know. */
  #checkOwn(counted: Place | undefined, sent: readonly Sent[]): void {
    const acknowledged = Math.max(...sent.map(({ revision }) => revision ?? -1))
    if (counted === undefined) {
      if (acknowledged >= 0) this.#model.violated("an accepted answer lacks its reader's acknowledged submission")
      return
    }
    const found = sent.find(({ value }) => value === numberIn(counted.entry))
    if (found === undefined) this.#model.violated("an accepted answer counts what its reader never submitted")
    if (revisionIn(counted.entry) < acknowledged) {
      this.#model.violated("an accepted answer counts a submission older than the acknowledged one")
    }
    if (found?.state === "refused" && this.#plan.isHostHonest) {
      this.#model.violated("an accepted answer counts a submission that was refused")
    }
  }

  /** Whatever the terms: who holds an answer takes no other. */
  #checkOnlyAnswer(key: string, content: string): void {
    const before = this.#answers.get(key) ?? content
    this.#answers.set(key, before)
    if (before !== content) this.#model.violated("an honest participant accepted two answers")
  }

  #checkAgreement(terms: Digest, result: Result): void {
    const held = this.#held.get(terms)
    if (held === undefined) {
      this.#held.set(terms, result)
      return
    }
    if (contentOf(held) === contentOf(result)) return
    const shape = this.#shapes.get(terms)
    if (shape === undefined || !this.#isAgreementPromised(shape)) {
      count(this.#tally, `disagreement where none is excluded (${shape?.release.kind ?? "?"})`)
      return
    }
    this.#model.violated("two honest participants hold different answers")
  }

  #isAgreementPromised({ release }: Shape): boolean {
    const { participants, colluders, isAnchored } = this.#plan
    return isAnchored || (release.kind === "witnessed" && 2 * release.witnesses > participants + colluders)
  }
}

/** What two who agree have in common: not the witnesses, of whom there may be more later. */
function contentOf({ frozen, answer }: Result): string {
  return JSON.stringify([frozen, answer])
}
