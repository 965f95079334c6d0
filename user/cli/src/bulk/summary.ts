import { escapeText, explainRefusal } from "@event-manager/client"
import type { KeyJob, Mark, Tally } from "@event-manager/client/node"
import type { Context } from "../context.ts"
import { escapeLines, INTERRUPTED, type Report } from "../report.ts"
import type { Sent } from "./sending.ts"

/** What a run's summary speaks of. */
export interface Subject {
  readonly computation: string
  /** As the user wrote it. */
  readonly file: string
  readonly isResumable: boolean
  /** The fields of what --json prints that a submission and a retirement name differently. */
  readonly names: { readonly keys: string; readonly counted: string }
  /** What was done, in a sentence without its end. */
  readonly done: (tally: Tally, computation: string) => string
  /** What else the tally tells, in a line of its own. */
  readonly more: (tally: Tally) => string | undefined
}

export interface Run {
  readonly job: KeyJob
  readonly sent: Sent
  /** Where the file ended; undefined where not all of it was acknowledged. */
  readonly end: Mark | undefined
  /** What earlier runs had done. */
  readonly before: Tally
  readonly seconds: number
}

/** How a run ended, in words that are true whatever stopped it. */
export function summaryOf(context: Context, subject: Subject, run: Run): Report {
  const { refusal, failure } = run.sent
  const facts = factsOf(subject, run)
  const { sentence, data, line } = facts
  const more = subject.more(run.job.tally)
  const lines = [sentence, ...(more === undefined ? [] : [more])].map(indented)
  if (refusal !== undefined) {
    const who = { computation: escapeText(subject.computation), party: context.show(context.identity.party) }
    const { code, message } = explainRefusal(refusal.refused, who)
    const whole = `The batch that begins at line ${refusal.line} was refused whole`
    return { code, message, lines: [`${code}: ${message}`, ...lines, indented(whole), ...goingOn(subject, run)], data }
  }
  if (failure !== undefined) {
    const message = escapeLines(failure.message)
    return { code: failure.code, message, lines: [...lines, ...goingOn(subject, run)], data, isFailure: true }
  }
  if (run.end === undefined) {
    const message = `Interrupted before line ${line}`
    return {
      code: INTERRUPTED,
      message,
      lines: [`${INTERRUPTED}: ${message}`, ...lines, ...goingOn(subject, run)],
      data,
    }
  }
  return finished(facts, lines)
}

/** A file that an earlier run has sent whole, and that has not changed since. */
export function sentBefore(subject: Subject, job: KeyJob, finishedAt: number): Report {
  const { rejected } = job.mark
  const when = new Date(finishedAt * 1_000).toISOString()
  const done = `${subject.done(job.tally, subject.computation)}${leftOut(rejected)}, on ${when}`
  const code = codeFor(rejected)
  const message = `${done}; the file has not changed since, and nothing was sent. With --restart it is sent anew`
  return { code, message, lines: [`${code}: ${message}`], data: factsOf(subject, unrun(job)).data }
}

function unrun(job: KeyJob): Run {
  const sent = { refusal: undefined, failure: undefined, unsettled: 0 }
  return { job, sent, end: job.mark, before: job.tally, seconds: 0 }
}

interface Facts {
  readonly sentence: string
  readonly data: Report["data"]
  readonly rejected: number
  /** Where the next run goes on. */
  readonly line: number
}

function factsOf({ computation, names, done }: Subject, { job, end, before, seconds }: Run): Facts {
  const { tally, mark } = job
  const { rejected, line } = end ?? mark
  const rate = seconds > 0 ? Math.round((tally.keys - before.keys) / seconds) : 0
  const earlier = before.keys > 0 ? `, ${before.keys} of them in earlier runs` : ""
  const pace = `${seconds.toFixed(1)} s, ${rate} keys/s`
  return {
    sentence: `${done(tally, escapeText(computation))}${earlier}${leftOut(rejected)}; ${pace}`,
    rejected,
    line,
    data: {
      computation,
      [names.keys]: tally.keys,
      [names.counted]: tally.counted,
      batches: tally.batches,
      rejected,
      seconds: Number(seconds.toFixed(3)),
      rate,
      earlier: { [names.keys]: before.keys, batches: before.batches },
      ...(end === undefined ? { goesOnAtLine: line } : {}),
    },
  }
}

function finished({ sentence, rejected, data }: Facts, [, ...more]: readonly string[]): Report {
  const code = codeFor(rejected)
  return { code, message: sentence, lines: [`${code}: ${sentence}`, ...more], data }
}

function codeFor(rejected: number): string {
  return rejected === 0 ? "SUCCESS" : "SOME_REJECTED"
}

function leftOut(rejected: number): string {
  if (rejected === 0) return ""
  return rejected === 1 ? ", 1 line left out" : `, ${rejected} lines left out`
}

function goingOn({ isResumable }: Subject, { job, sent }: Run): string[] {
  const { line } = job.mark
  const unsure = sent.unsettled > 0 ? [`${sent.unsettled} keys were under way: they may have arrived or not`] : []
  const way = isResumable
    ? `The same command goes on at line ${line}, and sends nothing twice`
    : `What is piped in cannot be resumed: what was read before line ${line} was acknowledged; pipe in what follows`
  return [...unsure, way].map(indented)
}

function indented(line: string): string {
  return `   ${line}`
}
