import {
  adviseOn,
  EventManager,
  packKeys,
  parseConstraint,
  writeCheckpoint,
  type Advice,
  type Descriptor,
  type Digest,
  type KeyText,
  type Name,
  type PartyKey,
  type Roots,
  type Terms,
} from "@event-manager/client"
import type { Desk, Place } from "../home/home.ts"
import { computationOf, type Computation } from "./computation.ts"
import { accepted, describeRefusal, Refusal } from "./failure.ts"
import { followMatches, type MatchesView } from "./followMatches.ts"
import { findEnclave, judgeEvidence, requiredConstraint, type Found, type Judging } from "./found.ts"
import type { Invitation } from "./invitation.ts"
import { KeySending, type Progress, type SendingOptions } from "./keySending.ts"
import { convenedAt, missingOf, type Missing } from "./missing.ts"
import {
  findInvited,
  newServerOf,
  requireAgreement,
  requireInvited,
  type OpenedInvitation,
} from "./openedInvitation.ts"
import { attempt, type Outcome } from "./outcome.ts"
import { PageError } from "./pageError.ts"
import { pause } from "./pause.ts"
import { nameOf, namesIn, surroundingsOf } from "./people.ts"
import type { NewServer } from "./places.ts"
import { Recorder } from "./recorder.ts"
import { RestoredNotebook } from "./restoredNotebook.ts"
import { viewOfResult, type ResultView } from "./resultView.ts"
import { readSubmissionField, type Submitted } from "./submissionField.ts"
import { Watch } from "./watch.ts"

export type { Computation, Found, MatchesView, Missing, NewServer, OpenedInvitation, Progress, ResultView, Submitted }

export interface VisitOptions {
  /** What whoever serves the page says for the group: no invitation says otherwise of that server. */
  readonly suggested?: Place | undefined
  // What tests put in place of the world.
  readonly roots?: Roots
  /** Seconds since 1970. */
  readonly now?: () => number
  readonly pause?: (milliseconds: number) => Promise<void>
}

/** A host that restarts is waited for, a quarter of a minute in all. */
const ATTEMPTS_MAX = 6

/** One identity's dealings with the enclave at one place. No method rejects: what goes wrong is an Outcome. */
export class Visit {
  readonly place: Place
  readonly #desk: Desk
  readonly #options: VisitOptions & Required<Pick<VisitOptions, "now" | "pause">>
  readonly #sendings = new WeakMap<readonly KeyText[], KeySending>()
  readonly #receipts = new Map<Digest, string>()
  readonly #watch: Watch
  readonly #recorder: Recorder
  /** Of the computations that were asked about, by terms. */
  readonly #names = new Map<Digest, Name>()
  /** One alone: another would not know what this one's requests, still under way, may have changed. */
  #manager: EventManager | undefined
  #listed: readonly Descriptor[] = []
  #missing: readonly Missing[] = []

  constructor(desk: Desk, place: Place, options: VisitOptions = {}) {
    this.#desk = desk
    this.place = place
    this.#options = { now: () => Math.floor(Date.now() / 1_000), pause, ...options }
    this.#watch = new Watch((evidence) => judgeEvidence(evidence, place.server, this.#judging()))
    this.#recorder = new Recorder(desk.journal, place.server, this.#options.now)
  }

  /** The enclave as it was when it was last accepted for something to be sent. */
  get answered(): Found | undefined {
    return this.#watch.answered
  }

  /** Evidence that was lower than what was shown, so that nothing was sent (LEVEL_LOWER). */
  get lowered(): Found | undefined {
    return this.#watch.lowered
  }

  /** The user goes on at the lower level. */
  acceptLevel(): void {
    this.#watch.accept()
  }

  /** What this identity has seen at this host, and was not listed when it was last listed. */
  get missing(): readonly Missing[] {
    return this.#missing
  }

