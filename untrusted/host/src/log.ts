import type { FastifyBaseLogger } from "fastify"
import { pino, type DestinationStream } from "pino"
import { errorLabel } from "./errors.ts"

/** No `trace`: at that level libraries log what they received. */
export const logLevels = ["silent", "error", "warn", "info", "debug"] as const
export type LogLevel = (typeof logLevels)[number]
export type Log = FastifyBaseLogger

const STANDARD_ERROR = 2

/** A log of JSON lines, by default on standard error: standard output is for people. */
export function openLog(
  level: LogLevel,
  to: DestinationStream = pino.destination({ fd: STANDARD_ERROR, sync: true }),
): Log {
  return pino({ level, base: null, serializers: { err: describeError, error: describeError } }, to)
}

/** An error without its message or other properties: those may hold what a client sent. */
function describeError(thrown: unknown): object {
  return { label: errorLabel(thrown), at: stackOf(thrown) }
}

function stackOf(thrown: unknown): readonly string[] {
  const lines = thrown instanceof Error ? (thrown.stack ?? "").split("\n") : []
  return lines.map((line) => line.trim()).filter((line) => line.startsWith("at "))
}
