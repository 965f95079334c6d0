type Values = Readonly<Record<string, unknown>>

/** The same values as JSON can hold them: bytes and bit fields in hexadecimal, absent ones left out. */
export function plain(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, plainValue(value)]),
  )
}

function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return `0x${value.toString(16)}`
  if (value instanceof Uint8Array) return value.toHex()
  if (value instanceof Map || value instanceof Set) return [...value].map(plainValue)
  if (Array.isArray(value)) return value.map(plainValue)
  if (typeof value === "object" && value !== null) return plain(Object.fromEntries(Object.entries(value)))
  return value
}

/** Seconds since 1970 as people read them; a number still where no calendar has that day. */
export function dated(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined
  const date = new Date(seconds * 1_000)
  return Number.isNaN(date.getTime()) ? `${seconds} seconds after 1970` : date.toISOString()
}
