import { PageError } from "../model/pageError.ts"

const VERSION = 1

/** Object stores, and the paths of their keys. */
const stores = {
  identities: "name",
  pins: ["owner", "address"],
  notes: ["owner", "terms"],
  cards: ["owner", "name"],
  places: ["owner", "server"],
  entries: ["owner", "number"],
} as const
export type StoreName = keyof typeof stores

/** What is kept of an identity beside its key: who may write for it now. */
interface Owned {
  readonly epoch: number
}

/**
 * The browser's store. Writes are on disk when their promises resolve, as far as the browser can tell (IndexedDB's strict
 * durability). Rejects with PageError: STORAGE_DENIED, STORAGE_FULL, STORAGE_BROKEN.
 */
export class Database {
  readonly #idb: IDBDatabase

  private constructor(idb: IDBDatabase) {
    this.#idb = idb
  }

  static async open(name: string): Promise<Database> {
    try {
      const request = indexedDB.open(name, VERSION)
      request.addEventListener("upgradeneeded", () => {
        for (const [store, path] of Object.entries(stores)) {
          request.result.createObjectStore(store, { keyPath: typeof path === "string" ? path : [...path] })
        }
      })
      const idb = await settled(request)
      // A newer page in another tab must not wait for this one.
      idb.addEventListener("versionchange", () => idb.close())
      return new Database(idb)
    } catch (cause) {
      throw storageError(cause)
    }
  }

  /** Whether the browser has agreed before not to clear what is kept when it needs room. */
  static async isPersisted(): Promise<boolean> {
    try {
      return await navigator.storage.persisted()
    } catch {
      return false
    }
  }

  /** Asks the browser to agree to that, and says whether it does. */
  static async persist(): Promise<boolean> {
    try {
      return await navigator.storage.persist()
    } catch {
      return false
    }
  }

  /** Every record of a store, or those that one identity owns. */
  async all(store: StoreName, owner?: string): Promise<readonly unknown[]> {
    return this.#run<readonly unknown[]>([store], "readonly", (transaction, answer, after) => {
      const range = owner === undefined ? undefined : ownedBy(owner)
      after(transaction.objectStore(store).getAll(range), answer)
    })
  }

  /** What is kept of an identity, or undefined. */
  async identity(name: string): Promise<unknown> {
    return this.#run<unknown>(["identities"], "readonly", (transaction, answer, after) =>
      after(transaction.objectStore("identities").get(name), answer),
    )
  }

  /** Adds an identity. Rejects with PageError NAME_KEPT_ALREADY, PARTY_KEPT_ALREADY. */
  async addIdentity(record: { readonly name: string; readonly publicKey: Uint8Array } & Owned): Promise<void> {
    await this.#run<undefined>(["identities"], "readwrite", (transaction, answer, after) => {
      const identities = transaction.objectStore("identities")
      // In one transaction, so that two tabs do not both find that it is not there.
      after(identities.getAll(), (kept: readonly unknown[]) => {
        const other = kept.filter(isKeyed).find((each) => isSame(each.publicKey, record.publicKey))
        if (other !== undefined && other.name !== record.name) {
          throw new PageError("PARTY_KEPT_ALREADY", `this identity is kept here already, as ${other.name}`)
        }
        identities.add(record)
        answer(undefined)
      })
    })
  }

  /** Takes the next epoch of an identity: whoever writes for an earlier one is refused from now on. */
  async takeEpoch(name: string): Promise<number> {
    return this.#run<number>(["identities"], "readwrite", (transaction, answer, after) => {
      const identities = transaction.objectStore("identities")
      after(identities.get(name), (present: unknown) => {
        if (!isOwned(present)) return transaction.abort()
        const epoch = present.epoch + 1
        identities.put({ ...present, epoch })
        answer(epoch)
      })
    })
  }

  /** Writes for an identity, in its present epoch. Rejects with PageError IDENTITY_TAKEN_OVER in another one. */
  async write(
    owner: { readonly name: string; readonly epoch: number },
    store: StoreName,
    act: (objects: IDBObjectStore) => void,
  ): Promise<void> {
    let isTakenOver = false
    try {
      await this.#run<undefined>(["identities", store], "readwrite", (transaction, answer, after) => {
        after(transaction.objectStore("identities").get(owner.name), (present: unknown) => {
          isTakenOver = !isOwned(present) || present.epoch !== owner.epoch
          if (isTakenOver) return transaction.abort()
          act(transaction.objectStore(store))
          answer(undefined)
        })
      })
    } catch (error) {
      throw isTakenOver ? new PageError("IDENTITY_TAKEN_OVER", "another tab has taken this identity over") : error
    }
  }

  /** Forgets an identity, with all that it owns. */
  async forget(name: string): Promise<void> {
    const names = Object.keys(stores)
    await this.#run<undefined>(names, "readwrite", (transaction, answer) => {
      transaction.objectStore("identities").delete(name)
      for (const store of names.filter((each) => each !== "identities")) {
        transaction.objectStore(store).delete(ownedBy(name))
      }
      answer(undefined)
    })
  }

  close(): void {
    this.#idb.close()
  }

  /** What was answered, once the transaction is complete. */
  async #run<T>(names: readonly string[], mode: IDBTransactionMode, act: Act<T>): Promise<T> {
    const thrown: unknown[] = []
    try {
      const transaction = this.#idb.transaction(names, mode, { durability: "strict" })
      const after: After = (request, use) =>
        request.addEventListener("success", () => {
          try {
            use(request.result)
          } catch (error) {
            // Thrown from here, nobody would catch it.
            thrown.push(error)
            transaction.abort()
          }
        })
      const finished = completed(transaction)
      const answered = new Promise<T>((resolve) => act(transaction, resolve, after))
      await finished
      return await answered
    } catch (cause) {
      throw storageError(thrown[0] ?? cause)
    }
  }
}

