import { Arena } from "./arena.ts"
import { NONE, Records } from "./records.ts"
import { sipHash, SIP_WORDS } from "./sipHash.ts"
import { Table } from "./table.ts"

/** The words of a submission's record. */
const POSITION = 0
const OWNER = 1
const GROUP = 2
/** The next of its key's members, or of its key's repeats. */
const NEXT = 3
const MESSAGE = 4
const SUBMISSION_WORDS = 5

/** The words of a group, the submissions of one key. */
const KEY = 0
/** The first submission of each participant, in the order in which they came; then all others, the latest first. */
const MEMBERS = 1
const REPEATS = 2
const COUNTS = 3
const GROUP_WORDS = 4
const MEMBERS_BITS = 11
const MEMBERS_MASK = 2 ** MEMBERS_BITS - 1

/** How many records are looked through with each change, for texts that stand where little else does. */
const SWEPT_PER_STEP = 32

/** A key as it stands in some bytes. */
export interface KeyAt {
  readonly bytes: Uint8Array
  readonly keyStart: number
  readonly keyEnd: number
}

/**
 * Submitted keys of one computation, outside the JavaScript heap: submissions and, for each key, the group of its
 * submissions, both by number. Neither's numbers are ever used again. `indexKey` has four secret words.
 */
export class KeyStore {
  readonly #indexKey: Uint32Array
  readonly #submissions = new Records(SUBMISSION_WORDS)
  readonly #groups = new Records(GROUP_WORDS)
  readonly #texts = new Arena()
  readonly #table = new Table()
  readonly #digest = new Int32Array(SIP_WORDS)
  /** The key that is sought at the moment. */
  #sought: KeyAt = NO_KEY
  #sweptGroups = NONE
  #sweptSubmissions = NONE

  constructor(indexKey: Uint32Array) {
    this.#indexKey = indexKey
  }

  /** One more than the highest number of a submission so far. */
  get length(): number {
    return this.#submissions.length
  }

  /** Different keys. */
  get keys(): number {
    return this.#table.count
  }

