import {
  InvariantError,
  KeyCursor,
  limits,
  PackedKeys,
  SUBMISSION_WEIGHT,
  RETIREMENT_WEIGHT,
  type Descriptor,
  type PartyKey,
  type Submission,
} from "@event-manager/protocol"
import type { Told } from "../inbox.ts"
import { keptPieces, keptSubmission, KEPT_PREFIX_BYTES } from "../keys/kept.ts"
import { KeyStore } from "../keys/keyStore.ts"
import { NONE } from "../keys/records.ts"
import { Telling } from "../keys/telling.ts"
import type { Assessment, ManyAssessment, Notice, Rule, StreamedInputs, Totals, Unfit } from "./rule.ts"

/**
 * Once `quorum` different participants have submitted the same key, all its submitters are told of one another's
 * submissions; then of each later one. Each submission is told to each submitter of its key once. Where the terms say
 * so, participants are told how many of their own keys have come so far, and nothing else.
 */
export const keyMatch: Rule = { open: (descriptor, indexKey) => new KeyInputs(descriptor, indexKey) }

class KeyInputs implements StreamedInputs {
  readonly streamed = true
  textBytes = 0
  submissions = 0
  submitters = 0
  readonly #descriptor: Descriptor
  readonly #store: KeyStore
  readonly #telling: Telling
  readonly #owners: ReadonlyMap<PartyKey, number>
  /** By participant, in their order: submissions accepted, and own keys that have matched. */
  #submitted: number[]
  readonly #matched: number[]
  #weight = 0
  #positions = 0
  /** The hashes of the keys that were looked at last: they are needed to assess, and then to accept. */
  #hashed: { readonly keys: PackedKeys; readonly hashes: Int32Array } | undefined

  constructor(descriptor: Descriptor, indexKey: Uint32Array) {
    const { participants } = descriptor
    this.#descriptor = descriptor
    this.#store = new KeyStore(indexKey)
    this.#telling = new Telling(descriptor, this.#store)
    this.#owners = new Map(participants.map((party, index) => [party, index]))
    this.#submitted = participants.map(() => 0)
    this.#matched = participants.map(() => 0)
  }

  get tells(): boolean {
    return this.#descriptor.matches === "told"
  }

  get weight(): number {
    return this.#weight
  }

  get length(): number {
    return this.#store.length
  }

