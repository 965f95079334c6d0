import type { StoredRecord } from "@event-manager/protocol/frame"
import { resolve } from "node:path"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import type { ClosableStore } from "./engine.ts"
import { checkAppend, checkCommit, checkFrom, checkPart, checkPut, pageOf } from "./rules.ts"
import { storeErrorOf } from "./sqliteError.ts"
import { emptyLog, inTransaction, openFile, PAGES_MAX } from "./sqliteFile.ts"
import { bytesIn, integerIn, integerOrNullIn } from "./sqliteRow.ts"
import { StoreError } from "./storeError.ts"

export interface SqliteOptions {
  /** The most pages of 8 KiB that the file may have; one more is STORE_FULL. */
  readonly pagesMax?: number
}

interface Snapshot {
  readonly generation: number
  readonly upTo: number
  readonly parts: number
}

/**
 * The store in one SQLite file (and, while it is open, its log beside it). Each call runs to its end before it returns
 * its promise. Throws StoreError where the file is another program's, a newer version's or another host's, or where it
 * cannot be made.
 */
export function sqliteStore(path: string, { pagesMax = PAGES_MAX }: SqliteOptions = {}): ClosableStore {
  // Absolute, since SQLite takes ":memory:", "" and "file:..." for something else than a file of that name.
  const file = resolve(path)
  try {
    return openFile(file, pagesMax, (database) => new SqliteStore(file, database))
  } catch (cause) {
    throw storeErrorOf(file, cause)
  }
}

class SqliteStore implements ClosableStore {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #statements: Statements
  #broken: StoreError | undefined

  constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
    this.#statements = prepareStatements(database)
  }

  async append(index: number, record: Uint8Array): Promise<void> {
    this.#run(() => {
      checkAppend(this.#last(), index, record)
      this.#statements.insertRecord.run(index, record)
    })
  }

  async records(from: number): Promise<readonly StoredRecord[]> {
    return this.#run(() => {
      checkFrom(from)
      return pageOf(this.#recordsFrom(from))
    })
  }

  async snapshot(): Promise<{ readonly upTo: number; readonly parts: number } | undefined> {
    const committed = this.#run(() => this.#snapshot())
    return committed && { upTo: committed.upTo, parts: committed.parts }
  }

  async snapshotPart(part: number): Promise<Uint8Array> {
    return this.#run(() => {
      const committed = this.#snapshot()
      checkPart(part, committed?.parts ?? 0)
      return bytesIn(this.#statements.part.get(committed?.generation ?? 0, part), "bytes", this.#path)
    })
  }

  async putSnapshotPart(upTo: number, part: number, bytes: Uint8Array): Promise<void> {
    this.#run(() => {
      checkPut(upTo, part, bytes)
      this.#statements.putPart.run(this.#nextGeneration(), part, upTo, bytes)
    })
  }

  async commitSnapshot(upTo: number, parts: number): Promise<void> {
    this.#run(() => {
      inTransaction(this.#database, () => this.#replaceSnapshot(upTo, parts))
      emptyLog(this.#database, this.#path)
    })
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }

  #replaceSnapshot(upTo: number, parts: number): void {
    const generation = this.#nextGeneration()
    const put = integerIn(this.#statements.countPut.get(generation, upTo, parts), "count", this.#path)
    checkCommit(upTo, parts, { last: this.#last(), upTo: this.#snapshot()?.upTo, put })
    this.#statements.setSnapshot.run(generation, upTo, parts)
    this.#statements.deleteParts.run(generation, parts)
    this.#statements.deleteRecords.run(upTo)
    // In the same step, so that no crash leaves free pages behind, and pages that go need not be written first.
    this.#database.exec("PRAGMA incremental_vacuum")
  }

  /** Throws StoreError, whatever `work` throws. */
  #run<T>(work: () => T): T {
    if (!this.#database.isOpen) throw new StoreError("STORE_CLOSED", `${this.#path} is closed`)
    if (this.#broken !== undefined) throw this.#broken
    try {
      return work()
    } catch (cause) {
      const error = storeErrorOf(this.#path, cause)
      // After a failed sync the system may count as written what is not, so that a second try proves nothing.
      if (error.code === "STORE_FAILED" || error.code === "STORE_CORRUPT") this.#broken = error
      throw error
    }
  }

  #last(): number | undefined {
    return integerOrNullIn(this.#statements.lastRecord.get(), "last", this.#path)
  }

  #snapshot(): Snapshot | undefined {
    const row = this.#statements.snapshot.get()
    if (row === undefined) return undefined
    return {
      generation: integerIn(row, "generation", this.#path),
      upTo: integerIn(row, "extent", this.#path),
      parts: integerIn(row, "parts", this.#path),
    }
  }

  #nextGeneration(): number {
    return (this.#snapshot()?.generation ?? 0) + 1
  }

  *#recordsFrom(from: number): Generator<StoredRecord> {
    for (const row of this.#statements.recordsFrom.iterate(from)) {
      yield { index: integerIn(row, "number", this.#path), record: bytesIn(row, "bytes", this.#path) }
    }
  }
}

type Statements = Readonly<Record<keyof typeof sql, StatementSync>>

const sql = {
  lastRecord: "SELECT max(number) AS last FROM records",
  insertRecord: "INSERT INTO records (number, bytes) VALUES (?, ?)",
  recordsFrom: "SELECT number, bytes FROM records WHERE number >= ? ORDER BY number",
  deleteRecords: "DELETE FROM records WHERE number < ?",
  snapshot: "SELECT generation, extent, parts FROM snapshot",
  setSnapshot: "INSERT OR REPLACE INTO snapshot (id, generation, extent, parts) VALUES (1, ?, ?, ?)",
  part: "SELECT bytes FROM parts WHERE generation = ? AND part = ?",
  putPart: "INSERT OR REPLACE INTO parts (generation, part, extent, bytes) VALUES (?, ?, ?, ?)",
  countPut: "SELECT count(*) AS count FROM parts WHERE generation = ? AND extent = ? AND part < ?",
  deleteParts: "DELETE FROM parts WHERE generation <> ? OR part >= ?",
} as const

function prepareStatements(database: DatabaseSync): Statements {
  return {
    lastRecord: database.prepare(sql.lastRecord),
    insertRecord: database.prepare(sql.insertRecord),
    recordsFrom: database.prepare(sql.recordsFrom),
    deleteRecords: database.prepare(sql.deleteRecords),
    snapshot: database.prepare(sql.snapshot),
    setSnapshot: database.prepare(sql.setSnapshot),
    part: database.prepare(sql.part),
    putPart: database.prepare(sql.putPart),
    countPut: database.prepare(sql.countPut),
    deleteParts: database.prepare(sql.deleteParts),
  }
}
