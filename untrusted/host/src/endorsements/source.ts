import { ENDORSEMENT_BYTES_MAX } from "@event-manager/protocol/frame"
import { open } from "node:fs/promises"
import { join } from "node:path"
import type { Clock } from "../clock.ts"
import { errorLabel, HostError } from "../errors.ts"

const FETCH_MS_MAX = 10_000
/** Where a template has the maker's own path. */
const PATH = "{path}"

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
  /** Without what a template adds, which may be a secret. */
  readonly base: string
  /** `where` is a path of the maker's, perhaps with a query, or a whole URL. */
  get(where: string): Promise<Answer>
}

/**
 * Where endorsements come from. Nothing of it is believed here: clients verify. What is read is bounded in size, and on
 * the network in time; both sources reject with HostError (ENDORSEMENTS).
 */
export type Source = FolderSource | UrlSource

/**
 * The source in a folder, or at a URL, http or https: what the makers' paths are below, or a template that has `{path}` in
 * their place, such as `https://mirror.example/amd{path}?key=…`. Throws HostError (ENDORSEMENTS).
 */
export function openSource(place: string, clock: Clock): Source {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) return folderSource(place)
  if (!/^https?:/i.test(place) || !URL.canParse(place)) {
    throw new HostError("ENDORSEMENTS", `endorsements come from an http or https URL, or a folder: not ${place}`)
  }
  const template = place.includes(PATH) ? place : place.replace(/\/+$/, "") + PATH
  const base = template.slice(0, template.indexOf(PATH))
  return {
    kind: "url",
    base,
    get(where) {
      if (/^https?:/.test(where)) return fetchFrom(where, where, clock)
      return fetchFrom(filled(template, where), base + where, clock)
    },
  }
}

function filled(template: string, where: string): string {
  const [path = "", query] = where.split("?")
  const url = template.replace(PATH, () => path)
  return query === undefined ? url : `${url}${url.includes("?") ? "&" : "?"}${query}`
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

/** `name` is what messages call it. */
async function fetchFrom(url: string, name: string, clock: Clock): Promise<Answer> {
  const late = new AbortController()
  const cancel = clock.after(FETCH_MS_MAX, () => late.abort())
  try {
    // A redirect could lead into the host's own network.
    const response = await fetch(url, { redirect: "error", signal: late.signal })
    if (response.status !== 200) return fail(name, `answered with status ${response.status}`)
    const bytes = await readBody(name, response)
    return bytes.length === 0 ? fail(name, "answered with nothing") : { bytes, headers: response.headers }
  } catch (cause) {
    if (cause instanceof HostError) throw cause
    return fail(name, late.signal.aborted ? "did not answer in time" : `cannot be reached (${reasonOf(cause)})`)
  } finally {
    cancel()
    late.abort()
  }
}

async function readBody(name: string, { body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > ENDORSEMENT_BYTES_MAX) return fail(name, `answered with more than ${ENDORSEMENT_BYTES_MAX} bytes`)
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
