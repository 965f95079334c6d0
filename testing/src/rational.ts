/*
 * Exact fractions, for an opinion on decimals that shares nothing with trusted/protocol/src/decimal.ts.
 */
export interface Rational {
  readonly over: bigint
  /** Greater than zero. */
  readonly under: bigint
}

/** Reads what is already known to be a decimal. */
export function rational(written: string): Rational {
  const point = written.indexOf(".")
  if (point < 0) return { over: BigInt(written), under: 1n }
  const places = written.length - point - 1
  return { over: BigInt(written.slice(0, point) + written.slice(point + 1)), under: 10n ** BigInt(places) }
}

export function compare(a: Rational, b: Rational): number {
  const difference = a.over * b.under - b.over * a.under
  if (difference === 0n) return 0
  return difference < 0n ? -1 : 1
}

export function mean(all: readonly Rational[]): Rational {
  const sum = all.reduce((total, each) => ({
    over: total.over * each.under + each.over * total.under,
    under: total.under * each.under,
  }))
  return { over: sum.over, under: sum.under * BigInt(all.length) }
}

/** As digits with at most `places` decimals, a half going to the even neighbour, and no zeros at the end. */
export function written(value: Rational, places: number): string {
  const scaled = (value.over < 0n ? -value.over : value.over) * 10n ** BigInt(places)
  const below = scaled / value.under
  const rest = scaled % value.under
  const isOver = rest + rest > value.under || (rest + rest === value.under && below % 2n === 1n)
  const digits = String(isOver ? below + 1n : below).padStart(places + 1, "0")
  const shortened = `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, "")
  return value.over < 0n && shortened !== "0" ? `-${shortened}` : shortened
}
