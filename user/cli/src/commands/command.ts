import { escapeText, explainRefusal, type Descriptor, type Refused } from "@event-manager/client"
import type { Context, Desk } from "../context.ts"
import { showRelease, showTelling } from "../parameters.ts"
import type { Report } from "../report.ts"

/** What is said of a command, and what help and completion are made of. */
export interface Usage {
  readonly name: string
  readonly aliases: readonly string[]
  readonly summary: string
  /** `<required>` or `[optional]`, each with its description. */
  readonly parameters: readonly (readonly [syntax: string, description: string])[]
  /** commander's flags, each with its description. */
  readonly flags: readonly (readonly [flags: string, description: string])[]
  /** Command lines that work, without `event-client`. */
  readonly examples: readonly string[]
}

/** One command of event-client, on behalf of NAME. */
export interface Command extends Usage {
  readonly load: () => Promise<Act>
}

/** One that is on nobody's behalf: it takes no NAME, and makes no identity. */
export interface Tool extends Usage {
  readonly load: () => Promise<ToolAct>
}

/** What a command does. */
export interface Act {
  run(context: Context, parameters: readonly (string | undefined)[], flags: Flags): Promise<Report>
}

/** What a tool does. */
export interface ToolAct {
  run(desk: Desk, parameters: readonly (string | undefined)[], flags: Flags): Promise<Report>
}

export type Flags = Readonly<Record<string, unknown>>

/** A report of success. */
export function succeeded(message: string, data: Report["data"] = {}): Report {
  return { code: "SUCCESS", message, lines: [`SUCCESS: ${message}`], data }
}

/** A refusal by the enclave, as `CODE: message`. */
export function refusedReport(context: Context, refused: Refused, computation: string): Report {
  const party = context.show(context.identity.party)
  const { code, message } = explainRefusal(refused, { computation: escapeText(computation), party })
  if (refused.reason === "NO_SUCH_COMPUTATION" && context.memory.hasNoteOf(computation)) {
    // That something is gone which was there is worth a word: it need not be the convenor's doing.
    const why = "it was deleted or has expired, or the host has put an older state in its place"
    context.voice.warn(`${escapeText(computation)} did exist when you last used it: ${why}`)
  }
  return { code, message, lines: [`${code}: ${message}`], data: { computation } }
}

/** A descriptor as scripts read it. */
export function descriptorData(context: Context, descriptor: Descriptor): Report["data"] {
  const { name, type, quorum, release, convenor, participants, expiresAt, keysMax, matches } = descriptor
  return {
    name,
    type,
    quorum,
    release: showRelease(release),
    convenor: partyData(context, convenor),
    participants: participants.map((party) => partyData(context, party)),
    ...(type === "key" ? { matches: showTelling(matches) } : {}),
    ...(keysMax === undefined ? {} : { keysMax }),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt * 1_000).toISOString() }),
  }
}

/** A party as scripts read it: its key, and the name on its card if there is one. */
export function partyData(context: Context, party: Descriptor["convenor"]): Report["data"] {
  const [name] = context.cards.namesOf(party)
  return { ...(name === undefined ? {} : { name }), key: party }
}
