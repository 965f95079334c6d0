import {
  decode,
  encode,
  replyCodec,
  requestCodec,
  type Digest,
  type Head,
  type Name,
  type PartyKey,
  type Reply,
  type Request,
} from "@event-manager/protocol"
import type { Command } from "../../trusted/enclave/src/core/decide.ts"
import type { Step } from "../../trusted/enclave/src/core/step.ts"
import { Alarms, isContradiction, type Seen } from "./alarms.ts"
import { Chronicle, holds, type Place } from "./chronicle.ts"
import { entryFault } from "./entryRules.ts"
import type { Observer } from "./watch/observer.ts"

interface Answered {
  readonly reply: Reply
  isAccepted: boolean
}

/**
 * What must hold, kept apart from what is simulated: fed by what enclaves decide and what clients accept. What does
 * not hold is noted here, and the run stops after the step.
 */
export class Model implements Observer {
  readonly chronicle = new Chronicle()
  readonly violations: string[] = []
  /** Alarms that honest parties must raise, each before the step ends or, where its client computes, soon after. */
  readonly alarms: Alarms
  /** What an honest party has seen, for what is asked without saying so. */
  seenBy: (party: PartyKey, terms: Digest) => Seen = () => ({ head: undefined, hasGrown: false })
  /** What a client's hash waits for. */
  pause: (length: number) => Promise<void> | undefined = () => undefined
  readonly #isHostHonest: boolean
  readonly #answers = new Map<string, Answered[]>()
  readonly #sealed = new Set<string>()
  readonly #acknowledged = new Map<Name, Place>()

  constructor(isHostHonest: boolean) {
    this.#isHostHonest = isHostHonest
    this.alarms = new Alarms((what) => this.violated(what))
  }

  violated(what: string): void {
    this.violations.push(what)
  }

  stepped(command: Command, before: Head | undefined, taken: Step): void {
    this.#takeEvents(command, before, taken)
    this.#checkReplyTo(command, taken)
    if (this.#isHostHonest) this.#checkDurable(command.request, taken)
    const key = command.party + encode(requestCodec, command.request).toHex()
    const { head, response } = taken
    const reply = { head, signature: undefined, response }
    const answers = this.#answers.get(key) ?? []
    answers.push({ reply, isAccepted: false })
    this.#answers.set(key, answers)
  }

  accepted(party: PartyKey, request: Uint8Array, bytes: Uint8Array): void {
    const reply = decode(replyCodec, bytes)
    this.#checkBinding(party, request, reply)
    const asked = decode(requestCodec, request)
    this.#noteAcknowledged(asked, reply)
    if (this.#isAlarmDue(party, asked, reply)) this.alarms.expect(party, asked.kind === "describe")
  }

  hashing(length: number): Promise<void> | undefined {
    return this.pause(length)
  }

  sealing(key: Uint8Array, nonce: Uint8Array): void {
    const pair = `${key.toHex()}${nonce.toHex()}`
    if (this.#sealed.has(pair)) this.violated("two things were sealed under one key and nonce")
    this.#sealed.add(pair)
  }

  #takeEvents(command: Command, before: Head | undefined, { events }: Step): void {
    let place = before === undefined ? undefined : this.chronicle.at(before)
    if (before !== undefined && place === undefined) this.violated("an enclave has a history that never came about")
    for (const event of events) {
      if (event.kind !== "accepted") continue
      const requestId = "requestId" in command.request ? command.request.requestId : undefined
      const fault = entryFault(place, event.entry, command)
      if (fault !== undefined) this.violated(fault)
      place = this.chronicle.add(place, event.head, event.entry, requestId)
    }
  }

  /** Nobody is told anything who may not be. */
  #checkReplyTo({ party, request }: Command, { response, head }: Step): void {
    const place = head === undefined ? undefined : this.chronicle.at(head)
    if (place === undefined) return
    const { participants, convenor } = place.descriptor
    const isMember = participants.includes(party)
    if (!isMember && convenor !== party) this.violated("an outsider was told of a history")
    const isForMembers = ["result", "awaiting", "submitted", "submittedMany", "retired"].includes(response.kind)
    if (isForMembers && !isMember) this.violated(`an outsider's '${request.kind}' was answered '${response.kind}'`)
  }

  /** Under an honest host, what was once told stays true. */
  #checkDurable(request: Request, { head, response }: Step): void {
    if (response.kind === "refused" && response.reason === "NOT_A_PARTICIPANT") return
    const told = "computation" in request ? this.#acknowledged.get(request.computation) : undefined
    if (told === undefined || request.kind === "create") return
    const place = head === undefined ? undefined : this.chronicle.at(head)
    if (place === undefined || !holds(place, told)) this.violated(`what was told of ${told.descriptor.name} was lost`)
  }

  #noteAcknowledged(request: Request, { head }: Reply): void {
    const place = head === undefined ? undefined : this.chronicle.at(head)
    if (place === undefined || !("computation" in request)) return
    const known = this.#acknowledged.get(request.computation)
    if (known === undefined || place.length > known.length) this.#acknowledged.set(request.computation, place)
  }

  #checkBinding(party: PartyKey, request: Uint8Array, reply: Reply): void {
    const content = encode(replyCodec, { ...reply, signature: undefined }).toHex()
    const answers = this.#answers.get(party + request.toHex()) ?? []
    const made = answers.find((each) => !each.isAccepted && encode(replyCodec, each.reply).toHex() === content)
    if (made === undefined) this.violated("a client accepted a reply that was not made for its request")
    else made.isAccepted = true
  }

  /** Whether this reply shows a history that lacks what the asker has seen. */
  #isAlarmDue(party: PartyKey, request: Request, { head, response }: Reply): boolean {
    const isOther = response.kind === "refused" && response.reason === "TERMS_DIFFER"
    const place = head === undefined || isOther ? undefined : this.chronicle.at(head)
    if (place === undefined) return false
    const seen = this.seenBy(party, place.terms)
    if (request.kind === "describe") return isContradiction(seen, place)
    // What another request of the same party has seen meanwhile may be later, but not another.
    return isContradiction({ ...seen, hasGrown: true }, place) || this.#lacksKnown(request, place)
  }

  /** Whether a history lacks what its request said was known. */
  #lacksKnown(request: Request, place: Place): boolean {
    const known = "known" in request ? request.known : undefined
    const seen = known && this.chronicle.at(known)
    return seen !== undefined && !holds(place, seen)
  }
}
