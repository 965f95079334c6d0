import type { Name, PartyKey } from "@event-manager/protocol"
import { statSync } from "node:fs"
import { join } from "node:path"
import { CARD_BYTES_MAX, readCard, type Card } from "../card.ts"
import { UserError } from "../errors.ts"
import { fingerprint } from "../fingerprint.ts"
import { readFolder, readText, writeText } from "./files.ts"

const CARD_SUFFIX = ".conclave"

/** The cards in a folder: how a client knows people's keys by name. */
export class Cards {
  /** The files that were skipped, and why: a line each. */
  readonly warnings: readonly string[]
  readonly #cards: readonly Card[]

  private constructor(cards: readonly Card[], warnings: readonly string[]) {
    this.#cards = cards
    this.warnings = warnings
  }

  /** Reads every card in `folder`; one that is malformed is named and skipped. Throws UserError (FILE_UNREADABLE). */
  static async read(folder: string): Promise<Cards> {
    const files = readFolder(folder).filter((file) => file.endsWith(CARD_SUFFIX))
    const cards: Card[] = []
    const warnings: string[] = []
    for (const file of files) {
      try {
        cards.push(await readCardFile(join(folder, file)))
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        warnings.push(`skipped ${file}: ${error.message}`)
      }
    }
    return new Cards(cards, warnings)
  }

  /** These cards and one's own, which counts for its name whatever other cards say. */
  with(own: Card): Cards {
    return new Cards([own, ...this.#cards.filter((card) => card.name !== own.name)], this.warnings)
  }

  get all(): readonly Card[] {
    return this.#cards
  }

  namesOf(party: PartyKey): readonly Name[] {
    return [...new Set(this.#cards.filter((card) => card.party === party).map((card) => card.name))]
  }

  /** A key as it is shown: by its cards' names, or as its fingerprint. */
  show(party: PartyKey): string {
    const names = this.namesOf(party)
    return names.length === 0 ? fingerprint(party) : names.join("=")
  }

  /** The key on the card of this name. Throws UserError (UNKNOWN_PARTICIPANT, NAME_AMBIGUOUS). */
  partyOf(name: Name): PartyKey {
    const [party, ...others] = new Set(this.#cards.filter((card) => card.name === name).map((card) => card.party))
    if (party === undefined) {
      const advice = `ask ${name} for the file ${name}${CARD_SUFFIX} that 'share-identity' writes, then 'import-card' it`
      throw new UserError("UNKNOWN_PARTICIPANT", `there is no card for ${name} here; ${advice}`)
    }
    if (others.length > 0) {
      throw new UserError(
        "NAME_AMBIGUOUS",
        `several cards here name ${name}, with different keys; remove the wrong ones`,
      )
    }
    return party
  }
}

/** Reads and verifies one card. Throws UserError. */
export async function readCardFile(path: string): Promise<Card> {
  const card = await presentCard(path)
  if (card === undefined) throw new UserError("FILE_UNREADABLE", `${path} does not exist`)
  return card
}

/**
 * Writes a card as `NAME.conclave` into `folder`; the same key again is no conflict. Returns the file's path. Throws
 * UserError (CARD_CONFLICT) where a card of that name holds another key: a swapped card is how to pass for another.
 */
export async function saveCard(folder: string, card: Card): Promise<string> {
  const path = join(folder, `${card.name}${CARD_SUFFIX}`)
  const present = await presentCard(path)
  if (present !== undefined && present.party !== card.party) {
    const keys = `${fingerprint(present.party)} there, ${fingerprint(card.party)} here`
    const advice = `ask ${card.name} which is right, and remove ${path} if it is the new one`
    throw new UserError("CARD_CONFLICT", `${path} holds another key for ${card.name} (${keys}); ${advice}`)
  }
  writeText(path, card.text, 0o644)
  return path
}

async function presentCard(path: string): Promise<Card | undefined> {
  requireFile(path)
  const text = readText(path, CARD_BYTES_MAX)
  if (text === undefined) return undefined
  try {
    return await readCard(text)
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause
    throw new UserError(cause.code, `${path} is no valid card: ${cause.message}; ask its owner for it again`, { cause })
  }
}

/** A pipe or device under a card's name would be waited for, perhaps for ever. */
function requireFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) throw new UserError("FILE_UNREADABLE", `${path} is no ordinary file`)
}
