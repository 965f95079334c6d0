import { StoreError, type StoreDiskCode } from "./storeError.ts"

/** What SQLite or the system refuses; that a store is too new is for us to see. */
type RefusalCode = Exclude<StoreDiskCode, "STORE_NEWER">

/** Primary result codes (https://sqlite.org/rescode.html), which are the lowest byte of the extended ones. */
const PRIMARY_MASK = 0xff
const codes = new Map<number, RefusalCode>([
  [5, "STORE_LOCKED"], // SQLITE_BUSY
  [11, "STORE_CORRUPT"], // SQLITE_CORRUPT
  [13, "STORE_FULL"], // SQLITE_FULL
  [26, "STORE_FOREIGN"], // SQLITE_NOTADB
])

const advice = {
  STORE_LOCKED: () => "is in use by another host; stop that one, or keep this one's data elsewhere",
  STORE_FOREIGN: () => "is not a store of this program; move it away, or keep the data elsewhere",
  STORE_FULL: () => "cannot grow; make room on its disk",
  STORE_CORRUPT: () => "is damaged; check its disk, and know that an older copy in its place is seen by all who use it",
  STORE_FAILED: (reason) => `cannot be read or written (${reason}); see to its folder and disk, then start again`,
} satisfies Record<RefusalCode, (reason: string) => string>

/** What `cause`, thrown while `path` was read or written, means for an operator. */
export function storeErrorOf(path: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause
  const code = codeOf(cause)
  return new StoreError(code, `${path} ${advice[code](reasonOf(cause))}`, { cause })
}

export function foreign(path: string): StoreError {
  return new StoreError("STORE_FOREIGN", `${path} ${advice.STORE_FOREIGN()}`)
}

export function corrupt(path: string): StoreError {
  return new StoreError("STORE_CORRUPT", `${path} ${advice.STORE_CORRUPT()}`)
}

function codeOf(cause: unknown): RefusalCode {
  const number = numberOf(cause)
  if (number !== undefined) return codes.get(number & PRIMARY_MASK) ?? "STORE_FAILED"
  return systemCode(cause) === "ENOSPC" ? "STORE_FULL" : "STORE_FAILED"
}

/** SQLite's and Node's own words for their codes: they quote neither what is stored nor a statement's values. */
function reasonOf(cause: unknown): string {
  if (cause instanceof Error && "errstr" in cause && typeof cause.errstr === "string") return cause.errstr
  return systemCode(cause) ?? "unknown error"
}

function numberOf(cause: unknown): number | undefined {
  return cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode : undefined
}

function systemCode(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined
}