  /** Looks at the enclave, and judges it by constraint and pin. Failed only where there is no evidence to judge. */
  attest(): Promise<Outcome<Found>> {
    return attempt(() => this.#find())
  }

  /** The computations that this identity takes part in, and those that it has created here. */
  list(): Promise<Outcome<readonly Computation[]>> {
    return this.#act(async (manager) => {
      const listed = accepted(await manager.list())
      this.#listed = listed
      const taken = await Promise.all(listed.map((each) => this.#know(each)))
      const all = [...taken, ...(await this.#convened(manager, new Set(taken.map(({ terms }) => terms))))]
      const there = new Set(all.map(({ terms }) => terms))
      this.#missing = missingOf(this.#desk, this.place.server, there, this.#options.now())
      return all
    })
  }

  /** A computation as it was listed last, or undefined; nobody is asked. */
  async listed(computation: Name): Promise<Computation | undefined> {
    for (const each of this.#listed) if (each.name === computation) return this.#know(each)
  }

  /** The computation of this name. Fails with TERMS_DIFFER where it is not the one under the terms that were known. */
  describe(computation: Name, terms?: Digest): Promise<Outcome<Computation>> {
    return this.#about({ name: computation }, terms ?? this.#termsNoted(computation), async (manager) => {
      const { descriptor } = accepted(await manager.describe(computation))
      const found = await this.#know(descriptor)
      if (terms === undefined || found.terms === terms) return found
      throw new Refusal(describeRefusal({ kind: "refused", reason: "TERMS_DIFFER", parameter: 0 }))
    })
  }

  /** What taking part in such a computation gives away. Asks nobody: it knows what was listed last. */
  advise(plan: Terms): readonly Advice[] {
    return adviseOn({ ...plan, name: plan.computation }, surroundingsOf(this.#desk, this.#listed))
  }

  create(terms: Terms): Promise<Outcome<Computation>> {
    return this.#act(async (manager) => {
      const created = accepted(await manager.create(terms))
      const about = { computation: terms.computation, terms: created.terms }
      await this.#recorder.record(about, { kind: "created" })
      const { descriptor } = accepted(await manager.describe(terms.computation))
      const computation = await this.#know(descriptor)
      if (computation.terms === created.terms) return computation
      throw new PageError("INVITATION_OTHER_TERMS", "the enclave describes another computation than was created")
    })
  }

  /**
   * Checks an invitation, for this place, against what is kept and what is found, and describes its computation. Keeps
   * place and pin, and never as the place that the page opens at. Nothing is sent to an enclave that is not the one
   * invited to. A server for which nothing here says which enclave to accept is not even asked, unless `isAgreed`: its
   * user was shown server and rule.
   */
  openInvitation(
    invitation: Invitation,
    { isAgreed = false }: { readonly isAgreed?: boolean } = {},
  ): Promise<Outcome<OpenedInvitation | NewServer>> {
    return attempt(async () => {
      const { pins, places } = this.#desk
      const { suggested } = this.#options
      requireAgreement(this.#desk, suggested, this.place, invitation)
      const newServer = newServerOf(this.#desk, suggested, invitation)
      if (newServer !== undefined && !isAgreed) return newServer
      const found = await this.#find()
      requireInvited(found, invitation)
      // First, so that another enclave that answers from here on is a changed one.
      if (pins.get(this.place.server) === undefined) await pins.set(this.place.server, invitation.enclave)
      const manager = this.#open()
      const { computation: name, terms } = invitation
      this.#names.set(terms, name)
      const inviting = findInvited(this.#desk, manager, invitation)
      const computation = await this.#recorder.watching({ computation: name, terms }, inviting)
      await places.add(this.place)
      this.#listed = accepted(await manager.list())
      return {
        kind: "opened",
        found,
        computation,
        advice: adviseOn(computation.descriptor, surroundingsOf(this.#desk, this.#listed)),
      }
    })
  }

  /** The link's content for others. */
  invite(computation: Computation): Promise<Outcome<Invitation>> {
    return this.#act(async (manager) => {
      const { server, constraint } = this.place
      const { identity } = (await manager.attest()).statement
      const { terms } = computation
      await this.#recorder.recordOnce({ computation: computation.descriptor.name, terms }, { kind: "invited" })
      return {
        server,
        constraint: requiredConstraint(constraint),
        enclave: identity,
        computation: computation.descriptor.name,
        terms,
      }
    })
  }

  /** Submits what was typed; a number field's text is trimmed. A second number revises the first. */
  submit({ descriptor, terms }: Computation, value: string, message?: string): Promise<Outcome<Submitted>> {
    return this.#about(descriptor, terms, async (manager) => {
      const submission = readSubmissionField(descriptor, value, message)
      const isFirst = descriptor.type === "key" || this.#desk.notebook.note(terms)?.receipt === undefined
      const taken = accepted(await manager.submit(descriptor, submission, { isSigned: true }))
      const { quorumReached, receipt, checkpoint } = taken
      const happening = { kind: isFirst ? "submitted" : "revised", receipt, quorumReached } as const
      await this.#recorder.record({ computation: descriptor.name, terms }, happening)
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
    return this.#about(descriptor, terms, async (manager) => {
      const sending = this.#sendings.get(keys) ?? new KeySending(keys)
      this.#sendings.set(keys, sending)
      const before = sending.progress.sent
      try {
        const refused = await sending.send(manager, descriptor, options)
        if (refused !== undefined) throw new Refusal(describeRefusal(refused))
      } finally {
        const { receipt } = sending
        const sent = sending.progress.sent - before
        if (receipt !== undefined && sent > 0) {
          const about = { computation: descriptor.name, terms }
          await this.#recorder.record(about, { kind: "keys submitted", keys: sent, receipt })
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
    return this.#about(descriptor, terms, async (manager) => {
      let retired = 0
      for (const batch of packKeys(keys.map(({ key }) => ({ key })))) {
        const { keys: taken, receipt } = accepted(await manager.retire(descriptor, batch))
        retired += taken
        await this.#recorder.record(
          { computation: descriptor.name, terms },
          { kind: "keys retired", keys: taken, receipt },
        )
      }
      return { retired }
    })
  }

  /** Asks for the result; where it takes witnesses, signs the frozen inputs first. */
  result({ descriptor, terms }: Computation): Promise<Outcome<ResultView>> {
    return this.#about(descriptor, terms, async (manager) => {
      const answer = accepted(await manager.result(descriptor))
      const { view, happenings } = await viewOfResult(this.#desk, answer)
      for (const each of happenings) await this.#recorder.recordOnce({ computation: descriptor.name, terms }, each)
      return view
    })
  }

  delete({ descriptor, terms }: Computation): Promise<Outcome<undefined>> {
    return this.#about(descriptor, terms, async (manager) => {
      accepted(await manager.delete(descriptor))
      await this.#recorder.record({ computation: descriptor.name, terms }, { kind: "deleted" })
      return undefined
    })
  }

  /** Matches as they come, until the signal. The first item is all that there are. Throws as `list` fails. */
  async *followMatches(signal: AbortSignal): AsyncGenerator<MatchesView> {
    const manager = this.#open()
    const transport = this.#desk.transport(this.place.server)
    for await (const view of followMatches({ manager, transport, signal })) {
      const { failure, about, matches, counts } = view
      if (failure !== undefined && about !== undefined) await this.#recorder.recordFailure(about, failure)
      yield view
      const found = Map.groupBy(matches, ({ computation }) => computation)
      await this.#recorder.recordMatches(this.#listed, (each) => found.get(each)?.length ?? counts.get(each) ?? 0)
    }
  }

  /** The signed receipt of the latest number or key submitted while this page was open: with another it can prove a fork. */
  receiptOf({ terms }: Computation): string | undefined {
    return this.#receipts.get(terms)
  }

  /** A key by its card's names, or as its fingerprint; safe to show. */
  show(party: PartyKey): string {
    return nameOf(this.#desk, party)
  }

  namesOf(party: PartyKey): readonly Name[] {
    return namesIn(this.#desk, party)
  }

  async #find(): Promise<Found> {
    return this.#watch.show(await findEnclave(this.#desk.transport(this.place.server), this.#judging()))
  }

  #judging(): Judging {
    return { pins: this.#desk.pins, place: this.place, at: this.#options.now(), roots: this.#options.roots }
  }

  /** Throws PageError (CONSTRAINT_MISSING, OTHER_HOST), UserError (CONSTRAINT_SYNTAX). */
  #open(): EventManager {
    if (this.#manager !== undefined) return this.#manager
    const { identity, pins, isRestored } = this.#desk
    const constraint = parseConstraint(requiredConstraint(this.place.constraint))
    const transport = this.#watch.over(this.#desk.transport(this.place.server))
    const notebook = isRestored ? new RestoredNotebook(this.#desk.notebook, this.#names) : this.#desk.notebook
    const { suggested: _, ...options } = this.#options
    const parts = { ...options, transport, identity, constraint, pins, notebook, attemptsMax: ATTEMPTS_MAX }
    this.#manager = new EventManager(parts)
    return this.#manager
  }

  #act<T>(act: (manager: EventManager) => Promise<T>): Promise<Outcome<T>> {
    return attempt(async () => act(this.#open()))
  }

  /** Likewise, about one computation, in whose journal an alarm is noted. */
  #about<T>(
    { name }: Pick<Descriptor, "name">,
    terms: Digest | undefined,
    act: (manager: EventManager) => Promise<T>,
  ): Promise<Outcome<T>> {
    return this.#act(async (manager) => {
      if (terms !== undefined) this.#names.set(terms, name)
      return terms === undefined ? act(manager) : this.#recorder.watching({ computation: name, terms }, act(manager))
    })
  }

  async #know(descriptor: Descriptor): Promise<Computation> {
    const known = await computationOf(this.#desk, descriptor, this.place.server)
    this.#names.set(known.terms, descriptor.name)
    return known
  }

  /** Under which terms a computation of this name is remembered, if it is one alone. */
  #termsNoted(computation: Name): Digest | undefined {
    const noted = [...this.#desk.notebook.all()].filter(([, note]) => note.computation === computation)
    return noted.length === 1 ? noted[0]?.[0] : undefined
  }

  /** Computations that this identity has created here without taking part in them: the enclave lists those of participants. */
  async #convened(manager: EventManager, listed: ReadonlySet<Digest>): Promise<readonly Computation[]> {
    const found: Computation[] = []
    for (const { computation, terms } of convenedAt(this.#desk, this.place.server, listed)) {
      const described = await manager.describe(computation)
      if (described.kind === "refused") continue
      const known = await this.#know(described.descriptor)
      if (known.terms === terms) found.push(known)
    }
    return found
  }
}
