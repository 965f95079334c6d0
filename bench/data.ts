/** The data of every scenario, made from a seed, so that each contender can make the same for itself. */
import { createHash } from "node:crypto"
import { BenchError } from "./benchError.ts"

/** 16 bits, so that the sum of a thousand fits the prime field that JIFF can multiply in. */
const SALARY_MAX = 60_000
const SALARY_MIN = 10_000
/** The letters and digits of a vehicle identification number (ISO 3779): no I, O or Q. */
const VIN_SYMBOLS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
const VIN_RANDOM = 6
const VIN_SERIAL = 8

/** Numbers from 0 below `below`, the same for the same seed: Weyl sequence and the finaliser of MurmurHash3. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return Math.floor((((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32) * below)
  }
}

export function salaries(seed: number, size: number): number[] {
  const next = numbers(seed)
  return Array.from({ length: size }, () => SALARY_MIN + next(SALARY_MAX - SALARY_MIN))
}

/** Two sets of so many keys of 17 characters, half of them in common, each in an order of its own. */
export function keySets(seed: number, size: number): { readonly mine: string[]; readonly theirs: string[] } {
  const next = numbers(seed)
  const shared = Math.floor(size / 2)
  const all = Array.from({ length: 2 * size - shared }, (_, serial) => vin(next, serial))
  const mine = all.slice(0, size)
  const theirs = all.slice(size - shared)
  return { mine: shuffled(mine, next), theirs: shuffled(theirs, next) }
}

/** One key of 17 characters; those of different serials differ. */
function vin(next: (below: number) => number, serial: number): string {
  let text = "WDB"
  for (let at = 0; at < VIN_RANDOM; at++) text += VIN_SYMBOLS[next(VIN_SYMBOLS.length)] ?? ""
  return text + serial.toString().padStart(VIN_SERIAL, "0")
}

/** Keys of the serials from one up to another, made as they are asked for: there may be more than fit the memory. */
export function* vins(seed: number, from: number, to: number): Generator<string> {
  const next = numbers(seed + from)
  for (let serial = from; serial < to; serial++) yield vin(next, serial)
}

/** What contenders are compared by: how many keys, and a digest of which, in whatever order they were found. */
export function answerOf(keys: readonly string[]): string {
  const digest = createHash("sha256").update(keys.toSorted().join("\n")).digest("hex")
  return `${keys.length} keys, ${digest.slice(0, 16)}`
}

/** The exact average of whole numbers, as a decimal. Throws BenchError for a count whose quotient does not end. */
export function averageOf(sum: number, count: number): string {
  const scaled = BigInt(sum) * 10n ** 12n
  if (scaled % BigInt(count) !== 0n) throw new BenchError(`the average of ${count} may not end: take a power of ten`)
  const digits = (scaled / BigInt(count)).toString().padStart(13, "0")
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, "")
}

function shuffled(keys: string[], next: (below: number) => number): string[] {
  for (let at = keys.length - 1; at > 0; at--) {
    const other = next(at + 1)
    const [one = "", two = ""] = [keys[at], keys[other]]
    keys[at] = two
    keys[other] = one
  }
  return keys
}
