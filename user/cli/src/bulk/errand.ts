import { explainRefusal, escapeText, termsOf, UserError, type Descriptor } from "@event-manager/client"
import { KeyJob, type JobPlan, type Mark } from "@event-manager/client/node"
import { createHash } from "node:crypto"
import { realpathSync, statSync } from "node:fs"
import type { Context } from "../context.ts"
import type { Report } from "../report.ts"
import { UsageError } from "../usageError.ts"
import { writeReading, type FileOptions } from "./flags.ts"
import { Interruption } from "./interruption.ts"
import { Preparation, type Rejected } from "./preparation.ts"
import { openProgress, type Progress } from "./progress.ts"
import { rejections, RejectsFile } from "./rejects.ts"
import { sendPrepared, type Send, type Sent } from "./sending.ts"
import { openSource, type Source } from "./source.ts"
import { sentBefore, summaryOf, type Subject } from "./summary.ts"

/** What is done with a file's keys. */
export interface Errand extends Pick<Subject, "names" | "done" | "more"> {
  readonly action: "submit-keys" | "retire-keys"
  readonly withMessages: boolean
  readonly send: Send
}

/** With more, the host stores while the enclave takes in and this reads on. */
const IN_FLIGHT = 4
const NAMED_MAX = 5
const NAME_DIGITS = 16

/** Sends the keys in a file. Throws what a command may throw, before anything was sent; what comes later it reports. */
export async function sendFile(
  context: Context,
  errand: Errand,
  descriptor: Descriptor,
  file: string,
  options: FileOptions,
): Promise<Report> {
  requireOtherFile(file, options.rejects)
  const source = await openSource(file)
  try {
    const isResumable = source.stamp !== undefined
    const subject = { ...errand, computation: descriptor.name, file, isResumable }
    const job = await openJob(context, errand, descriptor, source, { file, options })
    if (job.finishedAt !== undefined) return sentBefore(subject, job, job.finishedAt)
    const run = new FileRun(context, errand, descriptor, { source, job, options })
    return summaryOf(context, subject, await run.run())
  } finally {
    await source.close()
  }
}

/** A computation that takes no keys, in the words of the enclave. */
export function needsKeys(context: Context, { name }: Descriptor): Report {
  const about = { computation: escapeText(name), party: context.show(context.identity.party) }
  const { code, message } = explainRefusal({ kind: "refused", reason: "NEEDS_KEYS", parameter: 0 }, about)
  return { code, message, lines: [`${code}: ${message}`], data: { computation: name } }
}

async function openJob(
  { name }: Context,
  { action }: Errand,
  descriptor: Descriptor,
  { stamp }: Source,
  { file, options }: { readonly file: string; readonly options: FileOptions },
): Promise<KeyJob> {
  const terms = await termsOf(descriptor)
  const reading = writeReading(options.reading)
  if (stamp === undefined) return KeyJob.unkept({ action, terms, file, bytes: 0, modified: "", reading })
  const plan: JobPlan = { action, terms, file: realpathSync(file), ...stamp, reading }
  const which = createHash("sha256")
    .update(JSON.stringify([action, terms, plan.file]))
    .digest("hex")
  return KeyJob.open(`${name}.keys-${which.slice(0, NAME_DIGITS)}.json`, plan, options.restart)
}

/** One run over a file. */
class FileRun {
  readonly #context: Context
  readonly #errand: Errand
  readonly #descriptor: Descriptor
  readonly #source: Source
  readonly #job: KeyJob
  readonly #options: FileOptions
  readonly #progress: Progress
  readonly #rejects: RejectsFile | undefined
  #named = 0

  constructor(
    context: Context,
    errand: Errand,
    descriptor: Descriptor,
    { source, job, options }: { readonly source: Source; readonly job: KeyJob; readonly options: FileOptions },
  ) {
    this.#context = context
    this.#errand = errand
    this.#descriptor = descriptor
    this.#source = source
    this.#job = job
    this.#options = options
    this.#progress = openProgress(context.voice, process.stderr.isTTY)
    this.#rejects = this.#openRejects(options.rejects)
  }

