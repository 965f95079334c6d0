import {
  adviseOn,
  CodedError,
  escapeText,
  EventManager,
  fingerprint,
  HistoryError,
  packKeys,
  parseConstraint,
  termsOf,
  writeCheckpoint,
  writeResult,
  type Advice,
  type Descriptor,
  type Digest,
  type Head,
  type KeyText,
  type Name,
  type PartyKey,
  type Result,
  type Roots,
  type Surroundings,
  type Terms,
} from "@event-manager/client"
import type { Desk, Place } from "../home/home.ts"
import { computationOf, type Computation } from "./computation.ts"
import { accepted, describeRefusal, Refusal } from "./failure.ts"
import { followMatches, type MatchesView } from "./followMatches.ts"
import { findEnclave, requiredConstraint, type Found } from "./found.ts"
import type { Invitation } from "./invitation.ts"
import type { Happening } from "./journal.ts"
import { KeySending, type Progress, type SendingOptions } from "./keySending.ts"
import { findInvited, requireAgreement, requireInvited, type OpenedInvitation } from "./openedInvitation.ts"
import { attempt, type Outcome } from "./outcome.ts"
import { PageError } from "./pageError.ts"
import { pause } from "./pause.ts"
import { readSubmissionField } from "./submissionField.ts"

export type { Computation, Found, MatchesView, OpenedInvitation, Progress }

export type ResultView =
  | {
      readonly kind: "awaiting"
      readonly signed: readonly PartyKey[]
      readonly needed: number
      readonly inputs: number
    }
  | {
      readonly kind: "released"
      readonly result: Result
      readonly inputs: number
      /** The signed statement as a file's text, and the name for that file. */
      readonly statement: string
      readonly fileName: string
    }

export interface Submitted {
  readonly quorumReached: boolean
  readonly receipt: Head
  /** The receipt as a file's text: two that contradict one another prove a fork. */
  readonly receiptFile: string
}

/** What tests put in place of the world. */
export interface VisitOptions {
  readonly roots?: Roots
  /** Seconds since 1970. */
  readonly now?: () => number
  readonly pause?: (milliseconds: number) => Promise<void>
}

/** What takes long waits for a host that restarts, a quarter of a minute in all. */
const PATIENT_ATTEMPTS_MAX = 6
/** Computations of one's own that one does not take part in, and that are asked for one by one. */
const CONVENED_MAX = 50

/** One identity's dealings with the enclave at one place. No method rejects: what goes wrong is an Outcome. */
export class Visit {
  readonly place: Place
  readonly #desk: Desk
  readonly #options: VisitOptions & Required<Omit<VisitOptions, "roots">>
  readonly #sendings = new WeakMap<readonly KeyText[], KeySending>()
  readonly #receipts = new Map<Digest, string>()
  #managers: Managers | undefined
  #listed: readonly Descriptor[] = []

  constructor(desk: Desk, place: Place, options: VisitOptions = {}) {
    this.#desk = desk
    this.place = place
    this.#options = { now: () => Math.floor(Date.now() / 1_000), pause, ...options }
  }

