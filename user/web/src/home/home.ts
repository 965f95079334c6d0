import type { Card, Digest, Identity, Name, Note, Notebook, PartyKey, Pins, Transport } from "@event-manager/client"
import type { Journal } from "../model/journal.ts"

/** An enclave's host, and which enclave is accepted there. */
export interface Place {
  /** The host's address, as transports write it: with a slash at its end. */
  readonly server: string
  /** As parseConstraint reads it; undefined where nothing has said yet which enclave to trust. */
  readonly constraint: string | undefined
}

/** An identity that is kept here. */
export interface KeptIdentity {
  readonly name: Name
  readonly party: PartyKey
  /** Whether an encrypted copy can be had, to keep elsewhere. */
  readonly hasBackup: boolean
  /** Whether it came from a backup: what it has confirmed or seen elsewhere is not known here. */
  readonly isRestored: boolean
}

/** Who serves the page, and so where keys and memory are kept. */
export type HomeKind =
  /** The person's own machine, with `event-client NAME ui`: identity, pins, notebook and cards are that command's files. */
  | "own machine"
  /** A server that the group trusts; keys and memory are in this browser. */
  | "browser"
  /** As "browser", but the host itself has served the page: it could have changed it to tell it everything. */
  | "host"

/**
 * Where the page's keys and memory are. What is written is durable when the promise resolves. Methods reject with
 * PageError (STORAGE_DENIED, STORAGE_FULL, STORAGE_BROKEN, OWN_MACHINE_GONE, OWN_MACHINE_REFUSED and what they name), or
 * UserError.
 */
export interface Home {
  readonly kind: HomeKind
  /** The host that whoever serves the page suggests; on the own machine, the only one that can be reached. */
  readonly suggested: Place | undefined
  /**
   * Where others can open the page, for links to it. Undefined on the own machine: that address is nobody else's, and
   * whoever has it acts for the identity.
   */
  readonly page: string | undefined
  /** On the own machine exactly one. */
  identities(): Promise<readonly KeptIdentity[]>
  /**
   * Makes an identity. With a passphrase, an encrypted backup is made at once: later it cannot be, for the key does not
   * leave the browser. Rejects with PageError NAME_KEPT_ALREADY; on the own machine with NOT_ON_OWN_MACHINE.
   */
  create(name: Name, passphrase: string | undefined): Promise<KeptIdentity>
  /** Takes in a backup, as `backup` or event-client wrote it. Rejects with UserError (IDENTITY_BROKEN, PASSPHRASE_NEEDED,
   * PASSPHRASE_WRONG), PageError (NAME_KEPT_ALREADY; PARTY_KEPT_ALREADY where it is here under another name: a second
   * notebook of one key would sign a second statement). */
  restore(name: Name, pem: string, passphrase: string | undefined): Promise<KeptIdentity>
  /** The encrypted PEM, or undefined where there is none. event-client reads it as NAME.identity.pem. */
  backup(name: Name): Promise<string | undefined>
  /** Whether what is kept stays until it is removed: a browser may otherwise clear it when it needs room. */
  isLasting(): Promise<boolean>
  /** Forgets the identity with all that it remembers. On the own machine rejects with NOT_ON_OWN_MACHINE. */
  forget(name: Name): Promise<void>
  /**
   * Sits down to work as this identity. Rejects with PageError IDENTITY_ELSEWHERE where another tab does, unless
   * `takeOver`; that other tab's `lost` then comes true.
   */
  open(name: Name, options?: { readonly takeOver?: boolean }): Promise<Desk>
}

/** An identity at work, with what it remembers. Only one page at a time has it. */
export interface Desk {
  readonly name: Name
  readonly identity: Identity
  /** Its own card, for others. */
  readonly card: Card
  /** As KeptIdentity says it. */
  readonly isRestored: boolean
  readonly pins: PinBook
  readonly notebook: NoteBook
  readonly cards: CardBox
  readonly journal: Journal
  readonly places: PlaceBook
  /** The way to a host. Throws PageError (OTHER_HOST) on the own machine for another than the suggested one. */
  transport(server: string): Transport
  /** Comes true when another tab has taken the identity over: nothing more can be sent or kept from here. */
  readonly lost: Promise<void>
  close(): Promise<void>
}

export interface PinBook extends Pins {
  /** Accepts a changed enclave whose fingerprint the user has typed. */
  accept(fingerprint: string): void
}

export interface NoteBook extends Notebook {
  /** What is remembered of every computation. */
  all(): ReadonlyMap<Digest, Note>
}

/** The cards of others, by which keys have names. */
export interface CardBox {
  all(): readonly Card[]
  /** Rejects with UserError CARD_CONFLICT where a card of that name holds another key. */
  save(card: Card): Promise<void>
  remove(name: Name): Promise<void>
}

/** The hosts that this identity has dealings with. */
export interface PlaceBook {
  /** Those that were chosen first, the latest choice before all. */
  all(): readonly Place[]
  /** The one that was chosen last. */
  readonly chosen: Place | undefined
  /**
   * Keeps a place that the user has chosen; one of the same server is replaced. On the own machine, only where its
   * configuration names none.
   */
  keep(place: Place): Promise<void>
  /** Keeps a place without choosing it; one of the same server stays as it is. */
  add(place: Place): Promise<void>
}