  get totals(): Totals {
    return { weight: this.#weight, positions: this.#positions, submitted: [...this.#submitted] }
  }

  set totals({ weight, positions, submitted }: Totals) {
    this.#weight = weight
    this.#positions = positions
    this.#submitted = [...submitted]
    this.submitters = submitted.filter((count) => count > 0).length
  }

  toldTo(party: PartyKey): Told | undefined {
    return this.#telling.to(this.#ownerOf(party))
  }

  matchCount(party: PartyKey): number {
    return this.#matched[this.#ownerOf(party)] ?? 0
  }

  assess(party: PartyKey, submission: Submission): Assessment {
    if (submission.kind !== "key") return { kind: "refused", reason: "NOT_A_KEY", parameter: 0 }
    const assessed = this.assessMany(party, PackedKeys.of([submission], SUBMISSION_WEIGHT))
    if (assessed.kind === "refused") return assessed
    const { textBytes, matches, reached } = assessed
    return { kind: "fits", quorumReached: reached > 0, textBytes, matches }
  }

  accept(party: PartyKey, submission: Submission): readonly Notice[] {
    if (submission.kind !== "key") throw new InvariantError("a key was accepted that is none")
    return this.acceptMany(party, PackedKeys.of([submission], SUBMISSION_WEIGHT), SUBMISSION_WEIGHT)
  }

  assessMany(party: PartyKey, keys: PackedKeys): ManyAssessment {
    const owner = this.#ownerOf(party)
    const tooMany = this.#refuse(owner, keys.count)
    if (tooMany !== undefined) return tooMany
    const hashes = this.#hashesOf(keys)
    const cursor = new KeyCursor(keys)
    let [reached, textBytes, matches] = [0, 0, 0]
    for (let i = 0; cursor.next(); i++) {
      textBytes += textBytesOf(cursor.keyEnd - cursor.keyStart, cursor.messageEnd - cursor.messageStart)
      const group = this.#store.groupOf(cursor, hashes[i] ?? 0)
      if (group !== undefined && this.#store.submissionsOf(group) >= limits.submissionsOfKeyMax) {
        return { kind: "refused", reason: "TOO_MANY_OF_ONE_KEY", parameter: limits.submissionsOfKeyMax }
      }
      const noticed = this.#noticesAfter(owner, group)
      matches += noticed
      if (noticed > 0) reached += 1
    }
    return this.tells
      ? { kind: "fits", reached, textBytes, matches }
      : { kind: "fits", reached: 0, textBytes, matches: 0 }
  }

  acceptMany(party: PartyKey, keys: PackedKeys, weight: number): readonly Notice[] {
    const owner = this.#ownerOf(party)
    const hashes = this.#hashesOf(keys)
    const cursor = new KeyCursor(keys)
    for (let i = 0; cursor.next(); i++) this.#take(cursor, hashes[i] ?? 0, owner, this.#positions + i)
    this.#positions += keys.count
    const earlier = this.#submitted[owner] ?? 0
    if (earlier === 0) this.submitters += 1
    this.#submitted[owner] = earlier + keys.count
    this.#weight += weight
    this.#hashed = undefined
    return this.#telling.notices()
  }

  assessRetirement(party: PartyKey, keys: PackedKeys): { keys: number; matches: number } {
    const owner = this.#ownerOf(party)
    const groups = new Set<number>()
    let matches = 0
    const hashes = this.#hashesOf(keys)
    const cursor = new KeyCursor(keys)
    for (let i = 0; cursor.next(); i++) {
      const group = this.#store.groupOf(cursor, hashes[i] ?? 0)
      if (group === undefined || groups.has(group) || !this.#store.hasMember(group, owner)) continue
      groups.add(group)
      const staying = this.#store.membersOf(group) - 1
      if (staying >= this.#descriptor.quorum) matches += staying * this.#store.submissionsOf(group)
    }
    return { keys: groups.size, matches: this.tells ? matches : 0 }
  }

  retire(party: PartyKey, keys: PackedKeys): readonly Notice[] {
    const owner = this.#ownerOf(party)
    const hashes = this.#hashesOf(keys)
    const cursor = new KeyCursor(keys)
    for (let i = 0; cursor.next(); i++) {
      const group = this.#store.groupOf(cursor, hashes[i] ?? 0)
      if (group !== undefined && this.#store.hasMember(group, owner)) this.#leave(group, hashes[i] ?? 0, owner)
    }
    this.#weight += RETIREMENT_WEIGHT
    this.#hashed = undefined
    return this.#telling.notices()
  }

  *keptBetween(from: number, to: number): Generator<PackedKeys> {
    yield* keptPieces(this.#store, between(from, to))
  }

  *keptOf(party: PartyKey, keys: PackedKeys, from: number, to: number): Generator<PackedKeys> {
    const owner = this.#ownerOf(party)
    const hashes = this.#hashesOf(keys)
    const cursor = new KeyCursor(keys)
    // A key may be named twice.
    const found = new Set<number>()
    for (let i = 0; cursor.next(); i++) {
      const group = this.#store.groupOf(cursor, hashes[i] ?? 0)
      if (group === undefined || !this.#store.hasMember(group, owner)) continue
      for (const each of this.#store.allOf(group)) if (each >= from && each < to) found.add(each)
    }
    yield* keptPieces(this.#store, found)
  }

  restore(kept: PackedKeys): readonly Notice[] {
    const cursor = new KeyCursor(kept, KEPT_PREFIX_BYTES)
    while (cursor.next()) {
      const { owner, position } = keptSubmission(cursor)
      this.#take(cursor, this.#store.hashOf(cursor), owner, position)
    }
    return this.#telling.notices()
  }

  #ownerOf(party: PartyKey): number {
    const owner = this.#owners.get(party)
    if (owner === undefined) throw new InvariantError("only participants submit")
    return owner
  }

  #refuse(owner: number, count: number): Unfit | undefined {
    const { keysMax = Number.POSITIVE_INFINITY } = this.#descriptor
    if ((this.#submitted[owner] ?? 0) + count > keysMax) {
      return { kind: "refused", reason: "KEYS_MAX", parameter: keysMax }
    }
    const { keySubmissionsMax } = limits
    // Numbers and positions are of 32 bits, and those of what has gone are not used again.
    const hasNumbers = this.#store.length < NUMBERS_MAX && this.#positions < NUMBERS_MAX
    if (this.submissions + count <= keySubmissionsMax && hasNumbers) return undefined
    return { kind: "refused", reason: "TOO_MANY_SUBMISSIONS", parameter: keySubmissionsMax }
  }

  #take(cursor: KeyCursor, hash: number, owner: number, position: number): void {
    const group = this.#store.groupOf(cursor, hash) ?? this.#store.openGroup(cursor, hash)
    const { bytes, hasMessage, messageStart, messageEnd } = cursor
    const message = hasMessage ? this.#store.putMessage(bytes, messageStart, messageEnd) : NONE
    this.#join(group, owner, position, message)
    this.submissions += 1
    this.textBytes += textBytesOf(cursor.keyEnd - cursor.keyStart, messageEnd - messageStart)
  }

  #join(group: number, owner: number, position: number, message: number): void {
    const { quorum } = this.#descriptor
    const store = this.#store
    const before = store.membersOf(group)
    const submission = store.join(group, owner, position, message)
    const after = store.membersOf(group)
    if (after < quorum) return
    if (before < quorum) this.#addMatched(group, 1)
    else if (after > before) this.#matched[owner] = (this.#matched[owner] ?? 0) + 1
    if (!this.tells) return
    if (before < quorum) this.#telling.tellAll(group)
    else this.#telling.tell(group, submission, after > before ? owner : NONE)
  }

  /** Adds to every member's count of matched keys. */
  #addMatched(group: number, change: number): void {
    const store = this.#store
    for (let member = store.firstMember(group); member !== NONE; member = store.nextMember(member)) {
      const owner = store.ownerOf(member)
      this.#matched[owner] = (this.#matched[owner] ?? 0) + change
    }
  }

  #leave(group: number, hash: number, owner: number): void {
    const store = this.#store
    if (store.membersOf(group) >= this.#descriptor.quorum) this.#addMatched(group, -1)
    const { count, bytes } = store.textOf(group, owner)
    this.submissions -= count
    this.textBytes -= count * limits.keyOverheadBytes + bytes
    const staying = store.empty(group, owner)
    if (staying.length === 0) store.closeGroup(group, hash)
    for (const each of staying) this.#join(group, each.owner, each.position, each.message)
  }

  #hashesOf(keys: PackedKeys): Int32Array {
    if (this.#hashed?.keys === keys) return this.#hashed.hashes
    const hashes = new Int32Array(keys.count)
    const cursor = new KeyCursor(keys)
    for (let i = 0; cursor.next(); i++) hashes[i] = this.#store.hashOf(cursor)
    this.#hashed = { keys, hashes }
    return hashes
  }

  /** How many (submission, recipient) pairs one more submission to this group would tell. */
  #noticesAfter(owner: number, group: number | undefined): number {
    const before = group === undefined ? 0 : this.#store.membersOf(group)
    const isNew = group === undefined || !this.#store.hasMember(group, owner)
    const after = before + (isNew ? 1 : 0)
    const submissions = (group === undefined ? 0 : this.#store.submissionsOf(group)) + 1
    if (after < this.#descriptor.quorum) return 0
    if (before < this.#descriptor.quorum) return after * submissions
    return isNew ? before + submissions : before
  }
}

/** Half of what 32 bits count to: retirements give new numbers to what stays. */
const NUMBERS_MAX = 2 ** 31

function* between(from: number, to: number): Generator<number> {
  for (let each = from; each < to; each++) yield each
}

function textBytesOf(keyBytes: number, messageBytes: number): number {
  return limits.keyOverheadBytes + keyBytes + messageBytes
}
