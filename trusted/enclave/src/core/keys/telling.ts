import type { Descriptor, MatchWriter } from "@event-manager/protocol"
import type { Notice } from "../computations/rule.ts"
import type { Told, Written } from "../inbox.ts"
import { Column } from "./column.ts"
import { noTexts, type KeyStore } from "./keyStore.ts"
import { NONE } from "./records.ts"

/** What one computation over keys tells its participants: for each, the numbers of submissions, in order. */
export class Telling {
  readonly #descriptor: Descriptor
  readonly #store: KeyStore
  readonly #streams: (Stream | undefined)[] = []
  /** Who has been told of how many since `notices` was asked last. */
  readonly #news = new Map<number, number>()

  constructor(descriptor: Descriptor, store: KeyStore) {
    this.#descriptor = descriptor
    this.#store = store
  }

  to(owner: number): Told | undefined {
    return this.#streams[owner]
  }

  /** Tells all members of the group of all that it holds. */
  tellAll(group: number): void {
    const all = this.#store.allOf(group)
    const store = this.#store
    for (let member = store.firstMember(group); member !== NONE; member = store.nextMember(member)) {
      this.#tell(store.ownerOf(member), all)
    }
  }

  /** Tells the members of the group of one submission, and a new member of all that it holds. */
  tell(group: number, submission: number, newMember: number): void {
    const store = this.#store
    const one = [submission]
    for (let member = store.firstMember(group); member !== NONE; member = store.nextMember(member)) {
      const owner = store.ownerOf(member)
      this.#tell(owner, owner === newMember ? store.allOf(group) : one)
    }
  }

  /** Who has been told of how many submissions since this was asked last. */
  notices(): readonly Notice[] {
    const notices: Notice[] = []
    for (const [owner, matches] of this.#news) {
      const to = this.#descriptor.participants[owner]
      if (to !== undefined) notices.push({ to, matches })
    }
    this.#news.clear()
    return notices
  }

  #tell(owner: number, submissions: readonly number[]): void {
    const stream = (this.#streams[owner] ??= new Stream(this.#descriptor, this.#store))
    for (const each of submissions) stream.add(each)
    this.#news.set(owner, (this.#news.get(owner) ?? 0) + submissions.length)
  }
}

class Stream implements Told {
  readonly #descriptor: Descriptor
  readonly #store: KeyStore
  readonly #submissions = new Column()

  constructor(descriptor: Descriptor, store: KeyStore) {
    this.#descriptor = descriptor
    this.#store = store
  }

  get length(): number {
    return this.#submissions.length
  }

  add(submission: number): void {
    this.#submissions.add(submission)
  }

  write(writer: MatchWriter, from: number, to: number): Written {
    const store = this.#store
    const texts = noTexts()
    let [end, group, count] = [from, NONE, 0]
    writer.computation(this.#descriptor.name)
    for (let i = from; i < to; i++) {
      const submission = this.#submissions.at(i) ?? NONE
      if (!store.has(submission)) continue
      store.read(submission, texts)
      if (store.groupWith(submission) !== group) writer.key(texts.bytes, texts.keyStart, texts.keyEnd)
      group = store.groupWith(submission)
      const [owner, position] = [store.ownerOf(submission), store.positionOf(submission)]
      if (!writer.add(owner, position, texts.message, texts.messageStart, texts.messageEnd)) {
        return { end, count, isFull: true }
      }
      end = i + 1
      count += 1
    }
    return { end, count, isFull: false }
  }
}
