import {
  httpTransport,
  name as readName,
  isEncryptedKey,
  makeCard,
  partyKey,
  readKeyFile,
  writeEncryptedKey,
  type Name,
  type Transport,
} from "@event-manager/client"
import { PageError } from "../model/pageError.ts"
import type { Abilities } from "./abilities.ts"
import { BrowserKeep, fields, readContents, text } from "./browserKeep.ts"
import { Database } from "./database.ts"
import type { Desk, Home, HomeKind, KeptIdentity, Place } from "./home.ts"
import { keepSeed, localIdentity, newSeed, type LocalKey } from "./localKey.ts"
import { memoryDesk } from "./memoryDesk.ts"
import { takeTabLock } from "./tabLock.ts"

const DATABASE = "event-manager"

/** An identity's record in the browser's store. */
interface Kept {
  readonly name: Name
  readonly publicKey: Uint8Array
  readonly key: LocalKey
  /** An encrypted PEM. */
  readonly backup: string | undefined
  readonly isRestored: boolean
  readonly epoch: number
}

/** Who has served the page, and where from. */
interface BrowserServed extends Pick<Home, "kind" | "suggested"> {
  readonly page: string
}

/** A home in this browser: keys in IndexedDB, where the browser can as handles that nobody can read out. */
export class BrowserHome implements Home {
  readonly kind: HomeKind
  readonly suggested: Place | undefined
  readonly page: string
  readonly #database: Database
  readonly #abilities: Abilities
  readonly #transport: (server: string) => Transport

  private constructor(
    { kind, suggested, page }: BrowserServed,
    database: Database,
    abilities: Abilities,
    transport: (server: string) => Transport,
  ) {
    this.kind = kind
    this.suggested = suggested
    this.page = page
    this.#database = database
    this.#abilities = abilities
    this.#transport = transport
  }

  /** Rejects with PageError (STORAGE_DENIED, STORAGE_BROKEN). */
  static async open(
    served: BrowserServed,
    abilities: Abilities,
    transport: (server: string) => Transport = httpTransport,
  ): Promise<BrowserHome> {
    return new BrowserHome(served, await Database.open(DATABASE), abilities, transport)
  }

  async identities(): Promise<readonly KeptIdentity[]> {
    return (await this.#database.all("identities")).map((each) => keptIdentity(keptIn(each)))
  }

  async create(name: Name, passphrase: string | undefined): Promise<KeptIdentity> {
    const seed = newSeed()
    const backup = passphrase === undefined ? undefined : await writeEncryptedKey(seed, passphrase)
    return this.#add(name, seed, { backup, isRestored: false })
  }

  async restore(name: Name, pem: string, passphrase: string | undefined): Promise<KeptIdentity> {
    const seed = await readKeyFile(pem, passphrase)
    return this.#add(name, seed, { backup: isEncryptedKey(pem) ? pem : undefined, isRestored: true })
  }

  async backup(name: Name): Promise<string | undefined> {
    return (await this.#kept(name)).backup
  }

  async isLasting(): Promise<boolean> {
    return Database.isPersisted()
  }

  async forget(name: Name): Promise<void> {
    // Not while another tab works as it.
    const lock = await takeTabLock(name, false)
    await this.#database.forget(name)
    await lock.release()
  }

  async open(name: Name, { takeOver = false }: { readonly takeOver?: boolean } = {}): Promise<Desk> {
    const kept = await this.#kept(name)
    const lock = await takeTabLock(name, takeOver)
    try {
      const epoch = await this.#database.takeEpoch(name)
      const { numbers, ...contents } = await readContents(this.#database, name)
      const identity = localIdentity(kept.key, kept.publicKey, this.#abilities.signer)
      return memoryDesk({
        name,
        identity,
        card: await makeCard(name, identity),
        isRestored: kept.isRestored,
        contents,
        keep: new BrowserKeep(this.#database, { name, epoch }, numbers),
        transport: this.#transport,
        lost: lock.lost,
        close: async () => lock.release(),
      })
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  /** Keeps a new identity, and overwrites the seed. */
  async #add(
    name: Name,
    seed: Uint8Array<ArrayBuffer>,
    how: Pick<Kept, "backup" | "isRestored">,
  ): Promise<KeptIdentity> {
    const { key, publicKey } = await keepSeed(seed, this.#abilities.signer)
    seed.fill(0)
    const kept: Kept = { name, publicKey, key, ...how, epoch: 0 }
    await this.#database.addIdentity(kept)
    await Database.persist()
    return keptIdentity(kept)
  }

  async #kept(name: Name): Promise<Kept> {
    const found = await this.#database.identity(name)
    if (found !== undefined) return keptIn(found)
    throw new PageError("IDENTITY_UNKNOWN", `this browser keeps no identity ${name}`)
  }
}

function keptIdentity({ name, publicKey, backup, isRestored }: Kept): KeptIdentity {
  return { name, party: partyKey(publicKey), hasBackup: backup !== undefined, isRestored }
}

/** Throws PageError (STORAGE_BROKEN), DecodeError. */
function keptIn(value: unknown): Kept {
  const { name, publicKey, key, backup, epoch, isRestored } = fields(value)
  if (!(publicKey instanceof Uint8Array) || typeof epoch !== "number" || !isLocalKey(key)) {
    throw new PageError("STORAGE_BROKEN", "the identity that this browser keeps cannot be read")
  }
  return {
    name: readName(text(name)),
    publicKey,
    key,
    backup: backup === undefined ? undefined : text(backup),
    isRestored: isRestored === true,
    epoch,
  }
}

function isLocalKey(value: unknown): value is LocalKey {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false
  if (value.kind === "handle") return "privateKey" in value && value.privateKey instanceof CryptoKey
  return value.kind === "sealed" && "sealingKey" in value && value.sealingKey instanceof CryptoKey
}