  /** What is held outside the heap, in bytes. */
  get bytes(): number {
    return 4 * (this.#submissions.words + this.#groups.words + this.#table.words) + this.#texts.bytes
  }

  hashOf(key: KeyAt): number {
    sipHash(this.#digest, this.#indexKey, key.bytes, key.keyStart, key.keyEnd)
    return this.#digest[0] ?? 0
  }

  /** The group of a key; `hash` is what hashOf says. Undefined where nobody has submitted it. */
  groupOf(key: KeyAt, hash: number): number | undefined {
    this.#sought = key
    return this.#table.find(hash, this.#isSought)
  }

  /** How many different participants have submitted the group's key. */
  membersOf(group: number): number {
    return this.#groups.get(group, COUNTS) & MEMBERS_MASK
  }

  submissionsOf(group: number): number {
    return this.#groups.get(group, COUNTS) >>> MEMBERS_BITS
  }

  /** The first submission of the group; those after it by `nextMember`, one for each participant. */
  firstMember(group: number): number {
    return this.#groups.get(group, MEMBERS)
  }

  nextMember(member: number): number {
    return this.#submissions.get(member, NEXT)
  }

  hasMember(group: number, owner: number): boolean {
    let member = this.firstMember(group)
    while (member !== NONE && this.ownerOf(member) !== owner) member = this.nextMember(member)
    return member !== NONE
  }

  /** The group's submissions, in the order in which they came. */
  allOf(group: number): number[] {
    const all: number[] = []
    for (const list of [MEMBERS, REPEATS]) {
      for (let each = this.#groups.get(group, list); each !== NONE; each = this.nextMember(each)) all.push(each)
    }
    return all.sort((a, b) => a - b)
  }

  /** Whether the submission is there still. */
  has(submission: number): boolean {
    return this.ownerOf(submission) !== NONE
  }

  ownerOf(submission: number): number {
    return this.#submissions.get(submission, OWNER)
  }

  positionOf(submission: number): number {
    return this.#submissions.get(submission, POSITION)
  }

  groupWith(submission: number): number {
    return this.#submissions.get(submission, GROUP)
  }

  /** Says in `texts` where the texts of a submission stand. */
  read(submission: number, texts: TextsAt): void {
    const key = this.#groups.get(this.groupWith(submission), KEY)
    texts.bytes = this.#texts.chunk(key)
    texts.keyStart = this.#texts.start(key)
    texts.keyEnd = this.#texts.end(key)
    const message = this.#submissions.get(submission, MESSAGE)
    texts.message = message === NONE ? undefined : this.#texts.chunk(message)
    texts.messageStart = message === NONE ? 0 : this.#texts.start(message)
    texts.messageEnd = message === NONE ? 0 : this.#texts.end(message)
  }

  /** How many submissions of the group are a participant's, and the bytes of their keys and messages. */
  textOf(group: number, owner: number): { readonly count: number; readonly bytes: number } {
    const own = this.allOf(group).filter((each) => this.ownerOf(each) === owner)
    const texts = noTexts()
    let bytes = 0
    for (const each of own) {
      this.read(each, texts)
      bytes += texts.keyEnd - texts.keyStart + texts.messageEnd - texts.messageStart
    }
    return { count: own.length, bytes }
  }

  /** The group of a key that nobody has submitted; the first submission must follow. */
  openGroup(key: KeyAt, hash: number): number {
    const group = this.#groups.add()
    this.#groups.set(group, KEY, this.#texts.put(key.bytes, key.keyStart, key.keyEnd))
    this.#clear(group)
    this.#table.insert(hash, group)
    return group
  }

  /** The group of a key that nobody has submitted any more goes. */
  closeGroup(group: number, hash: number): void {
    this.#table.remove(hash, group)
    this.#texts.remove(this.#groups.get(group, KEY))
    this.#groups.remove(group)
  }

  /** Keeps a message. Returns what `join` takes for it. */
  putMessage(bytes: Uint8Array, start: number, end: number): number {
    return this.#texts.put(bytes, start, end)
  }

  /** Adds a participant's submission to the group; `message` is what putMessage gave, or NONE. Returns its number. */
  join(group: number, owner: number, position: number, message: number): number {
    const submission = this.#submissions.add()
    this.#submissions.set(submission, POSITION, position)
    this.#submissions.set(submission, OWNER, owner)
    this.#submissions.set(submission, GROUP, group)
    this.#submissions.set(submission, MESSAGE, message)
    const isNew = this.#link(group, submission, owner)
    const counts = this.#groups.get(group, COUNTS)
    this.#groups.set(group, COUNTS, counts + 2 ** MEMBERS_BITS + (isNew ? 1 : 0))
    this.#sweep()
    return submission
  }

  /**
   * Takes all submissions out of the group. A participant's own go; those of the others are returned, in the order in
   * which they came, to be joined to the group anew.
   */
  empty(group: number, owner: number): readonly Kept[] {
    const kept: Kept[] = []
    for (const each of this.allOf(group)) {
      const message = this.#submissions.get(each, MESSAGE)
      const its = this.ownerOf(each)
      if (its !== owner) kept.push({ owner: its, position: this.positionOf(each), message })
      else if (message !== NONE) this.#texts.remove(message)
      this.#submissions.remove(each)
    }
    this.#clear(group)
    this.#sweep()
    return kept
  }

  #clear(group: number): void {
    this.#groups.set(group, MEMBERS, NONE)
    this.#groups.set(group, REPEATS, NONE)
    this.#groups.set(group, COUNTS, 0)
  }

  /** Links a submission to its group's. Returns whether its owner is a new member. */
  #link(group: number, submission: number, owner: number): boolean {
    let last = NONE
    for (let each = this.firstMember(group); each !== NONE; each = this.nextMember(each)) {
      last = each
      if (this.ownerOf(each) !== owner) continue
      this.#submissions.set(submission, NEXT, this.#groups.get(group, REPEATS))
      this.#groups.set(group, REPEATS, submission)
      return false
    }
    this.#submissions.set(submission, NEXT, NONE)
    if (last === NONE) this.#groups.set(group, MEMBERS, submission)
    else this.#submissions.set(last, NEXT, submission)
    return true
  }

  readonly #isSought = (group: number): boolean => {
    const { bytes, keyStart, keyEnd } = this.#sought
    const address = this.#groups.get(group, KEY)
    const start = this.#texts.start(address)
    if (this.#texts.end(address) - start !== keyEnd - keyStart) return false
    const chunk = this.#texts.chunk(address)
    for (let i = keyStart; i < keyEnd; i++) if (bytes[i] !== chunk[start + i - keyStart]) return false
    return true
  }

  /** Moves a few of the texts that stand among many that have gone, where there is enough to give back. */
  #sweep(): void {
    if (this.#sweptSubmissions === NONE) {
      if (!this.#texts.isWasteful) return
      this.#sweptGroups = 0
      this.#sweptSubmissions = 0
    }
    const groupsEnd = Math.min(this.#sweptGroups + SWEPT_PER_STEP, this.#groups.length)
    for (; this.#sweptGroups < groupsEnd; this.#sweptGroups++) this.#moveText(this.#groups, this.#sweptGroups, KEY)
    const end = Math.min(this.#sweptSubmissions + SWEPT_PER_STEP, this.#submissions.length)
    for (; this.#sweptSubmissions < end; this.#sweptSubmissions++) {
      this.#moveText(this.#submissions, this.#sweptSubmissions, MESSAGE)
    }
    const isDone = groupsEnd === this.#groups.length && end === this.#submissions.length
    if (isDone) this.#sweptSubmissions = NONE
  }

  #moveText(records: Records, number: number, word: number): void {
    const address = records.get(number, word)
    if (address === NONE || !this.#texts.isSparse(address)) return
    const chunk = this.#texts.chunk(address)
    records.set(number, word, this.#texts.put(chunk, this.#texts.start(address), this.#texts.end(address)))
    this.#texts.remove(address)
  }
}

/** Where the texts of a submission stand. */
export interface TextsAt {
  bytes: Uint8Array
  keyStart: number
  keyEnd: number
  message: Uint8Array | undefined
  messageStart: number
  messageEnd: number
}

export function noTexts(): TextsAt {
  const bytes = new Uint8Array(0)
  return { bytes, keyStart: 0, keyEnd: 0, message: undefined, messageStart: 0, messageEnd: 0 }
}

/** A submission that is to be joined anew. */
interface Kept {
  readonly owner: number
  readonly position: number
  readonly message: number
}

const NO_KEY: KeyAt = { bytes: new Uint8Array(0), keyStart: 0, keyEnd: 0 }
