import { CodedError, digest, type Digest } from "@event-manager/protocol"

/** What a run would send. */
export interface JobPlan {
  readonly action: string
  /** The computation's terms. */
  readonly terms: Digest
  readonly file: string
  /** What the file is recognised by. */
  readonly bytes: number
  readonly modified: string
  /** How the file is read: another way would find other keys in it. */
  readonly reading: string
}

/** Where in the file an earlier run has come to. */
export interface Mark {
  readonly position: number
  readonly line: number
  readonly columns: { readonly key: number; readonly message: number | undefined; readonly count: number } | undefined
  /** Lines before it that were left out. */
  readonly rejected: number
  /** How much of the file of rejected lines is about lines before it. */
  readonly rejectsBytes: number
}

/** What has been acknowledged. */
export interface Tally {
  readonly keys: number
  readonly batches: number
  /** What it came to, as the enclave counts it: submissions whose key has matched, or keys that were taken out. */
  readonly counted: number
}

/** What is kept of a job. */
export interface JobRecord {
  readonly plan: JobPlan
  /** What the ids of its requests follow from. */
  readonly seed: string
  readonly mark: Mark
  readonly tally: Tally
  /** Batches beyond the mark that were acknowledged although one before them was not. */
  readonly beyond: readonly string[]
  /** When the whole file had been sent, in seconds since 1970. */
  readonly finishedAt: number | undefined
}

const FORMAT = 1

export function writeJob(record: JobRecord): string {
  return `${JSON.stringify({ format: FORMAT, ...record }, undefined, 2)}\n`
}

/** What `writeJob` wrote. Undefined where the text is something else. */
export function readJob(text: string): JobRecord | undefined {
  try {
    const json = object(JSON.parse(text))
    return json["format"] === FORMAT ? recordIn(json) : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof CodedError) return undefined
    throw error
  }
}

function recordIn(json: Json): JobRecord {
  const [mark, tally, plan] = [object(json["mark"]), object(json["tally"]), object(json["plan"])]
  return {
    plan: planIn(plan),
    seed: text(json["seed"]),
    mark: {
      position: whole(mark["position"]),
      line: whole(mark["line"]),
      columns: mark["columns"] === undefined ? undefined : columnsIn(object(mark["columns"])),
      rejected: whole(mark["rejected"]),
      rejectsBytes: whole(mark["rejectsBytes"]),
    },
    tally: { keys: whole(tally["keys"]), batches: whole(tally["batches"]), counted: whole(tally["counted"]) },
    beyond: list(json["beyond"]).map(text),
    finishedAt: json["finishedAt"] === undefined ? undefined : whole(json["finishedAt"]),
  }
}

function planIn(plan: Json): JobPlan {
  return {
    action: text(plan["action"]),
    terms: digest(Uint8Array.fromHex(text(plan["terms"]))),
    file: text(plan["file"]),
    bytes: whole(plan["bytes"]),
    modified: text(plan["modified"]),
    reading: text(plan["reading"]),
  }
}

function columnsIn({ key, message, count }: Json): Mark["columns"] {
  return { key: whole(key), message: message === undefined ? undefined : whole(message), count: whole(count) }
}

type Json = Readonly<Record<string, unknown>>

function object(value: unknown): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  throw new TypeError("no object")
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError("no list")
}

function text(value: unknown): string {
  if (typeof value === "string") return value
  throw new TypeError("no text")
}

function whole(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value
  throw new TypeError("no whole number")
}
