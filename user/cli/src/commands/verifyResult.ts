import {
  AttestationError,
  ownPartOf,
  readResult,
  requireConstraint,
  UserError,
  type OwnPart,
} from "@event-manager/client"
import { readText } from "@event-manager/client/node"
import type { Act } from "./command.ts"
import { readTime } from "../time.ts"
import { resultReport } from "./getResult.ts"

const RESULT_BYTES_MAX = 2_097_152

export const verifyResult: Act = {
  async run(context, [file = ""], flags) {
    const at = readTime(flags["at"], context.now())
    const { result, attested } = await asOf(readResult(requiredText(file), at, context.roots))
    // The evidence is as old as the result: how old evidence may be concerns whom one talks to now.
    requireConstraint(attested, { ...context.constraint(), expire: "never" }, at)
    const own = await ownPartOf(context.memory, context.identity.party, result.frozen)
    const report = await resultReport(context, result)
    const issued = dateText(attested.issuedAt)
    const { descriptor, receipts } = result.frozen
    const lines = [
      `   Inputs: ${receipts.length} of ${descriptor.participants.length} participants`,
      `   Witnesses: ${result.witnesses.length}`,
      `   Enclave: ${attested.level}, evidence of ${issued}`,
      `   ${ownLines[own]}`,
    ]
    return {
      ...report,
      lines: [...report.lines, ...lines],
      data: { ...report.data, level: attested.level, issued, own },
    }
  },
}

const ownLines = {
  nothing: "Nothing of yours is in it",
  latest: "Your latest submission is in it",
  earlier: "Your latest acknowledged submission is in it; one sent later, whose receipt did not arrive, is not",
  later: "Your latest submission is in it; its receipt did not arrive",
  unknown: "A submission of yours is in it, of which nothing is known here",
} as const satisfies Readonly<Record<OwnPart, string>>

/** What a saved file proves, or why it no longer does, and what helps. */
export async function asOf<T>(read: Promise<T>): Promise<T> {
  try {
    return await read
  } catch (cause) {
    if (!(cause instanceof AttestationError) || !cause.code.endsWith("_EXPIRED")) throw cause
    const advice = "to see what held when the file was written, give that time with --at"
    throw new AttestationError(cause.code, `${cause.message}; ${advice}`, { cause })
  }
}

export function dateText(seconds: number | undefined): string {
  return seconds === undefined ? "no date" : new Date(seconds * 1_000).toISOString()
}

export function requiredText(file: string): string {
  const text = readText(file, RESULT_BYTES_MAX)
  if (text === undefined) throw new UserError("FILE_UNREADABLE", `${file} does not exist`)
  return text
}
