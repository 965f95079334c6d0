import { httpTransport, name, TransportError, type Name } from "@event-manager/client"
import { PageError } from "../model/pageError.ts"
import type { HomeKind, Place } from "./home.ts"

/** What whoever serves the page says beside it, in `home.json`. No link can say it. */
export interface Served {
  readonly kind: HomeKind
  /** On the own machine: whom the command acts for. */
  readonly name: Name | undefined
  readonly suggested: Place | undefined
}

const BYTES_MAX = 16_384

/** Asks whoever served the page at this address. Rejects with PageError OWN_MACHINE_GONE where nobody answers. */
export async function askServed(page: URL): Promise<Served> {
  return readServed(await fetchText(new URL("home.json", page)), page)
}

/**
 * Reads `home.json`. A server of its own that says nothing of a host leaves that to people; a host means itself. Throws
 * PageError (OWN_MACHINE_REFUSED) where it says what makes no sense.
 */
export function readServed(json: string, page: URL): Served {
  const { kind, name: written, server, constraint } = fieldsIn(json)
  if (kind !== "own machine" && kind !== "browser" && kind !== "host") throw senseless()
  const address = kind === "host" ? new URL(".", page).href : text(server)
  return {
    kind,
    name: kind === "own machine" ? nameIn(text(written)) : undefined,
    suggested: address === undefined ? undefined : { server: addressOf(address), constraint: text(constraint) },
  }
}

/** A host's address as pins and places have it. */
function addressOf(server: string): string {
  try {
    return httpTransport(server).address
  } catch (error) {
    if (error instanceof TransportError) throw senseless()
    throw error
  }
}

function nameIn(written: string | undefined): Name {
  try {
    return name(written ?? "")
  } catch {
    throw senseless()
  }
}

async function fetchText(url: URL): Promise<string> {
  try {
    const response = await fetch(url, { cache: "no-store", credentials: "omit", redirect: "error" })
    // A plain file server without the file serves the page for a group.
    if (response.status === 404) return '{"kind":"browser"}'
    const found = await response.text()
    if (response.ok && found.length <= BYTES_MAX) return found
  } catch (cause) {
    throw new PageError("OWN_MACHINE_GONE", "whoever served this page does not answer", { cause })
  }
  throw senseless()
}

function fieldsIn(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === "object" && value !== null) return { ...value }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw senseless()
}

function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === "string") return value
  throw senseless()
}

function senseless(): PageError {
  return new PageError("OWN_MACHINE_REFUSED", "whoever serves this page does not say who it is")
}
