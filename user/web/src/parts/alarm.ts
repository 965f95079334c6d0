import type { Desk } from "../home/home.ts"
import type { Failure } from "../model/failure.ts"
import type { Computation, Visit } from "../model/visit.ts"
import type { WordKey } from "../words/words.ts"
import type { Alarm } from "./shell.ts"

const historyCodes = new Set<Failure["code"]>([
  "HISTORY_CONFLICT",
  "HISTORY_OLDER",
  "HISTORY_FORKED",
  "RECEIPT_MISSING",
  "STATEMENT_CHANGED",
  "STATEMENT_INVALID",
  "TERMS_DIFFER",
  "INVITATION_OTHER_TERMS",
])

const constraintCodes = new Set<Failure["code"]>([
  "MEASUREMENT_NOT_ACCEPTED",
  "REVOCATION_LEVEL_TOO_LOW",
  "SECURITY_TOO_LOW",
  "PLATFORM_NOT_ACCEPTED",
])

type TodoKey = Extract<WordKey, `alarm.todo.${string}`>

/** Where it is a computation's history, or its terms, that cannot be relied on. */
export function isAboutHistory({ code }: Failure): boolean {
  return historyCodes.has(code)
}

/** Where the enclave is not what the constraint demands. */
export function isAboutConstraint({ code }: Failure): boolean {
  return constraintCodes.has(code)
}

/** What to do about an alarm, first things first: keys of the words. */
export function todoKeys({ code, mayBeClock }: Failure): readonly TodoKey[] {
  if (code === "INVITATION_OTHER_TERMS" || code === "TERMS_DIFFER") return ["alarm.todo.nothing", "alarm.todo.inviter"]
  if (historyCodes.has(code)) return ["alarm.todo.dontRely", "alarm.todo.tell", "alarm.todo.compare"]
  if (code === "ENCLAVE_CHANGED") return ["alarm.todo.dontRely", "alarm.todo.announced", "alarm.todo.tell"]
  if (code === "LEVEL_LOWER") return ["alarm.todo.nothing", "alarm.todo.operator", "alarm.todo.tell"]
  if (code.startsWith("INVITATION_")) return ["alarm.todo.nothing", "alarm.todo.inviter"]
  const clock: TodoKey[] = mayBeClock ? ["alarm.todo.clock"] : []
  return [...clock, "alarm.todo.rule", "alarm.todo.tell"]
}

const FINGERPRINT = /[a-z2-7]{4}(?:-[a-z2-7]{4}){4}/gi

/** A text without any fingerprint but the one that is known: a reader who is to name another must have it from elsewhere. */
export function withoutFingerprints(text: string, known: string | undefined): string {
  return text.replace(FINGERPRINT, (found) => (found === known ? found : "••••"))
}

/** Whether a fingerprint is the one that was typed, however its groups were set apart. */
export function isSameFingerprint(typed: string, fingerprint: string): boolean {
  return letters(typed) === letters(fingerprint)
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[\s-]/g, "")
}

/** What others can make their own picture from: what was seen, when, and the evidence as it came. */
export function evidenceText({ failure, about, found, at }: Alarm, visit: Visit | undefined, desk: Desk): string {
  const place = about?.elsewhere ?? visit?.place
  const lines = [
    `alarm: ${failure.code}`,
    `said: ${failure.parameters.detail}`,
    `seen by: ${desk.name} ${desk.identity.party}`,
    `at: ${timeText(at)}`,
    ...(place === undefined ? [] : [`server: ${place.server}`, `constraint: ${place.constraint ?? ""}`]),
    ...(about === undefined ? [] : [`computation: ${about.name}`]),
    ...(about?.computation === undefined ? [] : historyLines(about.computation, visit)),
    ...(found === undefined ? [] : ["", "evidence:", found.evidence]),
  ]
  return `${lines.join("\n")}\n`
}

function historyLines(computation: Computation, visit: Visit | undefined): readonly string[] {
  const { terms, head, timeline } = computation
  const receipt = visit?.receiptOf(computation)
  return [
    `terms: ${terms}`,
    `latest place seen: ${JSON.stringify(head ?? null)}`,
    ...timeline.map((entry) => `${timeText(entry.at)} ${JSON.stringify(entry.happening)}`),
    ...(receipt === undefined ? [] : ["", "receipt of the latest submission, signed by the enclave:", receipt]),
  ]
}

function timeText(seconds: number): string {
  return new Date(seconds * 1_000).toISOString()
}
