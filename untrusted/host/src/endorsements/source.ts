import { ENDORSEMENT_BYTES_MAX } from "@event-manager/protocol/frame"
import { open } from "node:fs/promises"
import { join } from "node:path"
import type { Clock } from "../clock.ts"
import { errorLabel, HostError } from "../errors.ts"

const FETCH_MS_MAX = 10_000

export interface Answer {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly headers: Headers
}

/** Files that somebody has put there: for hosts that reach no network. */
interface FolderSource {
  readonly kind: "folder"
  read(name: string): Promise<Uint8Array<ArrayBuffer>>
}

/** A maker's service, or a mirror of it. */
export interface UrlSource {
  readonly kind: "url"
  readonly base: string
  /** `where` is a path below the base, or a whole URL. */
  get(where: string): Promise<Answer>
}

/**
 * Where endorsements come from. Nothing of it is believed here: clients verify. What is read is bounded in size, and on
 * the network in time; both sources reject with HostError (ENDORSEMENTS).
 */
export type Source = FolderSource | UrlSource

/** The source at a URL, http or https, or in a folder. Throws HostError (ENDORSEMENTS). */
export function openSource(place: string, clock: Clock): Source {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) return folderSource(place)
  if (!/^https?:/i.test(place) || !URL.canParse(place)) {
    throw new HostError("ENDORSEMENTS", `endorsements come from an http or https URL, or a folder: not ${place}`)
  }
  const base = place.replace(/\/+$/, "")
  return { kind: "url", base, get: (where) => fetchFrom(/^https?:/.test(where) ? where : base + where, clock) }
}

function folderSource(folder: string): FolderSource {
  return {
    kind: "folder",
    async read(name) {
      const path = join(folder, name)
      const bytes = await readBounded(path).catch((cause: unknown) => {
        throw new HostError("ENDORSEMENTS", `cannot read ${path} (${errorLabel(cause)}); put it there`, { cause })
      })
      return bytes ?? fail(path, `is empty, or longer than ${ENDORSEMENT_BYTES_MAX} bytes`)
    },
  }
}

/** What a file holds; undefined where that is nothing, or more than an endorsement may be. */
export async function readBounded(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  await using file = await open(path)
  const { size } = await file.stat()
  return size === 0 || size > ENDORSEMENT_BYTES_MAX ? undefined : new Uint8Array(await file.readFile())
}

async function fetchFrom(url: string, clock: Clock): Promise<Answer> {
  const late = new AbortController()
  const cancel = clock.after(FETCH_MS_MAX, () => late.abort())
  try {
    // A redirect could lead into the host's own network.
    const response = await fetch(url, { redirect: "error", signal: late.signal })
    if (response.status !== 200) return fail(url, `answered with status ${response.status}`)
    const bytes = await readBody(url, response)
    return bytes.length === 0 ? fail(url, "answered with nothing") : { bytes, headers: response.headers }
  } catch (cause) {
    if (cause instanceof HostError) throw cause
    return fail(url, late.signal.aborted ? "did not answer in time" : `cannot be reached (${reasonOf(cause)})`)
  } finally {
    cancel()
    late.abort()
  }
}

async function readBody(url: string, { body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > ENDORSEMENT_BYTES_MAX) return fail(url, `answered with more than ${ENDORSEMENT_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/** `fetch` says why in the cause of what it throws. */
function reasonOf(thrown: unknown): string {
  return errorLabel(thrown instanceof Error ? (thrown.cause ?? thrown) : thrown)
}

function fail(where: string, what: string): never {
  throw new HostError("ENDORSEMENTS", `${where} ${what}`)
}
