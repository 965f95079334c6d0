/*
 * The one file: opened so that no other host can, marked as ours, and set up so that what is said to be stored is, and
 * what is deleted is gone. Nothing in this process may open the file by itself while it is in use: POSIX locks go when
 * any descriptor of the file is closed (fcntl(2)), and with them the lock that keeps other hosts out.
 */
import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { corrupt, foreign } from "./sqliteError.ts"
import { integerIn } from "./sqliteRow.ts"
import { StoreError } from "./storeError.ts"

/** "EvMg", in the file's header (https://sqlite.org/fileformat2.html#application_id), so that file(1) can tell. */
const APPLICATION_ID = 0x45764d67
const FORMAT = 1
const MODE = 0o600
const AUTO_VACUUM_INCREMENTAL = 2

/** The most pages that SQLite lets a file have (https://sqlite.org/limits.html). */
export const PAGES_MAX = 0xfffffffe

/*
 * A record of the smallest frame fills more than half of a page of 4 KiB, so that each would take a page for itself;
 * of 8 KiB three share one, and a commit still writes little more than the record. Incremental, since only then can the
 * pages that a snapshot frees be handed back without rewriting the file. Both can only be said of an empty file.
 */
const LAYOUT = "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL"

/*
 * synchronous: at FULL each commit is synced before it returns; at NORMAL, in WAL, a machine's crash takes the latest.
 * fullfsync: on macOS, where fsync leaves data in the disk's cache; nothing elsewhere.
 * secure_delete: what is deleted is overwritten with zeros, where otherwise it stands in free pages until these are used.
 * cell_size_check, trusted_schema: a damaged or prepared file is an error sooner, and runs nothing.
 * temp_store: no copy of anything in a temporary file.
 */
const SETTINGS = `
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA secure_delete = ON;
  PRAGMA cell_size_check = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA temp_store = MEMORY`

/*
 * Parts are put under the generation after the committed snapshot's, and become the snapshot when the one row of
 * `snapshot` names that generation: no bytes are moved.
 */
const SCHEMA = `
  CREATE TABLE records (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,
    extent INTEGER NOT NULL,
    parts INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE parts (
    generation INTEGER NOT NULL,
    part INTEGER NOT NULL,
    extent INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (generation, part)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT}`

/**
 * What `use` makes of the store's file, which is made where there is none, and closed where this throws. Throws
 * StoreError, and what node:sqlite and node:fs do.
 */
export function openFile<T>(path: string, pagesMax: number, use: (database: DatabaseSync) => T): T {
  makeFile(path)
  // No waiting for a lock: whoever holds it keeps it for life.
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    prepareFile(database, path, pagesMax)
    return use(database)
  } catch (cause) {
    database.close()
    throw cause
  }
}

/** All of `work`, or nothing of it. Throws what `work` and node:sqlite do. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec("BEGIN IMMEDIATE")
  try {
    work()
    database.exec("COMMIT")
  } catch (cause) {
    // Some errors have rolled back already (https://sqlite.org/lang_transaction.html, section 3).
    if (database.isTransaction) database.exec("ROLLBACK")
    throw cause
  }
}

/** Brings the log into the file and cuts it to nothing: until then it holds what has been deleted since. */
export function emptyLog(database: DatabaseSync, path: string): void {
  const row = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()
  if (integerIn(row, "busy", path) !== 0) throw new StoreError("STORE_FAILED", `${path} is being read, which none may`)
}

/** By the exclusive creation, an existing file is not opened here (see above). */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", MODE))
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause
  }
}

function prepareFile(database: DatabaseSync, path: string, pagesMax: number): void {
  if (statSync(path).size === 0) database.exec(LAYOUT)
  lock(database)
  const isNew = identify(database, path) === "new"
  keepToOwner(path)
  setUp(database, path)
  if (isNew) inTransaction(database, () => database.exec(SCHEMA))
  database.exec(`PRAGMA max_page_count = ${pagesMax}`)
  // A crash may have come between a commit and this.
  emptyLog(database, path)
}

/**
 * In exclusive locking mode a lock, once taken, is kept until the connection closes, and a log needs no shared memory
 * (https://sqlite.org/wal.html#noshm). Taken as a whole at once, two hosts that start together cannot each have half.
 */
function lock(database: DatabaseSync): void {
  database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK")
}

/** A file that is new, or whose making a crash cut short, has nothing in it but our layout. */
function identify(database: DatabaseSync, path: string): "new" | "ours" {
  const id = pragma(database, "application_id", path)
  const version = pragma(database, "user_version", path)
  const tables = integerIn(database.prepare("SELECT count(*) AS count FROM sqlite_schema").get(), "count", path)
  const isOurLayout = pragma(database, "auto_vacuum", path) === AUTO_VACUUM_INCREMENTAL
  if (id === 0 && version === 0 && tables === 0 && isOurLayout) return "new"
  if (id !== APPLICATION_ID) throw foreign(path)
  if (version > FORMAT) {
    const versions = `its format is ${version}, and this version reads ${FORMAT}`
    throw new StoreError("STORE_NEWER", `${path} was written by a newer version of this program: ${versions}; use that`)
  }
  if (version !== FORMAT) throw corrupt(path)
  return "ours"
}

/** SQLite gives a log the mode of its file, but that may have been another when this one was made. */
function keepToOwner(path: string): void {
  const log = `${path}-wal`
  chmodSync(path, MODE)
  if (existsSync(log)) chmodSync(log, MODE)
}

function setUp(database: DatabaseSync, path: string): void {
  const mode = database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"]
  if (mode !== "wal") throw new StoreError("STORE_FAILED", `${path} cannot have a log beside it; keep it elsewhere`)
  database.exec(SETTINGS)
}

function pragma(database: DatabaseSync, name: "application_id" | "user_version" | "auto_vacuum", path: string): number {
  return integerIn(database.prepare(`PRAGMA ${name}`).get(), name, path)
}