/** Does something with what a request brings. */
type After = <R>(request: IDBRequest<R>, use: (result: R) => void) => void

/** Makes a transaction's requests, and gives the answer when it has it. */
type Act<T> = (transaction: IDBTransaction, answer: (value: T) => void, after: After) => void

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve())
    transaction.addEventListener("abort", () => reject(storageError(transaction.error)))
  })
}

function ownedBy(owner: string): IDBKeyRange {
  // Arrays sort after every other key (Indexed Database API section 2.4): this is every second part that there is.
  return IDBKeyRange.bound([owner], [owner, []])
}

function isOwned(value: unknown): value is Owned {
  return typeof value === "object" && value !== null && "epoch" in value && typeof value.epoch === "number"
}

function isKeyed(value: unknown): value is { readonly name: string; readonly publicKey: Uint8Array } {
  if (typeof value !== "object" || value === null || !("publicKey" in value) || !("name" in value)) return false
  return value.publicKey instanceof Uint8Array && typeof value.name === "string"
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i])
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result))
    request.addEventListener("error", () => reject(storageError(request.error)))
  })
}

/** Which of the ways it is in which a browser refuses to keep something. */
export function storageError(cause: unknown): PageError {
  if (cause instanceof PageError) return cause
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : ""
  if (name === "QuotaExceededError") {
    return new PageError("STORAGE_FULL", "the browser has no room left for this page", { cause })
  }
  if (name === "ConstraintError") return new PageError("NAME_KEPT_ALREADY", "that name is kept here already", { cause })
  const isDenied = ["SecurityError", "InvalidStateError", "NotAllowedError", "ReferenceError"].includes(name)
  if (isDenied) return new PageError("STORAGE_DENIED", "the browser keeps nothing for this page", { cause })
  return new PageError("STORAGE_BROKEN", `the browser's store failed (${name})`, { cause })
}