  /** Looks at the enclave, and judges it by constraint and pin. Failed only where there is no evidence to judge. */
  attest(): Promise<Outcome<Found>> {
    return attempt(() => this.#find())
  }

  /** The computations that this identity takes part in, and those that it has created here. */
  list(): Promise<Outcome<readonly Computation[]>> {
    return this.#act(async ({ prompt }) => {
      const listed = accepted(await prompt.list())
      this.#listed = listed
      const all = await Promise.all(listed.map((each) => computationOf(this.#desk, each)))
      return [...all, ...(await this.#convened(prompt, new Set(all.map(({ terms }) => terms))))]
    })
  }

  /** A computation as it was listed last, or undefined; nobody is asked. */
  async listed(computation: Name): Promise<Computation | undefined> {
    return this.#listed.filter(({ name }) => name === computation).map((each) => computationOf(this.#desk, each))[0]
  }

  describe(computation: Name): Promise<Outcome<Computation>> {
    return this.#act(async ({ prompt }) => {
      const { descriptor } = accepted(await prompt.describe(computation))
      return computationOf(this.#desk, descriptor)
    })
  }

  /** What taking part in such a computation gives away. Asks nobody: it knows what was listed last. */
  advise(plan: Terms): readonly Advice[] {
    return this.#adviseOn({ ...plan, name: plan.computation })
  }

  create(terms: Terms): Promise<Outcome<Computation>> {
    return this.#act(async ({ prompt }) => {
      const created = accepted(await prompt.create(terms))
      await this.#record(terms.computation, created.terms, { kind: "created" })
      const { descriptor } = accepted(await prompt.describe(terms.computation))
      const computation = await computationOf(this.#desk, descriptor)
      if (computation.terms === created.terms) return computation
      throw new PageError("INVITATION_OTHER_TERMS", "the enclave describes another computation than was created")
    })
  }

  /**
   * Checks an invitation, for this place, against what is kept and what is found, and describes its computation. Keeps
   * place and pin. Nothing is sent to an enclave that is not the one invited to.
   */
  openInvitation(invitation: Invitation): Promise<Outcome<OpenedInvitation>> {
    return attempt(async () => {
      const { pins, places } = this.#desk
      requireAgreement(this.#desk, this.place, invitation)
      const found = await this.#find()
      requireInvited(found, invitation)
      // First, so that another enclave that answers from here on is a changed one.
      if (pins.get(this.place.server) === undefined) await pins.set(this.place.server, invitation.enclave)
      const { prompt } = this.#open()
      const computation = await findInvited(this.#desk, prompt, invitation)
      await places.keep(this.place)
      this.#listed = accepted(await prompt.list())
      return { found, computation, advice: this.#adviseOn(computation.descriptor) }
    })
  }

  /** The link's content for others. */
  invite(computation: Computation): Promise<Outcome<Invitation>> {
    return this.#act(async ({ prompt }) => {
      const { server, constraint } = this.place
      const { identity } = (await prompt.attest()).statement
      await this.#recordOnce(computation.descriptor.name, computation.terms, { kind: "invited" })
      return {
        server,
        constraint: requiredConstraint(constraint),
        enclave: identity,
        computation: computation.descriptor.name,
        terms: computation.terms,
      }
    })
  }

  /** Submits what was typed; a number field's text is trimmed. A second number revises the first. */
  submit({ descriptor, terms }: Computation, value: string, message?: string): Promise<Outcome<Submitted>> {
    return this.#about(descriptor, terms, async ({ prompt }) => {
      const submission = readSubmissionField(descriptor, value, message)
      const isFirst = descriptor.type === "key" || this.#desk.notebook.note(terms)?.receipt === undefined
      const { quorumReached, receipt, checkpoint } = accepted(await prompt.submit(descriptor, submission))
      await this.#record(descriptor.name, terms, { kind: isFirst ? "submitted" : "revised", receipt, quorumReached })
      const receiptFile = writeCheckpoint(checkpoint)
      this.#receipts.set(terms, receiptFile)
      return { quorumReached, receipt, receiptFile }
    })
  }

  /**
   * Submits a table's keys, thousands in a request. With `signal` it ends early; what was sent stays. Called again with
   * the same array after a failure, it goes on, and nothing is submitted twice.
   */
  submitKeys(
    { descriptor, terms }: Computation,
    keys: readonly KeyText[],
    options: SendingOptions = {},
  ): Promise<Outcome<Progress>> {
    return this.#about(descriptor, terms, async ({ patient }) => {
      const sending = this.#sendings.get(keys) ?? new KeySending(keys)
      this.#sendings.set(keys, sending)
      const before = sending.progress.sent
      try {
        const refused = await sending.send(patient, descriptor, options)
        if (refused !== undefined) throw new Refusal(describeRefusal(refused))
      } finally {
        const { receipt } = sending
        const sent = sending.progress.sent - before
        if (receipt !== undefined && sent > 0) {
          await this.#record(descriptor.name, terms, { kind: "keys submitted", keys: sent, receipt })
        }
      }
      return sending.progress
    })
  }

  /** Takes own keys out again; answers with how many of them were there. */
  retireKeys(
    { descriptor, terms }: Computation,
    keys: readonly KeyText[],
  ): Promise<Outcome<{ readonly retired: number }>> {
    return this.#about(descriptor, terms, async ({ patient }) => {
      let retired = 0
      for (const batch of packKeys(keys.map(({ key }) => ({ key })))) {
        const { keys: taken, receipt } = accepted(await patient.retire(descriptor, batch))
        retired += taken
        await this.#record(descriptor.name, terms, { kind: "keys retired", keys: taken, receipt })
      }
      return { retired }
    })
  }

  /** Asks for the result; where it takes witnesses, signs the frozen inputs first. */
  result({ descriptor, terms }: Computation): Promise<Outcome<ResultView>> {
    return this.#about(descriptor, terms, async ({ prompt }) => {
      const answer = accepted(await prompt.result(descriptor))
      const { receipts, head } = answer.kind === "awaiting" ? answer.frozen : answer.result.frozen
      const inputs = receipts.length
      if (answer.kind === "released") {
        await this.#recordOnce(descriptor.name, terms, { kind: "released", inputs, head })
        const statement = writeResult(answer.saved)
        return { kind: "released", result: answer.result, inputs, statement, fileName: `${descriptor.name}.result` }
      }
      const { witnesses: signed } = answer
      const needed = descriptor.release.kind === "witnessed" ? descriptor.release.witnesses : 0
      await this.#recordOnce(descriptor.name, terms, { kind: "frozen", inputs, head })
      await this.#recordOnce(descriptor.name, terms, { kind: "witnessed", signed: signed.length, needed })
      return { kind: "awaiting", signed, needed, inputs }
    })
  }

  delete({ descriptor, terms }: Computation): Promise<Outcome<undefined>> {
    return this.#about(descriptor, terms, async ({ prompt }) => {
      accepted(await prompt.delete(descriptor))
      await this.#record(descriptor.name, terms, { kind: "deleted" })
      return undefined
    })
  }

  /** Matches as they come, until the signal. The first item is all that there are. Throws as `list` fails. */
  async *followMatches(signal: AbortSignal): AsyncGenerator<MatchesView> {
    const { prompt: manager } = this.#open()
    const transport = this.#desk.transport(this.place.server)
    for await (const view of followMatches({ manager, transport, signal })) {
      yield view
      await this.#recordMatches(view)
    }
  }

  /** The signed receipt of the latest number or key submitted while this page was open: with another it can prove a fork. */
  receiptOf({ terms }: Computation): string | undefined {
    return this.#receipts.get(terms)
  }

  /** A key by its card's names, or as its fingerprint; safe to show. */
  show(party: PartyKey): string {
    const names = this.namesOf(party)
    return names.length === 0 ? fingerprint(party) : names.map(escapeText).join(" = ")
  }

  namesOf(party: PartyKey): readonly Name[] {
    const cards = this.#desk.cards.all()
    return [...new Set(cards.filter((card) => card.party === party).map(({ name }) => name))]
  }

  #find(): Promise<Found> {
    return findEnclave(this.#desk, this.place, this.#options.now(), this.#options.roots)
  }

  /** Throws PageError (CONSTRAINT_MISSING, OTHER_HOST), UserError (CONSTRAINT_SYNTAX). */
  #open(): Managers {
    if (this.#managers !== undefined) return this.#managers
    const { identity, pins, notebook } = this.#desk
    const constraint = parseConstraint(requiredConstraint(this.place.constraint))
    const transport = this.#desk.transport(this.place.server)
    const shared = { ...this.#options, transport, identity, constraint, pins, notebook }
    this.#managers = {
      prompt: new EventManager(shared),
      patient: new EventManager({ ...shared, attemptsMax: PATIENT_ATTEMPTS_MAX }),
    }
    return this.#managers
  }

  #act<T>(act: (managers: Managers) => Promise<T>): Promise<Outcome<T>> {
    return attempt(async () => act(this.#open()))
  }

  /** Likewise, about one computation, in whose journal an alarm is noted. */
  #about<T>({ name }: Descriptor, terms: Digest, act: (managers: Managers) => Promise<T>): Promise<Outcome<T>> {
    return this.#act(async (managers) => {
      try {
        return await act(managers)
      } catch (error) {
        if (error instanceof HistoryError) await this.#record(name, terms, { kind: "alarm", code: error.code })
        throw error
      }
    })
  }

  /** Computations that this identity has created here without taking part in them: the enclave lists those of participants. */
  async #convened(manager: EventManager, listed: ReadonlySet<Digest>): Promise<readonly Computation[]> {
    const own = this.#desk.journal.created().filter(({ terms }) => !listed.has(terms))
    const found: Computation[] = []
    for (const { computation, terms } of own.slice(-CONVENED_MAX)) {
      const described = await manager.describe(computation)
      if (described.kind === "refused") continue
      const known = await computationOf(this.#desk, described.descriptor)
      if (known.terms === terms) found.push(known)
    }
    return found
  }

  #adviseOn(plan: Parameters<typeof adviseOn>[0]): readonly Advice[] {
    const surroundings: Surroundings = {
      namesOf: (party) => this.namesOf(party),
      show: (party) => this.show(party),
      others: this.#listed,
    }
    return adviseOn(plan, surroundings)
  }

  /** What has happened has happened, whether or not it can be written into the journal: that is for display alone. */
  async #record(computation: Name, terms: Digest, happening: Happening): Promise<void> {
    try {
      await this.#desk.journal.append({ at: this.#options.now(), terms, computation, happening })
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
    }
  }

  /** Of computations that are known by then; the host sees nothing of it. */
  async #recordMatches({ matches, counts }: MatchesView): Promise<void> {
    const found = Map.groupBy(matches, ({ computation }) => computation)
    for (const descriptor of this.#listed) {
      const number = found.get(descriptor.name)?.length ?? counts.get(descriptor.name) ?? 0
      if (number > 0)
        await this.#recordOnce(descriptor.name, await termsOf(descriptor), { kind: "matched", matches: number })
    }
  }

  /** The same, unless it is what happened last of its kind. */
  async #recordOnce(computation: Name, terms: Digest, happening: Happening): Promise<void> {
    const latest = this.#desk.journal.of(terms).findLast((entry) => entry.happening.kind === happening.kind)
    if (JSON.stringify(latest?.happening) !== JSON.stringify(happening))
      await this.#record(computation, terms, happening)
  }
}

/** For what a person waits for, and for what takes long. */
interface Managers {
  readonly prompt: EventManager
  readonly patient: EventManager
}