  async run(): Promise<Parameters<typeof summaryOf>[2]> {
    const [before, startedAt] = [this.#job.tally, performance.now()]
    const refused = new AbortController()
    const interruption = new Interruption(() => this.#say("stopping once what is under way is acknowledged"))
    try {
      const stop = AbortSignal.any([interruption.asked, refused.signal])
      const preparation = this.#prepare(stop)
      const sent = await this.#send(preparation, interruption, () => refused.abort())
      this.#rejects?.close()
      const end = this.#conclude(preparation, sent)
      return { job: this.#job, sent, end, before, seconds: (performance.now() - startedAt) / 1_000 }
    } finally {
      this.#progress.clear()
      interruption.release()
    }
  }

  #prepare(stop: AbortSignal): Preparation {
    return new Preparation({
      source: this.#source,
      reading: this.#options.reading,
      job: this.#job,
      stop,
      withMessages: this.#errand.withMessages,
      reject: (rejected) => this.#reject(rejected),
    })
  }

  #send(preparation: Preparation, interruption: Interruption, onRefusal: () => void): Promise<Sent> {
    // What cannot be read again is sent in order, so that where it stopped says everything.
    const inFlight = this.#source.stamp === undefined ? 1 : IN_FLIGHT
    const manager = this.#context.patientManager()
    return sendPrepared({
      preparation,
      job: this.#job,
      interruption,
      progress: this.#progress,
      onRefusal,
      sync: () => this.#rejects?.sync(),
      send: (batches) => this.#errand.send(manager, this.#descriptor, batches, inFlight),
    })
  }

  /** Returns where the file ended, if all of it was acknowledged. */
  #conclude({ end }: Preparation, { refusal, failure, unsettled }: Sent): Mark | undefined {
    const { keys } = this.#job.tally
    if (end === undefined || refusal !== undefined || failure !== undefined || unsettled > 0) {
      // What was refused, and nothing else, leaves nothing to go on from.
      if (keys === 0 && unsettled === 0) this.#job.discard()
      return undefined
    }
    if (keys === 0 && end.rejected === 0) throw new UserError("INVALID_VALUE", "there is no key in the file")
    this.#job.finish(end, this.#context.now())
    return end
  }

  #reject({ line, rejection, raw }: Rejected): number {
    this.#named += 1
    if (this.#named <= NAMED_MAX) this.#say(`line ${line} is left out: ${rejections[rejection]}`, true)
    if (this.#named === NAMED_MAX) {
      const kept = this.#rejects === undefined ? "; --rejects FILE would keep all of them" : ""
      this.#say(`more lines that are left out are counted, and not named here${kept}`, true)
    }
    this.#rejects?.add(line, rejection, raw)
    return this.#rejects?.bytes ?? this.#job.mark.rejectsBytes
  }

  #say(text: string, isWarning = false): void {
    this.#progress.clear()
    if (isWarning) this.#context.voice.warn(text)
    else this.#context.voice.note(text)
  }

  #openRejects(path: string | undefined): RejectsFile | undefined {
    if (path === undefined) return undefined
    const { rejectsBytes } = this.#job.mark
    const isKept = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= rejectsBytes
    if (!isKept) this.#say(`${escapeText(path)} is not what the earlier run has left: it begins anew`, true)
    return RejectsFile.open(path, isKept ? rejectsBytes : 0)
  }
}

/** The file of what is left out must not take the place of the file that is read. */
function requireOtherFile(file: string, rejects: string | undefined): void {
  if (rejects === undefined) return
  const [one, other] = [file, rejects].map((path) => statSync(path, { throwIfNoEntry: false }))
  if (one !== undefined && one.ino === other?.ino && one.dev === other.dev) {
    throw new UsageError("--rejects names the file that is read; name another, which is written anew")
  }
}
