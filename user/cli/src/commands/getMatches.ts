import type { Match } from "@event-manager/client"
import type { Context } from "../context.ts"
import { followMatches } from "../follow.ts"
import { readCursor, writeCursor, type Cursor } from "../matches/cursor.ts"
import type { Format } from "../matches/format.ts"
import { countLine, matchData, matchLines, openSink, readFormat, type Count, type Sink } from "../matches/formats.ts"
import { CountedComputations, lifeEndedReport, LIFE_ENDED, readMatches } from "../matches/reading.ts"
import type { Report } from "../report.ts"
import { refusedReport, type Act } from "./command.ts"

export const getMatches: Act = {
  async run(context, _parameters, flags) {
    const format = readFormat(flags["format"], context.voice.isJson)
    const since = readCursor(flags["since"])
    if (flags["follow"] === true) return follow(context, format, since)
    return format === undefined ? showAll(context, since) : showPages(context, format, since)
  },
}

/** Everything at its end, as people and scripts know it. */
async function showAll(context: Context, since: Cursor | undefined): Promise<Report> {
  const manager = context.manager()
  const matches: Match[] = []
  let next = since?.next ?? 0
  for await (const page of readMatches(manager, since)) {
    if (page === LIFE_ENDED) return lifeEndedReport(since)
    if (page.kind === "refused") return refusedReport(context, page, "")
    for (const match of page.matches()) matches.push(match)
    next = page.next
  }
  const counted = await CountedComputations.list(context)
  if ("kind" in counted) return refusedReport(context, counted, "")
  return matchesReport(context, matches, await counted.counts(), writeCursor(manager.life, next))
}

function matchesReport(context: Context, matches: readonly Match[], counts: readonly Count[], next: string): Report {
  const data = {
    matches: matches.map((match) => matchData(context, match)),
    counts: counts.map(({ computation, keys }) => ({ computation, matchedKeys: keys })),
    next,
  }
  if (matches.length === 0 && counts.length === 0) {
    return { code: "NO_RESULTS", message: "No matches", lines: ["NO_RESULTS. No matches"], data }
  }
  const keys = new Set(matches.map(({ computation, key }) => `${computation} ${key}`)).size
  const message = `Found ${keys} matched ${keys === 1 ? "key" : "keys"}`
  return { code: "SUCCESS", message, lines: [...matchLines(context, matches), ...counts.map(countLine)], data }
}

/** Rows as they are read: in memory stands a page at a time. */
async function showPages(context: Context, format: Format, since: Cursor | undefined): Promise<Report> {
  const manager = context.manager()
  const sink = openSink(context, format, process.stdout.isTTY)
  let [found, next] = [0, since?.next ?? 0]
  for await (const page of readMatches(manager, since)) {
    if (page === LIFE_ENDED) return lifeEndedReport(since)
    if (page.kind === "refused") return refusedReport(context, page, "")
    const matches = [...page.matches()]
    sink.matches(matches)
    found += matches.length
    next = page.next
  }
  const counted = await CountedComputations.list(context)
  if ("kind" in counted) return refusedReport(context, counted, "")
  for (const count of await counted.counts()) sink.count(count)
  context.voice.note(`${found} matched submissions; for later ones say --since ${writeCursor(manager.life, next)}`)
  return { code: found === 0 ? "NO_RESULTS" : "SUCCESS", message: "", lines: [], data: {} }
}

async function follow(context: Context, format: Format | undefined, since: Cursor | undefined): Promise<Report> {
  // Others of this identity may submit meanwhile; nothing is written from here on.
  await context.manager().attest()
  context.unlock()
  const sink = format === undefined ? plainSink(context) : openSink(context, format, process.stdout.isTTY)
  const cursor = await followMatches(context, sink, since)
  if (cursor === undefined) return lifeEndedReport(since)
  if (format !== undefined) context.voice.note(`for later ones say --since ${cursor}`)
  return { code: "SUCCESS", message: "Stopped following", lines: [], data: { next: cursor } }
}

/** Lines as people know them, or with --json an object each. */
function plainSink(context: Context): Sink {
  const { voice } = context
  if (voice.isJson) {
    return {
      matches: (matches) => matches.forEach((match) => voice.stream(matchData(context, match))),
      count: ({ computation, keys }) => voice.stream({ computation, matchedKeys: keys }),
    }
  }
  return {
    matches: (matches) => matchLines(context, matches).forEach((line) => voice.say(line)),
    count: (count) => voice.say(countLine(count)),
  }
}
