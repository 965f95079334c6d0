import type { Command } from "../../trusted/enclave/src/core/decide.ts"
import type { Entry } from "../../trusted/enclave/src/core/event.ts"
import { backFrom, latestSubmissions, witnessesIn, type Place } from "./chronicle.ts"
import { isAnswer } from "./expected.ts"

/** What is wrong with a history going on like this; undefined where nothing is. */
export function entryFault(before: Place | undefined, entry: Entry, command: Command): string | undefined {
  if (entry.kind === "created") return before === undefined ? undefined : "a computation was created twice"
  if (before === undefined) return "a history began without its computation"
  return rules[entry.kind](before, entry, command)
}

const rules: Readonly<Record<Exclude<Entry["kind"], "created">, (...about: About) => string | undefined>> = {
  submitted: submittedFault,
  frozen: frozenFault,
  witnessed: witnessedFault,
  released: releasedFault,
  submittedMany: manyFault,
  retired: manyFault,
  superseded: () => "an enclave wrote what stands in snapshots alone",
}

type About = [before: Place, entry: Entry, command: Command]

function submittedFault(...[before, entry, { party, request }]: About): string | undefined {
  if (entry.kind !== "submitted" || request.kind !== "submit") return "a submission that nobody sent"
  if (entry.party !== party) return "a submission in another's name"
  if (!before.descriptor.participants.includes(party)) return "an outsider's submission was accepted"
  for (const each of backFrom(before)) {
    if (each.entry.kind === "frozen") return "a submission was accepted after the freeze"
    if (each.requestId === request.requestId) return "a request took effect twice"
  }
  return undefined
}

function manyFault(...[before, entry, { party, request }]: About): string | undefined {
  const isOf = entry.kind === "submittedMany" || entry.kind === "retired"
  if (!isOf || (request.kind !== "submitMany" && request.kind !== "retire")) return "keys that nobody sent"
  if (entry.party !== party) return "keys in another's name"
  if (!before.descriptor.participants.includes(party)) return "an outsider's keys were accepted"
  const isTwice = [...backFrom(before)].some((each) => each.requestId === request.requestId)
  return isTwice ? "a request took effect twice" : undefined
}

function frozenFault(...[before, , { party, request }]: About): string | undefined {
  const { descriptor } = before
  if (request.kind !== "result" || !descriptor.participants.includes(party)) return "a freeze that nobody may ask for"
  const submitters = latestSubmissions(before).size
  if (submitters < descriptor.quorum)
    return `inputs of ${submitters} were frozen below a quorum of ${descriptor.quorum}`
  const isAll = submitters === descriptor.participants.length
  if (descriptor.release.kind === "all" && !isAll) return "inputs were frozen before all had submitted"
  return [...backFrom(before)].some((each) => each.entry.kind === "frozen") ? "inputs were frozen twice" : undefined
}

function witnessedFault(...[before, entry, { party }]: About): string | undefined {
  if (entry.kind !== "witnessed" || entry.party !== party) return "a witness in another's name"
  if (!before.descriptor.participants.includes(party)) return "an outsider witnessed"
  return witnessesIn(before).includes(party) ? "a participant witnessed twice" : undefined
}

function releasedFault(...[before, entry]: About): string | undefined {
  const { release } = before.descriptor
  if (entry.kind !== "released") return "no release"
  const witnesses = new Set(witnessesIn(before)).size
  if (release.kind === "witnessed" && witnesses < release.witnesses) return `released with ${witnesses} witnesses`
  if ([...backFrom(before)].some((each) => each.entry.kind === "released")) return "released twice"
  return isAnswer(before, entry.answer) ? undefined : "the answer is not the one over everybody's latest submission"
}
