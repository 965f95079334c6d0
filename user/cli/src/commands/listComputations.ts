import type { Descriptor } from "@event-manager/client"
import type { Context } from "../context.ts"
import { showRelease, showTelling } from "../parameters.ts"
import { descriptorData, refusedReport, type Act } from "./command.ts"

export const listComputations: Act = {
  async run(context) {
    const listed = await context.manager().list()
    if ("kind" in listed) return refusedReport(context, listed, "")
    const message = listed.length === 0 ? "No computations" : `Found ${listed.length} ${plural(listed.length)}`
    const code = listed.length === 0 ? "NO_RESULTS" : "SUCCESS"
    return {
      code,
      message,
      lines: [`${code}. ${message}`, ...listed.map((each) => lineOf(context, each))],
      data: { computations: listed.map((each) => descriptorData(context, each)) },
    }
  },
}

function plural(count: number): string {
  return count === 1 ? "computation" : "computations"
}

function lineOf(context: Context, descriptor: Descriptor): string {
  const { name, quorum, type, participants, expiresAt } = descriptor
  const expiry = expiresAt === undefined ? "" : `. Expires: ${new Date(expiresAt * 1_000).toISOString()}`
  const names = participants.map(context.show).join(", ")
  const terms = [`quorum=${quorum}`, `type=${type}`, ...unusualTerms(descriptor)].join(", ")
  return `${name} (${terms}). Participants: [${names}]${expiry}`
}

/** What is not as it is where nothing is said of it. */
function unusualTerms({ release, keysMax, matches }: Descriptor): readonly string[] {
  return [
    ...(release.kind === "first" ? [] : [`release=${showRelease(release)}`]),
    ...(keysMax === undefined ? [] : [`keys-max=${keysMax}`]),
    ...(matches === "told" ? [] : [`matches=${showTelling(matches)}`]),
  ]
}
