import { escapeText, type Match } from "@event-manager/client"
import type { Context } from "../context.ts"
import { followMatches } from "../follow.ts"
import type { Report } from "../report.ts"
import { partyData, refusedReport, type Command } from "./command.ts"

export const getMatches: Command = {
  name: "get-matches",
  aliases: ["gm", "match"],
  summary: "show every key matched so far, over all computations",
  parameters: [],
  flags: [["--follow", "go on, and show new ones as they come"]],
  examples: ["ALICE get-matches", "ALICE get-matches --follow --json"],

  async run(context, _parameters, flags) {
    if (flags["follow"] === true) return follow(context)
    const read = await context.manager().matches()
    if ("kind" in read) return refusedReport(context, read, "")
    return matchesReport(context, read.matches)
  },
}

function matchesReport(context: Context, matches: readonly Match[]): Report {
  const groups = groupByKey(matches)
  const data = { matches: matches.map((match) => matchData(context, match)) }
  if (groups.length === 0) return { code: "NO_RESULTS", message: "No matches", lines: ["NO_RESULTS. No matches"], data }
  const message = `Found ${groups.length} matched ${groups.length === 1 ? "key" : "keys"}`
  return {
    code: "SUCCESS",
    message,
    lines: groups.flatMap((group) => linesOf(context, group)),
    data,
  }
}

async function follow(context: Context): Promise<Report> {
  // Others of this identity may submit meanwhile; nothing is written from here on.
  await context.manager().attest()
  context.unlock()
  await followMatches(context, (matches) => {
    if (context.voice.isJson) for (const match of matches) context.voice.stream(matchData(context, match))
    else for (const group of groupByKey(matches)) linesOf(context, group).forEach((line) => context.voice.say(line))
  })
  return { code: "SUCCESS", message: "Stopped following", lines: [], data: {} }
}

/** Matches of one computation and key, in the order of submission. */
function groupByKey(matches: readonly Match[]): readonly (readonly Match[])[] {
  const groups = Map.groupBy(matches, (match) => `${match.computation} ${match.key}`)
  return [...groups.values()].map((group) => group.toSorted((a, b) => a.position - b.position))
}

function linesOf(context: Context, group: readonly Match[]): readonly string[] {
  const [first] = group
  if (first === undefined) return []
  const title = `Computation: ${first.computation}; Matched key: ${escapeText(first.key)}`
  return [
    title,
    ...group.map((match) => `   ${context.show(match.party)} Message: ${escapeText(match.message ?? "")}`.trimEnd()),
  ]
}

function matchData(context: Context, match: Match): Report["data"] {
  const { computation, key, position, party, message } = match
  return {
    computation,
    key,
    position,
    party: partyData(context, party),
    ...(message === undefined ? {} : { message }),
  }
}
